"""A run as it is seen from outside: where it stands, what it waits for, how it differs from what it replays."""

from __future__ import annotations

from workbench.decide import decide
from workbench.events import Event
from workbench.run.book import Book
from workbench.run.differences import Difference
from workbench.run.ports import Watcher
from workbench.run.replaying import DIFFERENCE, ENDS, Replaying
from workbench.state import Hold, State


class Observed:
    """What a run can be asked without changing it, and who is told of what it does."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._driving = self._pausing = False
        self._replaying: Replaying | None = None

    @property
    def state(self) -> State:
        """The state after the last committed event."""
        return self._book.state

    @property
    def trouble(self) -> str:
        """Why nothing can be recorded at the moment, "" where it can."""
        return self._book.trouble

    def event(self, seq: int) -> Event:
        """The event at `seq` of this branch or its parents."""
        return self._book.event(seq)

    def told(self, seq: int) -> Event:
        """The event at `seq` as the edits of the run let it read."""
        return self._book.told(seq)

    @property
    def driving(self) -> bool:
        """Whether `drive` is under way."""
        return self._driving

    @property
    def pausing(self) -> bool:
        """Whether a person asked to hold, and the next boundary is not reached yet."""
        return self._pausing

    @property
    def waiting(self) -> bool:
        """Nothing is left to do until somebody speaks."""
        state = self._book.next
        still = state.ended is None and state.held is None and not state.open_calls and not state.under_way
        return still and not decide(state)

    @property
    def question(self) -> Hold | None:
        """What the agent asks a person, where the run stands still for the answer."""
        held = self._book.next.held
        return held if held is not None and held.gate == "question" else None

    @property
    def replaying(self) -> Replaying | None:
        """The replay that this run is, or was before somebody went live."""
        return self._replaying

    @property
    def apart(self) -> Hold | None:
        """Where this is a replay that stands still and differs from its recording, or the recording ends: why it holds.

        A fork that leaves there, and a replay that a person paused there, stand there, too.
        """
        state = self._book.next
        if self._replaying is None or state.held is None or state.held.gate not in (DIFFERENCE, ENDS, "fork", "pause"):
            return None
        offered = decide(state)
        return self._replaying.compare(state, offered[0]) if offered else None

    @property
    def difference(self) -> Difference | None:
        """What differs there, where the recording does not simply end."""
        state = self._book.next
        if self.apart is None or self._replaying is None:
            return None
        return self._replaying.difference(state, decide(state)[0])

    def watch(self, watcher: Watcher) -> None:
        """Tell `watcher` of everything from now on."""
        self._book.watchers.append(watcher)

    def unwatch(self, watcher: Watcher) -> None:
        """Tell `watcher` nothing more."""
        self._book.watchers.remove(watcher)
