"""What is wrong with a call's arguments, in sentences that a model can act on and that stay short."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json, to_json

from workbench.safe_text import clipped

MOST = 8
"""How many mistakes are told; the rest are counted."""


def describe_mistakes(tool: str, error: ValidationError, arguments: str, properties: dict[str, Any]) -> str:
    """Each mistake of `error`, found in the JSON text `arguments`, with its place and what is expected there."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    if details[0]["type"] in {"json_invalid", "string_unicode"}:  # the latter: half a surrogate pair in the text
        problem = details[0]["msg"].removeprefix("Invalid JSON: ")
        return f"{tool} was not called: its arguments are not valid JSON ({clipped(problem, 120)})."
    given = from_json(arguments)
    mistakes: dict[tuple[str, str], dict[str, None]] = {}
    for detail in details:
        place, problem, ending = _mistake(detail, given, properties)
        mistakes.setdefault((place, ending), {})[problem] = None  # those of a union's members are told together
    told = [f"{place} {' or '.join(problems)}{ending}." for (place, ending), problems in mistakes.items()]
    if len(told) > MOST:
        told[MOST:] = [f"And {len(told) - MOST} more."]
    return " ".join([f"{tool} was not called.", *told])


def _mistake(detail: ErrorDetails, given: object, properties: dict[str, Any]) -> tuple[str, str, str]:
    """The place in backticks, what is wrong there, and what stands there instead where that helps."""
    kind, loc = detail["type"], detail["loc"]
    path, value = _walk(loc, given, absent_last=kind == "missing")
    place = f"`{clipped(path, 80)}`" if path else "The arguments"
    if kind == "missing":
        expected = _expected(properties.get(path, {}))
        return place, "is missing", f" ({expected})" if expected else ""
    if kind == "extra_forbidden" and len(loc) == 1:
        close = get_close_matches(path, properties, n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(properties) or 'none'}"
        return place, "is not a parameter", f" ({clipped(hint, 200)})"
    if kind == "extra_forbidden":
        return place, "is not allowed there", ""
    problem = detail["msg"].removeprefix("Input ").removeprefix("Value error, ")
    if kind == "dict_type":
        problem = "should be a JSON object"
    return place, clipped(problem, 240), f", not {clipped(to_json(value).decode(), 60)}"


def _walk(loc: tuple[int | str, ...], value: object, *, absent_last: bool) -> tuple[str, object]:
    """`loc` as `a.b[0]`, and the value there; steps that name a member of a union are left out."""
    path = ""
    for number, step in enumerate(loc, 1):
        if isinstance(value, list):
            items = cast("list[object]", value)
            if isinstance(step, int) and step < len(items):
                path, value = f"{path}[{step}]", items[step]
        elif isinstance(value, dict):
            fields = cast("dict[object, object]", value)
            if step in fields or (absent_last and number == len(loc)):
                path, value = f"{path}.{step}" if path else str(step), fields.get(step)
    return path, cast("object", value)


def _expected(told: dict[str, Any]) -> str:
    """A property of a JSON schema in a few words."""
    options: list[dict[str, Any]] = told.get("anyOf", [told])
    kinds = [clipped(" | ".join(map(str, option["enum"])), 120) if "enum" in option else str(option.get("type", ""))
             for option in options]  # fmt: skip
    words = " or ".join(dict.fromkeys(kind for kind in kinds if kind))
    return ": ".join(part for part in (words, clipped(str(told.get("description", "")), 120)) if part)
