"""Marks beside a step: ◆ a breakpoint names it, ✎ it was edited, ⋎ a fork leaves here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from workbench.gates.conditions import (
    Compares,
    Condition,
    Every,
    Field,
    Given,
    Happens,
    Literally,
    Matches,
    Repeats,
    Some,
)
from workbench.state import Edit

if TYPE_CHECKING:
    from workbench.debugger.steps import Step
    from workbench.gates import Breakpoint
    from workbench.tui.panes.coming import Coming

Named = frozenset[tuple[str, str]]
"""What a condition names: a kind of step, and a tool's name where it names one."""

Edits = Mapping[int, tuple[Edit, ...]]
"""The edits that hold, by the event that they change, as a state has them."""

_KINDS = {"think": "think", "model": "think", "call": "call", "tool": "call", "output": "output", "result": "result"}


@lru_cache(maxsize=256)
def named(text: str) -> Named:
    """The steps that a breakpoint's expression names."""
    from workbench.gates.grammar import parse

    return frozenset(_named(parse(text)))


def _named(part: Condition) -> Iterable[tuple[str, str]]:
    match part:
        case Happens("error"):
            yield "failed", ""
        case Happens(word, name) if word in _KINDS:
            yield _KINDS[word], name
        case Compares("==", Field("tool", ()), Literally(str() as name), False):
            yield "call", name
        case Repeats():
            yield "call", ""
        case Given(Field(name)) | Compares(_, Field(name), _) | Matches(Field(name)) if name in ("result", "error"):
            yield "result" if name == "result" else "failed", ""
        case Every(parts):
            each = [frozenset(_named(one)) for one in parts]
            tools = {one for some in each for one in some if one[1]}
            yield from tools or {one for some in each for one in some}
        case Some(parts):
            for one in parts:
                yield from _named(one)
        case _:
            return


def broken_at(breakpoints: Iterable[Breakpoint]) -> Named:
    """What all breakpoints that are switched on name."""
    return frozenset(one for each in breakpoints if each.enabled for one in named(each.text))


def marks(step: Step | Coming, breaks: Named, edits: Edits, left: frozenset[int]) -> str:
    """The signs behind a step's name. `left` has the last event of each step that a fork leaves after."""
    signs = ""
    failed = step.standing == "failed" and ("failed", "") in breaks
    if failed or (step.kind, "") in breaks or (step.kind == "call" and (step.kind, step.label) in breaks):
        signs += "◆"
    if _edited(step.kind, step.call, step.last, edits):
        signs += "✎"
    return signs + "⋎" if step.last in left else signs


def _edited(kind: str, call: str, last: int, edits: Edits) -> bool:
    if kind == "call":
        return any(edit.call == call for some in edits.values() for edit in some)
    return any(edit.field != "arguments" for edit in edits.get(last, ()))
