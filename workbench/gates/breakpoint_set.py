"""Which breakpoints there are: numbered, in order, one set for every run that holds at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from workbench.errors import NotFound, UsedWrongly
from workbench.gates.conditions import Condition, about, alternatives
from workbench.gates.rules import Action, check, read_action, split
from workbench.gates.vocabulary import About


class Breakpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where to hold.

    Attributes:
        text: the expression.
        once: gone after it held once.
        trace: what is hit is told and nothing is held.
        ignore: how many hits still pass.
        hits: how often it was hit, ignored hits with them.
        action: what is done there in the place of a hold, which makes it a rule (see `workbench.gates.rules`).
    """

    number: int
    text: str
    enabled: bool = True
    once: bool = False
    trace: bool = False
    ignore: int = 0
    hits: int = 0
    action: str = ""

    @property
    def words(self) -> str:
        """The expression, and what is done there."""
        return f"{self.text} do {self.action}" if self.action else self.text


class _Shared(msgspec.Struct):
    """What every holder of a set sees: each breakpoint, its parsed parts, its action, by number.

    Attributes:
        said: the breakpoint → when a person last said what it is or ignores; words: how often that was.
        next: a number that is unused.
        unkept: it was changed since it was kept for another time.
    """

    all: dict[int, Breakpoint] = msgspec.field(default_factory=dict[int, Breakpoint])
    parts: dict[int, dict[About, list[Condition]]] = msgspec.field(
        default_factory=dict[int, dict[About, list[Condition]]]
    )
    actions: dict[int, Action] = msgspec.field(default_factory=dict[int, Action])
    said: dict[int, int] = msgspec.field(default_factory=dict[int, int])
    words: int = 0
    next: int = 1
    unkept: bool = False


class _Counted(msgspec.Struct):
    """What is left of a breakpoint for who counts alone: hits that pass, whether it held once; since it was `said`."""

    said: int
    ignore: int
    spent: bool = False


class BreakpointSet:
    """Breakpoints in order. A set that is made of another is the same one: what is set in one is set in both.

    What they have yet to ignore, and whether one that holds once did, is counted together, or alone by who asks for it.
    """

    def __init__(self, kept: BreakpointSet | Iterable[Breakpoint] = ()) -> None:
        """`kept` are those of another time, or a set to share.

        Raises:
            BadCondition: one of them says nothing.
        """
        self._shared = kept._shared if isinstance(kept, BreakpointSet) else _Shared()
        self._all, self._parts, self._actions = self._shared.all, self._shared.parts, self._shared.actions
        self._alone: dict[int, _Counted] | None = None
        if not isinstance(kept, BreakpointSet):
            self.take(kept)

    def __iter__(self) -> Iterator[Breakpoint]:
        if self._alone is None:
            return iter(list(self._all.values()))
        return iter([mine for one in self._all.values() if (mine := self._mine(one)) is not None])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __getitem__(self, number: int) -> Breakpoint:
        """The breakpoint of that number.

        Raises:
            NotFound: there is none.
        """
        one = self._mine(self._all[number]) if number in self._all else None
        if one is None:
            there = ", ".join(str(other.number) for other in self)
            raise NotFound(f"there is no breakpoint {number}; " + (f"there are {there}" if there else "none is set"))
        return one

    def count_alone(self) -> None:
        """From now on count for this holder alone, from what is left now: no other one uses it up, nor this another's.

        A breakpoint that holds once then stays in the set, and is none here any more.
        """
        self._alone = {one.number: _Counted(self._shared.said[one.number], one.ignore) for one in self}

    @property
    def unkept(self) -> bool:
        """Whether it was changed, by a person or by a hit, since it was last kept."""
        return self._shared.unkept

    def add(self, text: str, *, once: bool = False, trace: bool = False) -> Breakpoint:
        """A new breakpoint, or with `do ACTION` behind its condition a rule; its number is never given twice.

        Raises:
            BadCondition: `text` says nothing.
            UsedWrongly: its action is none, could never be done, or would never end.
        """
        condition, action = split(text)
        return self._put(Breakpoint(self._shared.next, condition, once=once, trace=trace, action=action))

    def remove(self, number: int) -> Breakpoint:
        """Take one away."""
        gone = self[number]
        self._drop(number)
        return gone

    def _drop(self, number: int) -> None:
        del self._all[number], self._parts[number], self._shared.said[number]
        self._actions.pop(number, None)
        self._shared.unkept = True

    def clear(self) -> None:
        """Take all away."""
        for number in list(self._all):
            self._drop(number)

    def enable(self, number: int, enabled: bool = True) -> Breakpoint:
        """Switch one on or off."""
        self._change(replace(self._all[self[number].number], enabled=enabled))
        return self[number]

    def ignore(self, number: int, count: int) -> Breakpoint:
        """Let the next `count` hits of one pass, for every holder.

        Raises:
            UsedWrongly: the count is below 0.
        """
        if count < 0:
            raise UsedWrongly(f"a breakpoint can ignore 0 hits or more, not {count}")
        return self._say(replace(self[number], ignore=count))

    def kept(self) -> list[Breakpoint]:
        """The set as it is kept for another time: without what was counted."""
        self._shared.unkept = False
        return [replace(one, hits=0) for one in self._all.values()]

    def take(self, kept: Iterable[Breakpoint]) -> None:
        """Be these from now on.

        Raises:
            BadCondition: one of them says nothing.
        """
        self.clear()
        for one in kept:
            self._put(one)
        self._shared.unkept = False

    def _put(self, one: Breakpoint) -> Breakpoint:
        from workbench.gates.grammar import parse

        parts: dict[About, list[Condition]] = {}
        every = list(alternatives(parse(one.text)))
        for part in every:
            parts.setdefault(about(part), []).append(part)
        if one.action:
            action = read_action(one.action)
            check(action, every)
            if one.trace:
                raise UsedWrongly("trace only tells, so nothing can be done there: b CONDITION do ACTION is a rule")
            self._actions[one.number] = action
        self._parts[one.number] = parts
        self._shared.next = max(self._shared.next, one.number + 1)
        return self._say(one)

    def _say(self, one: Breakpoint) -> Breakpoint:
        """What a person says of it, which counts anew for everybody."""
        self._shared.words += 1
        self._shared.said[one.number] = self._shared.words
        return self._change(one)

    def _change(self, one: Breakpoint) -> Breakpoint:
        self._all[one.number] = one
        self._shared.unkept = True
        return one

    def _mine(self, one: Breakpoint) -> Breakpoint | None:
        """The breakpoint as it stands for this holder; None where it held once already."""
        if self._alone is None:
            return one
        counted = self._alone.get(one.number)
        if counted is None or counted.said != self._shared.said[one.number]:
            counted = self._alone[one.number] = _Counted(self._shared.said[one.number], one.ignore)
        return None if counted.spent else replace(one, ignore=counted.ignore)

    def _count(self, number: int) -> bool:
        """Note a hit, which is no change that is worth keeping; whether it is ignored."""
        one, mine = self._all[number], self[number]
        ignored = mine.ignore > 0
        if self._alone is None:
            self._all[number] = replace(one, hits=one.hits + 1, ignore=one.ignore - ignored)
        else:
            self._all[number] = replace(one, hits=one.hits + 1)
            self._alone[number].ignore -= ignored
        return ignored

    def _spend(self, number: int) -> None:
        """It held once, and does not hold here again."""
        if self._alone is None:
            self._drop(number)
        else:
            self._alone[number].spent = True
