"""Conditions: what the expression of a breakpoint says, as values, and whether it holds at a moment. Pure.

An expression is an *or* of alternatives, and each alternative asks about one kind of moment: a command that is about
to be performed, an event that was recorded, or the run as it stands (which counts when it becomes true).
What is not there is `MISSING`: every comparison with it is false, whichever way round it is put.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Protocol, cast

import msgspec

from workbench.gates.pattern import first_match
from workbench.gates.vocabulary import ABOUT_FIELD, ABOUT_KIND, About

MOST_ALTERNATIVES: Final = 32

Key = str | int


class Missing:
    """What is not there."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


class Moment(Protocol):
    """What a condition is asked about."""

    def happens(self, word: str, name: str) -> bool:
        """Whether this is a moment of the kind `word`, for `tool` and `flips` of that name ("" is any)."""
        ...

    def value(self, field: str, keys: tuple[Key, ...]) -> object:
        """The JSON value (numbers are int or Decimal) at a path, or MISSING."""
        ...

    def repeats(self) -> int:
        """How many times the tool call that is about to be made was asked for, this one with it; 0 at others."""
        ...


class Happens(msgspec.Struct, frozen=True):
    """The moment is of this kind: `think`, `error`, …, `tool` with a name, or `flips` with a criterion's."""

    word: str
    name: str = ""

    def holds(self, moment: Moment) -> bool:
        return moment.happens(self.word, self.name)


class Repeats(msgspec.Struct, frozen=True):
    """The tool call was asked for this many times, with the same arguments."""

    times: int

    def holds(self, moment: Moment) -> bool:
        return moment.repeats() >= self.times


class Field(msgspec.Struct, frozen=True):
    """The value at a path: a field, and keys into it."""

    name: str
    keys: tuple[Key, ...] = ()

    def of(self, moment: Moment) -> object:
        return moment.value(self.name, self.keys)


class Literally(msgspec.Struct, frozen=True):
    """A value that stands in the expression itself."""

    value: Any

    def of(self, moment: Moment) -> object:
        return self.value


Operand = Field | Literally


class Given(msgspec.Struct, frozen=True):
    """The value is there and is neither null, false, zero nor empty."""

    field: Field

    def holds(self, moment: Moment) -> bool:
        value = self.field.of(moment)
        return value is not MISSING and bool(value)


class Compares(msgspec.Struct, frozen=True):
    """A comparison of two values by a sign or word of `COMPARISONS`; `never` turns it round."""

    sign: str
    left: Operand
    right: Operand
    never: bool = False

    def holds(self, moment: Moment) -> bool:
        left, right = self.left.of(moment), self.right.of(moment)
        if left is MISSING or right is MISSING:
            return False
        return compared(self.sign, left, right) is not self.never


class Matches(msgspec.Struct, frozen=True):
    """A regular expression is found in the value, as text; `never` turns it round."""

    left: Operand
    pattern: re.Pattern[str]
    never: bool = False

    def holds(self, moment: Moment) -> bool:
        left = self.left.of(moment)
        if left is MISSING:
            return False
        return (first_match(self.pattern, as_text(left)) is not None) is not self.never


class Not(msgspec.Struct, frozen=True):
    """The other does not hold."""

    part: Condition

    def holds(self, moment: Moment) -> bool:
        return not self.part.holds(moment)


class Every(msgspec.Struct, frozen=True):
    """Every part holds."""

    parts: tuple[Condition, ...]

    def holds(self, moment: Moment) -> bool:
        return all(part.holds(moment) for part in self.parts)


class Some(msgspec.Struct, frozen=True):
    """Some part holds."""

    parts: tuple[Condition, ...]

    def holds(self, moment: Moment) -> bool:
        return any(part.holds(moment) for part in self.parts)


Condition = Happens | Repeats | Given | Compares | Matches | Not | Every | Some


# --- comparing -------------------------------------------------------------------------------------------------------


def as_json(value: object) -> str:
    """JSON text of a value."""
    if isinstance(value, Decimal):
        return str(value)
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=float)
    except RecursionError:  # JSON that could just be read may be nested too deep to be written
        return ""


def as_text(value: object) -> str:
    """Text as it is, anything else as JSON."""
    return value if isinstance(value, str) else as_json(value)


def same(left: object, right: object) -> bool:
    """Whether two JSON values are equal; `true` is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    left, right = _alike(left, right)
    try:
        return left == right
    except RecursionError:  # as above
        return False


def _alike(left: object, right: object) -> tuple[object, object]:
    """A text that is a number, as one, where the other side is a number: money often travels as text."""
    if _is_number(left) and isinstance(right, str):
        return left, _as_number(right)
    if _is_number(right) and isinstance(left, str):
        return _as_number(left), right
    return left, right


def _as_number(text: str) -> object:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() else text


def _ordered(before: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    """An order among numbers and among texts; a text that is no number is neither before nor behind one."""

    def compare(left: object, right: object) -> bool:
        left, right = _alike(left, right)
        numbers = _is_number(left) and _is_number(right)
        texts = isinstance(left, str) and isinstance(right, str)
        return (numbers or texts) and before(left, right)

    return compare


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _contains(box: object, item: object) -> bool:
    """A text contains words, a list an item, an object a key."""
    if isinstance(box, str):
        return as_text(item) in box
    if isinstance(box, list):
        return any(same(one, item) for one in cast(Sequence[object], box))
    return isinstance(box, dict) and isinstance(item, str) and item in box


COMPARISONS: dict[str, Callable[[object, object], bool]] = {
    "==": same,
    "!=": lambda left, right: not same(left, right),
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
    "contains": _contains,
    "in": lambda left, right: _contains(right, left),
}


def compared(sign: str, left: object, right: object) -> bool:
    """Whether `left SIGN right` for two values that are there."""
    return COMPARISONS[sign](left, right)


# --- what it asks about ----------------------------------------------------------------------------------------------


def how_many(condition: Condition) -> int:
    """How many alternatives `condition` falls into."""
    match condition:
        case Some(parts):
            return sum(map(how_many, parts))
        case Every(parts):
            return math.prod(map(how_many, parts))
        case _:
            return 1


def alternatives(condition: Condition) -> list[Condition]:
    """`condition` as conditions of which one must hold, none with an *or* outside of a *not*."""
    match condition:
        case Some(parts):
            return [one for part in parts for one in alternatives(part)]
        case Every(parts):
            return [Every(choice) for choice in itertools.product(*map(alternatives, parts))]
        case _:
            return [condition]


def about(condition: Condition) -> About:
    """Which kind of moment an alternative asks about: an event if anything in it does, else a command, else the run."""
    asked = _about(condition)
    return "event" if "event" in asked else "command" if "command" in asked else "run"


def _about(part: Condition | Operand) -> set[About]:
    match part:
        case Happens("flips"):
            return {"event"}
        case Happens(word):
            return {ABOUT_KIND[word]}
        case Repeats():
            return {"command"}
        case Field(name):
            return {ABOUT_FIELD[name]}
        case Literally():
            return set()
        case Given(field):
            return _about(field)
        case Compares(_, left, right):
            return _about(left) | _about(right)
        case Matches(left):
            return _about(left)
        case Not(inner):
            return _about(inner)
        case _:
            return {one for inner in part.parts for one in _about(inner)}
