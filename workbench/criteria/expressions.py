"""Checks that are expressions: the language of breakpoints, asked of what was recorded. Pure.

What is about the run as it stands (`cost < 0.1`) holds and ceases to hold with it; what is about something that
happened (`tool refund if args.amount > 100`) stays true once it did.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from workbench.events import Criterion, CriterionJudged, Event, Evidence, ToolCalled
from workbench.gates.conditions import (
    MISSING,
    Compares,
    Condition,
    Field,
    Given,
    Happens,
    Matches,
    Moment,
    Not,
    Operand,
    Repeats,
    about,
    alternatives,
    as_text,
)
from workbench.gates.grammar import BadCondition, parse
from workbench.gates.moments import SEEN, AtEvent, AtRest
from workbench.gates.pattern import SHOWN
from workbench.state import State
from workbench.state.telling import Lookup


class Expression(msgspec.Struct, frozen=True):
    """A condition that was read. `happenings`: its alternatives about what happens; `standing`: about the run."""

    happenings: tuple[Condition, ...]
    standing: tuple[Condition, ...]


_NEVER = Expression((), ())


@lru_cache(maxsize=256)
def read_expression(text: str) -> Expression:
    """The expression that `text` is; one that never holds where it is none."""
    try:
        parts = alternatives(parse(text))
    except BadCondition:
        return _NEVER
    standing = tuple([part for part in parts if about(part) == "run"])
    return Expression(tuple([part for part in parts if part not in standing]), standing)


def problem_of_expression(text: str) -> str | None:
    """Why `text` cannot be a check, in words; None where it can."""
    try:
        condition = parse(text)
    except BadCondition as bad:
        wanted = f"; expected {' or '.join(bad.expected)}" if bad.expected else ""
        return f"column {bad.column}: {bad.problem}{wanted}"
    if any(isinstance(part, Repeats) for part in _parts(condition)):
        return "'repeat' is for breakpoints: it asks about a call that is about to be made"
    return None


def criteria_named(text: str) -> set[str]:
    """The criteria that the expression asks about."""
    expression = read_expression(text)
    return {
        str(field.keys[0])
        for part in (*expression.happenings, *expression.standing)
        for field in _fields(part)
        if field.name == "criteria"
    }


def weigh(criterion: Criterion, state: State, event: Event, lookup: Lookup) -> CriterionJudged | None:
    """The verdict that `event`, just folded into `state`, changes; None where it changes none."""
    check = criterion.check
    if check is None or check.expression is None:
        return None
    expression = read_expression(check.expression)
    verdict = state.verdicts.get(criterion.name)
    was = verdict is not None and verdict.met is True
    if was and expression.happenings:
        return None
    words = _shown(expression, state, event, lookup)
    if bool(words) is was:
        return None
    name = criterion.name
    if words:
        return CriterionJudged(name=name, met=True, evidence=Evidence(seq=event.seq, words=words))
    told = "; ".join(filter(None, [_told(part, AtRest(state)) for part in expression.standing]))
    return CriterionJudged(
        name=name, met=False, evidence=Evidence(seq=event.seq, words=told[:SHOWN]), reason="it held before, and ceased"
    )


def _shown(expression: Expression, state: State, event: Event, lookup: Lookup) -> str:
    """The values and words by which the expression holds now, "" where it does not."""
    now = AtRest(state)
    for part in expression.standing:
        if part.holds(now):
            return (_told(part, now) or "it holds")[:SHOWN]
    if expression.happenings and isinstance(event.body, SEEN | ToolCalled):
        moment = AtEvent(state, event, lookup)
        for part in expression.happenings:
            if part.holds(moment):
                return (_told(part, moment) or "it happened")[:SHOWN]
    return ""


def _told(condition: Condition, moment: Moment) -> str:
    """What the condition's words and fields are at the moment: `tool refund, args.amount 129.00`."""
    told = [f"{one.word} {one.name}".strip() for one in _parts(condition) if isinstance(one, Happens)]
    for field in dict.fromkeys(_fields(condition)):
        value = field.of(moment)
        path = ".".join(map(str, (field.name, *field.keys)))
        told.append(f"{path} is {'not there' if value is MISSING else as_text(value)}")
    return ", ".join(told)


def _parts(condition: Condition) -> Iterator[Condition]:
    """The condition and every one inside of it."""
    yield condition
    match condition:
        case Not(part):
            yield from _parts(part)
        case Happens() | Repeats() | Given() | Compares() | Matches():
            return
        case _:
            for part in condition.parts:
                yield from _parts(part)


def _fields(condition: Condition) -> Iterator[Field]:
    for part in _parts(condition):
        operands: tuple[Operand, ...] = ()
        match part:
            case Given(field):
                operands = (field,)
            case Compares(_, left, right):
                operands = (left, right)
            case Matches(left):
                operands = (left,)
            case _:
                continue
        yield from [one for one in operands if isinstance(one, Field)]
