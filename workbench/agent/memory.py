"""A log in memory only, for a run whose session nobody will open again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.errors import NotFound
from workbench.events import Event


class MemoryLog:
    """The only branch of a session in memory.

    Attributes:
        written: a run has it, and no other may.
    """

    number = 1

    def __init__(self) -> None:
        self.written = False
        self._events: list[Event] = []

    @property
    def last_seq(self) -> int:
        return len(self._events)

    def events(self, after: int = 0, upto: int | None = None) -> Iterator[Event]:
        return iter(self._events[after:upto])

    def events_of(self, *kinds: str, after: int = 0) -> Iterator[Event]:
        return (event for event in self.events(after) if event.body.kind in kinds)

    def get(self, seq: int) -> Event:
        if not 1 <= seq <= len(self._events):
            raise NotFound(f"there is no event {seq}")
        return self._events[seq - 1]

    def snapshot(self, upto: int, version: str) -> tuple[int, bytes] | None:
        """Nothing is gained by one: the events are at hand."""
        return None

    def append(self, events: Sequence[Event], *, durable: bool = False) -> None:
        self._events += events

    def close(self) -> None:
        """Let the next run have it."""
        self.written = False

    def put_snapshot(self, seq: int, version: str, state: bytes) -> None:
        """Nobody will ask for it."""

    def put_draft(self, call: str, text: str, at: float) -> None:
        """Nobody will ask for it."""
