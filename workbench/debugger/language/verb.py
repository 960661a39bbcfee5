"""A verb: a word of the language, what it takes, and the function that does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal

import msgspec

from workbench.debugger.language.lines import Lines
from workbench.errors import UsedWrongly

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk

Do = Callable[["Talk", str], Lines | Awaitable[Lines]]
Takes = Literal["call", "answer", "tool", "cap", "branch", "verb", "condition", "ruling", "breakpoint", "fork", "live"]


class Verb(msgspec.Struct, frozen=True):
    """What a person can type.

    Attributes:
        short: other words for it.
        takes: its arguments as help shows them.
        means: one line; more: examples and rules, a line each.
        completes: what its arguments can be completed with.
        repeats: Enter on an empty line does it again.
    """

    name: str
    short: tuple[str, ...]
    takes: str
    means: str
    do: Do
    more: tuple[str, ...] = ()
    completes: tuple[Takes, ...] = ()
    repeats: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that means it, its name first."""
        return (self.name, *self.short)

    @property
    def usage(self) -> str:
        """`settle CALL ran|not-run|again|leave|verify [RESULT]`."""
        return f"{self.name} {self.takes}".rstrip()

    def wrong(self, problem: str) -> UsedWrongly:
        """An error that says what is wrong and how the verb goes."""
        return UsedWrongly(f"{problem}; it goes: {self.usage}")


def number(text: str, what: str = "an event's number") -> int:
    """The whole number that `text` is (`41` or `@41`).

    Raises:
        UsedWrongly: it is none.
    """
    digits = text.removeprefix("@")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 12):
        raise UsedWrongly(f"{text[:40]!r} is not {what}, such as 41")
    return int(digits)


def nothing(rest: str, verb: str) -> None:
    """Refuse arguments where a verb takes none.

    Raises:
        UsedWrongly: there are some.
    """
    if rest:
        raise UsedWrongly(f"{verb} takes nothing behind it, and {rest[:40]!r} was given")
