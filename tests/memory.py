"""A log in memory, for tests that need no file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workbench.errors import DiskFull, NotFound, StoreError
from workbench.events import By, Event, decode, stored

_Row = tuple[int, int, float, By, str, str, int, str]


class Memory:
    """A branch in memory, kept as its stored form so that nothing survives but what a file would keep.

    `room` is how many more commits the disk takes; None is without end. What is raised then is `broken`.
    """

    def __init__(self, events: Iterable[Event] = (), number: int = 1) -> None:
        self._rows = [_stored(event) for event in events]
        self._number = number
        self.room: int | None = None
        self.broken: StoreError = DiskFull("the disk took nothing more")
        self.snapshots: dict[int, tuple[str, bytes]] = {}
        self.drafts: dict[str, str] = {}
        self.durable: set[int] = set()

    @property
    def number(self) -> int:
        return self._number

    @property
    def last_seq(self) -> int:
        return len(self._rows)

    def events(self, after: int = 0, upto: int | None = None) -> Iterator[Event]:
        return (_loaded(row) for row in self._rows[after:upto])

    def events_of(self, *kinds: str, after: int = 0) -> Iterator[Event]:
        return (event for event in self.events(after) if event.body.kind in kinds)

    def get(self, seq: int) -> Event:
        if not 1 <= seq <= len(self._rows):
            raise NotFound(f"no event {seq}")
        return _loaded(self._rows[seq - 1])

    def snapshot(self, upto: int, version: str) -> tuple[int, bytes] | None:
        kept = [seq for seq, (form, _) in self.snapshots.items() if seq <= upto and form == version]
        return (max(kept), self.snapshots[max(kept)][1]) if kept else None

    def append(self, events: Sequence[Event], *, durable: bool = False) -> None:
        self._take_room()
        assert [event.seq for event in events] == [self.last_seq + 1 + place for place in range(len(events))]
        self._rows += [_stored(event) for event in events]
        if durable:
            self.durable |= {event.seq for event in events}

    def put_snapshot(self, seq: int, version: str, state: bytes) -> None:
        self._take_room()
        self.snapshots[seq] = (version, state)

    def put_draft(self, call: str, text: str, at: float) -> None:
        self._take_room()
        self.drafts[call] = text

    def cut(self, last: int) -> Memory:
        """Another log with only the first `last` events: what a process killed there leaves."""
        return Memory(self.events(0, last), self._number)

    def _take_room(self) -> None:
        if self.room == 0:
            raise self.broken
        if self.room is not None:
            self.room -= 1


def _stored(event: Event) -> _Row:
    body = event.body
    return (event.branch, event.seq, event.at, event.by, event.actor, *stored(body))


def _loaded(row: _Row) -> Event:
    branch, seq, at, by, actor, kind, version, body = row
    return Event(branch, seq, at, by, actor, decode(kind, version, body))
