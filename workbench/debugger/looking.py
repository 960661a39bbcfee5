"""A branch as one looks at it: any place in it, its steps, what a model was asked; looking changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from workbench.debugger.exchanged import Rebuild
from workbench.debugger.past import Past, Stride, following, preceding, stops
from workbench.debugger.steps import Steps
from workbench.debugger.view import View, view
from workbench.errors import Impossible
from workbench.events import Event
from workbench.run.check import Divergence, check
from workbench.run.ports import Reader
from workbench.state import State

Changed = Callable[[], None]


class Looking:
    """What can be seen of a branch without writing it.

    Attributes:
        looking: the event one looks at, None for the newest.
        steps_read: the steps that were read from the file so far.
    """

    def __init__(self, reader: Reader) -> None:
        self.looking: int | None = None
        self._changed: list[tuple[Changed, Changed]] = []
        self._kinds: list[tuple[int, str]] = []
        self._walked: dict[Stride, list[int]] = {}
        self._read = 0
        self.steps_read = Steps()
        self._turn_to(reader)

    rebuild: Rebuild | None = None
    """Makes the body of a request that was sent again."""

    def _turn_to(self, reader: Reader) -> None:
        """Read the branch through this from now on; what was read of it stays."""
        self._reader = reader
        self._past = Past(reader)

    @property
    def newest(self) -> State:
        """The state after the newest event."""
        return self._past.state(self._reader.last_seq)

    @property
    def driving(self) -> bool:
        """Whether this process is driving the run."""
        return False

    @property
    def state(self) -> State:
        """The state at the place one looks at."""
        return self.newest if self.looking is None else self._past.state(self.looking)

    @property
    def seq(self) -> int:
        """The event one looks at."""
        return self.newest.seq if self.looking is None else self.looking

    @property
    def steps(self) -> Steps:
        """Every step of the branch up to its newest event; read from the file when first asked for."""
        while self.read_steps(None):
            continue
        return self.steps_read

    def read_steps(self, most: int | None = 500) -> bool:
        """Read on, `most` events at a time, so that a face stays alive meanwhile; whether there is more to read.

        `steps_read` holds what was read so far.
        """
        newest = self.newest.seq
        if self._read < newest:
            upto = newest if most is None else min(newest, self._read + most)
            self._index(list(self._reader.events(self._read, upto)))
        return self._read < self.newest.seq

    def event(self, seq: int) -> Event:
        """The event at `seq`."""
        return self._reader.get(seq)

    def events(self, after: int = 0, upto: int | None = None) -> list[Event]:
        """The events after `after`, up to and with `upto`."""
        return list(self._reader.events(after, upto))

    def events_of(self, *kinds: str, after: int = 0) -> Iterator[Event]:
        """The events of these kinds after `after`, in order; no others are read."""
        return self._reader.events_of(*kinds, after=after)

    def state_at(self, seq: int) -> State:
        """The state after event `seq`."""
        return self.newest if seq == self.newest.seq else self._past.state(seq)

    def seen(self, seq: int) -> View:
        """What the model was asked at the event `seq`, against that actor's call before.

        Raises:
            Impossible: it is no model call.
        """
        return view(self, seq, self.rebuild)

    def on_change(self, changed: Changed, *, streamed: Changed | None = None) -> None:
        """Call `changed` after anything new was recorded, streamed or said of progress.

        Args:
            streamed: called instead where no more has come than a piece of an answer, as happens very often.
        """
        self._changed.append((changed, streamed or changed))

    def back(self, stride: Stride) -> None:
        """Look at the stop before; nothing is undone.

        Raises:
            Impossible: this is the first one.
        """
        if self.driving:
            raise Impossible("the run is under way: ctrl+c holds it, then you can look back")
        place = preceding(self._stops(stride), self.seq)
        if place is None:
            raise Impossible("this is where it began; step, next and continue walk forward")
        self.looking = place
        self._tell()

    def look(self, seq: int | None) -> None:
        """Look at event `seq`; None for the newest."""
        newest = self.newest.seq
        if seq is not None and not 1 <= seq <= newest:
            raise Impossible(f"there is no event {seq}: this branch has 1 to {newest}")
        self.looking = None if seq == newest else seq
        self._tell()

    def replay(self) -> State | Divergence:
        """Check the whole recording against the rules; touches no model, tool or network."""
        return check(self._reader.events())

    def _walk(self, stride: Stride) -> None:
        place = following(self._stops(stride), self.seq)
        self.looking = None if place is None or place >= self.newest.seq else place
        self._tell()

    def _stops(self, stride: Stride) -> list[int]:
        _ = self.steps
        if stride not in self._walked:
            self._walked[stride] = stops(self._kinds, stride)
        return self._walked[stride]

    def _index(self, events: Sequence[Event]) -> None:
        """Take in events that follow what was read; others are read from the file in their turn."""
        if events and events[0].seq == self._read + 1:
            self.steps_read.extend(events)
            self._kinds += [(event.seq, event.body.kind) for event in events]
            self._read = events[-1].seq
            self._walked.clear()

    def _tell(self) -> None:
        for changed, _ in self._changed:
            changed()
