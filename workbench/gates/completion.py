"""What may stand next in a condition that is being typed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Literal, cast

import msgspec

from workbench.events.text import from_json
from workbench.gates.conditions import Condition, Every, Happens, Not, Some
from workbench.gates.grammar import KEYWORDS, parse, parser
from workbench.gates.vocabulary import FIELDS, KINDS
from workbench.state import State

_SIGNS = {"SIGN": ("==", "!=", "<", "<=", ">", ">="), "FINDS": ("=~",), "LACKS": ("!~",)}


class Names(msgspec.Struct, frozen=True):
    """The names that a run knows: its tools, each with its arguments, and its criteria."""

    tools: Mapping[str, tuple[str, ...]] = {}
    criteria: tuple[str, ...] = ()


NOTHING = Names()
Start = Literal["condition", "path"]
"""What is being typed."""


def names_of(state: State) -> Names:
    """The names of a run that was started."""
    assert state.started is not None
    tools = [tool for spec in state.specs.values() for tool in spec.tools]
    return Names(
        {tool.name: _properties(tool.parameters) for tool in tools},
        tuple([criterion.name for criterion in state.started.criteria]),
    )


def _properties(schema: str) -> tuple[str, ...]:
    """The names of an object's properties; none where the schema is none."""
    try:
        properties: Any = from_json(schema).get("properties")
    except (ValueError, AttributeError):
        return ()
    return tuple(cast("dict[str, Any]", properties)) if isinstance(properties, dict) else ()


def unknown(text: str, names: Names) -> list[str]:
    """What a condition asks for by a name that the run does not know, in words: it may be misspelt, or come later."""
    known = {"tool": names.tools, "flips": names.criteria}
    kind = {"tool": "tool", "flips": "criterion"}
    return [
        f"this run has no {kind[one.word]} {one.name}{_near(one.name, known[one.word])}"
        for one in _happenings(parse(text))
        if one.name and one.name not in known[one.word]
    ]


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]}?" if near else ""


def _happenings(condition: Condition) -> Iterator[Happens]:
    match condition:
        case Happens():
            yield condition
        case Not(inner):
            yield from _happenings(inner)
        case Every(parts) | Some(parts):
            for part in parts:
                yield from _happenings(part)
        case _:
            return


def complete(text: str, names: Names = NOTHING, *, start: Start = "condition") -> list[str]:
    """The words that may stand at the end of `text`, or that its last word may become, whole and in order."""
    for last in (r"[\w.\-]*$", r"[\w\-]*$"):  # a tool's name may hold dots, a key may not
        begun = re.search(last, text)
        assert begun is not None
        head = text[: begun.start()]
        words = dict.fromkeys(_words(head, _next(head, start), names))
        fitting = [word for word in words if word.startswith(begun[0])]
        if fitting:
            return fitting
    return []


def _next(head: str, start: Start) -> set[str]:
    """The terminals that may follow; none where `head` is wrong itself."""
    from lark import UnexpectedInput

    try:
        begun = parser().parse_interactive(head, start=start)
        begun.exhaust_lexer()
        return cast("set[str]", begun.accepts())
    except UnexpectedInput:
        return set()


def _words(head: str, terminals: set[str], names: Names) -> Iterator[str]:
    if "WORD" in terminals:
        known = names.criteria if head.rstrip().endswith("criterion") else names.tools
        yield from [name if re.fullmatch(r"[A-Za-z_][\w.\-]*", name) else json.dumps(name) for name in known]
    if "KEY" in terminals:
        yield from _keys(head, names)
    if "NAME" in terminals:
        yield from FIELDS
    if {"NAME", "NOT"} <= terminals:  # a condition begins here: it may be a moment, and no value alone
        yield from KINDS
        terminals = terminals - {"TRUE", "FALSE", "NULL"}
    for terminal, words in _SIGNS.items():
        yield from words if terminal in terminals else ()
    for terminal, word in KEYWORDS.items():
        if terminal in terminals:
            yield word


def _keys(head: str, names: Names) -> tuple[str, ...]:
    """The names that may follow `args.` and `criteria.`."""
    root = re.search(r"(?<![\w.\]])(\w+)\.$", head)
    match root and root[1]:
        case "criteria":
            return names.criteria
        case "args":
            meant = [tool for tool in names.tools if re.search(rf"\btool\s+{re.escape(tool)}(?![\w.\-])", head)]
            return tuple([name for tool in meant or names.tools for name in names.tools[tool]])
        case _:
            return ()
