"""Watches: values that a face shows for the place one looks at, and the events at which they became what they are.

A watch is a path (`cost`, `args.to`) or a text in quotes, which "changes" once, at the event that first held it.
What an event says nothing of (a message has no `args`) stays as it was told last.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from workbench.debugger.whence import whence
from workbench.decide import decide
from workbench.errors import NotFound, UsedWrongly
from workbench.gates.grammar import BadCondition
from workbench.gates.watch import Watch
from workbench.state import State, Ungated, apply

if TYPE_CHECKING:
    from workbench.debugger.looking import Looking

_QUOTES = ('"', "'")


class Change(msgspec.Struct, frozen=True):
    """At event `seq` the value became `value` (JSON text), or the text was first held; `words` say so.

    `invented`: the model wrote the text, and nothing before had held it.
    """

    seq: int
    value: str
    words: str
    invented: bool = False


class Told(msgspec.Struct, frozen=True):
    """A watch as it is shown: its value where one looks (None: there is none), since which event, and whether now."""

    text: str
    value: str | None
    since: int | None
    here: bool


class Watches:
    """What is watched, in order. `texts` may be shared, so that every branch of a session watches the same."""

    def __init__(self, texts: list[str] | None = None) -> None:
        self._texts: list[str] = [] if texts is None else texts
        self._histories: dict[str, _History] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._texts))

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, text: str) -> str:
        """Watch this too; the watch as it is named.

        Raises:
            BadCondition: it is no path, or a quote is never closed.
            UsedWrongly: the quotes hold nothing.
        """
        text = text.strip()
        if not _quoted(text):
            Watch(text)
        elif text[-1] != text[0] or len(text) == 1:
            raise BadCondition(text, 1, "this quote is never closed")
        elif not _bare(text):
            raise UsedWrongly('which text? For instance: "A-1007"')
        if text not in self._texts:
            self._texts.append(text)
        return text

    def remove(self, text: str) -> None:
        """Watch it no longer.

        Raises:
            NotFound: it is not watched.
        """
        if text not in self._texts:
            there = ", ".join(self._texts)
            raise NotFound(f"{text} is not watched; " + (f"watched are {there}" if there else "nothing is"))
        self._texts.remove(text)

    def clear(self) -> None:
        """Watch nothing."""
        self._texts.clear()

    def changes(self, session: Looking, text: str) -> list[Change]:
        """Every event of the branch at which it changed, in order; what it is at the first event is no change."""
        return self._history(session, text).changes

    def _history(self, session: Looking, text: str) -> _History:
        history = self._histories.get(text)
        if history is None:
            history = self._histories[text] = _Text(text) if _quoted(text) else _Path(text)
        history.read(session)
        return history

    def told(self, session: Looking, text: str) -> Told:
        """How the watch stands where one looks."""
        history, seq = self._history(session, text), session.seq
        at = bisect_right(history.changes, seq, key=_place)
        last = history.changes[at - 1] if at else None
        known, since = (history.start, None) if last is None else (last.value, last.seq)
        now = None if _quoted(text) else value_at(session, text)
        if now is not None and now != known:  # it stands in what is about to be done, and in no event yet
            return Told(text, now, seq, True)
        return Told(text, known, since, since == seq)

    def before(self, session: Looking, seq: int) -> Change | None:
        """The newest change of anything watched, before event `seq`."""
        found: list[Change] = []
        for text in self:
            changes = self.changes(session, text)
            at = bisect_left(changes, seq, key=_place)
            found += changes[at - 1 : at] if at else []
        return max(found, key=_place, default=None)

    def after(self, session: Looking, seq: int) -> Change | None:
        """The first change of anything watched, after event `seq`."""
        found: list[Change] = []
        for text in self:
            changes = self.changes(session, text)
            at = bisect_right(changes, seq, key=_place)
            found += changes[at : at + 1]
        return min(found, key=_place, default=None)


def value_at(session: Looking, text: str) -> str | None:
    """JSON text of what the path `text` is at the place one looks at; None where there is nothing.

    What the event there lacks is looked for in the command that would follow it.

    Raises:
        BadCondition: it is no path.
    """
    state, watch = session.state, Watch(text)
    found = watch.value(state, session.event(session.seq), session.event)
    if found is not None:
        return found
    ahead = next((command for command in decide(state) if not isinstance(command, Ungated)), None)
    return None if ahead is None else watch.ahead(state, ahead)


class _History:
    """The changes of one watch in one branch, as far as they were read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.changes: list[Change] = []
        self.start: str | None = None  # what it is after the first event
        self._read = 0

    def read(self, session: Looking) -> None:
        """Take in the events that came since."""


class _Path(_History):
    """Of a path."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._watch = Watch(text)
        self._known: str | None = None
        self._state = State()

    def read(self, session: Looking) -> None:
        newest = session.newest.seq
        if self._read >= newest:
            return
        state = self._state
        for event in session.events(self._read, newest):
            state = apply(state, event)
            value = self._watch.value(state, event, session.event)
            if value is not None and value != self._known:
                self._known = value
                if event.seq == 1:
                    self.start = value
                else:
                    self.changes.append(Change(event.seq, value, f"{self.text} became {value} here"))
        self._state, self._read = state, newest


class _Text(_History):
    """Of a text in quotes: where it was first held."""

    def read(self, session: Looking) -> None:
        newest = session.newest.seq
        if self.changes or self._read >= newest:
            return
        wanted = _bare(self.text)
        first = whence(session.events(self._read, newest), wanted).first
        self._read = newest
        if first is not None:
            found = whence(session.events(0, first.seq), wanted)
            self.changes.append(Change(first.seq, first.words, str(found), found.invented))


def _quoted(text: str) -> bool:
    return text.startswith(_QUOTES)


def _bare(text: str) -> str:
    return text.strip("'\"").strip()


def _place(change: Change) -> int:
    return change.seq
