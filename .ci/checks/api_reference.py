"""Writes docs/api.md: every name that `workbench` exports, from signatures and docstrings. `--check` only compares."""

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "api.md"
REMEDY = "docs/api.md is not what the docstrings say; write it anew with: make reference"
HEAD = """\
# The Python API

Written from the docstrings (`make reference`). [python.md](python.md) tells it in examples.

"""
GROUPS = {
    "Agents": "Agent AgentRun AgentResult RunReport AgentStep ToolUse CriterionResult NoOutput Callbacks debug",
    "Tools": "tool RunContext ModelRetry ToolFailed InDoubt Pending Media attach run_process",
    "Models": "FunctionModel replies call_tool Model ModelRequest Message Answer Call Usage Delta ModelFailed",
    "Rules": "Budget Cap ActorCaps SharedCaps AcceptanceCriteria Criterion Check Window ContentRule Refused "
    "Persona register_persona Seen",
    "Middleware": "Middleware Next LogRequests RetryFailures LimitRate SummariseHistory CompressPrompt FilterContent",
    "Conversations and usage": "Conversation UsageSession",
    "Errors": "WorkbenchError UsedWrongly NotFound BadFile Impossible DiskFull",
}
_SECTION = re.compile(r"^(Args|Attributes|Raises|Returns):$")
_ENTRY = re.compile(r"^ {4}(\S[^:]*): (.*)$")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def page() -> str:
    """The whole page."""
    import workbench

    told = [name for names in GROUPS.values() for name in names.split()]
    missing = set(workbench.__all__) ^ set(told)
    if missing:
        sys.exit(f"GROUPS in {__file__} and workbench.__all__ differ in: {', '.join(sorted(missing))}")
    parts = [HEAD]
    for group, names in GROUPS.items():
        parts.append(f"## {group}\n")
        for name in names.split():
            parts += thing(name, getattr(workbench, name))
    return "\n".join(parts).rstrip() + "\n"


def thing(name: str, value: Any) -> Iterator[str]:
    """A class with its public methods, a function, or an alias."""
    yield f"### {name}\n"
    if not (inspect.isclass(value) or inspect.isfunction(value)):
        yield f"`{name} = {plain(str(value))}`\n"
        return
    fields = getattr(value, "model_fields", None)
    if fields is None:
        yield f"```text\n{name}{signature(value)}\n```\n"
    yield from words(inspect.getdoc(value) or "")
    if fields is not None:
        for field, told in fields.items():
            about = " ".join((told.description or "").split())
            yield f"- `{field}: {kind(told.annotation)}`" + (f": {about}" if about else "")
        yield ""
    if not inspect.isclass(value) or value.__module__.startswith(("pydantic", "builtins")):
        return
    if value.__init__.__doc__ and "__init__" in vars(value) and not hasattr(value, "__dataclass_fields__"):
        yield from words(inspect.cleandoc(value.__init__.__doc__))
    for member, function in vars(value).items():
        documented = inspect.getdoc(getattr(function, "fget", function)) if not member.startswith("_") else None
        if documented and (
            isinstance(function, property) or inspect.isroutine(getattr(function, "__func__", function))
        ):
            shown = "" if isinstance(function, property) else signature(getattr(function, "__func__", function))
            yield f"#### {name}.{member}\n"
            if shown:
                yield f"```text\n{member}{shown}\n```\n"
            yield from words(documented)


def signature(value: Any) -> str:
    """How it is called, over several lines where it is long."""
    try:
        found = inspect.signature(value)
    except (ValueError, TypeError):
        return "(...)"
    kept = [one for one in found.parameters.values() if one.name not in ("self", "cls")]
    whole = plain(str(found.replace(parameters=kept)))
    if len(whole) <= 100:
        return whole
    lines = [f"    {plain(str(one))}," for one in kept if one.kind is not one.KEYWORD_ONLY]
    keyword = [f"    {plain(str(one))}," for one in kept if one.kind is one.KEYWORD_ONLY]
    star = ["    *,"] if keyword and not any(one.kind is one.VAR_POSITIONAL for one in kept) else []
    rest = [line for line in lines if line.startswith("    **")]
    lines = [line for line in lines if line not in rest]
    returned = whole.rpartition(") -> ")[2] if ") -> " in whole else ""
    return "\n".join(["(", *lines, *star, *keyword, *rest, ")"]) + (f" -> {returned}" if returned else "")


def kind(annotation: Any) -> str:
    """A field's type as one writes it, without what only validates it, and by the names that are exported."""
    from workbench import _OTHERWISE

    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return kind(args[0])
    if origin in (Union, UnionType):
        return " | ".join(dict.fromkeys(map(kind, args)))
    if origin is Literal:
        return " | ".join(map(repr, args))
    if origin is not None:
        return f"{origin.__name__}[{', '.join('...' if one is Ellipsis else kind(one) for one in args)}]"
    if annotation is NoneType:
        return "None"
    name = getattr(annotation, "__name__", str(annotation))
    return next((told for told, own in _OTHERWISE.items() if own == name), name)


def plain(text: str) -> str:
    """Without the places of modules and of objects in memory."""
    text = re.sub(r"(: |-> )'([^']*)'", r"\1\2", _ADDRESS.sub("", text)).replace("workbench.agent.", "")
    text = re.sub(r"<function (\w+)>", "…", text)
    text = re.sub(r"<class '(?:\w+\.)*(\w+)'>", r"\1", text)
    return re.sub(
        r"~|\b(?:collections\.abc|pathlib|typing|workbench|events|context|tools)(?:\.[a-z_]+)*\.(?=[A-Z])", "", text
    )


def words(docstring: str) -> Iterator[str]:
    """A docstring in Google's style as Markdown: its sections become lists."""
    section = False
    entry = ""
    for line in [*docstring.splitlines(), ""]:
        started = _ENTRY.match(line) if section else None
        if entry and (started or not line.startswith("     ")):
            yield entry
            entry = ""
        if heading := _SECTION.match(line):
            section = True
            yield f"{heading[1]}:\n"
        elif started:
            entry = f"- `{started[1]}`: {started[2]}"
        elif entry:
            entry += f" {line.strip()}"
        else:
            section = section and (not line or line.startswith(" "))
            yield line


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if "--check" in sys.argv:
        sys.exit(REMEDY if PAGE.read_text(encoding="utf-8") != page() else 0)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
