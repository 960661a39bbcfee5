"""A session as a face holds it: its run or its recording, the place one looks at, and the verbs.

A face calls verbs and draws what `state`, `steps` and `standing` say. It keeps no state of its own that matters.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from workbench.debugger.past import Past, Stride, following, preceding, stops
from workbench.debugger.person import Person
from workbench.debugger.steps import Steps
from workbench.debugger.summary import Draft, Identity, Summary, summary_of
from workbench.debugger.words import standing
from workbench.errors import Impossible, NotWriter
from workbench.events import Event, Mode, ModelCalled, ToolSpec
from workbench.events.messages import Delta, Message
from workbench.run import Ports, Run, state_at
from workbench.run.check import Divergence, check
from workbench.run.ports import Log, Reader
from workbench.state import State, apply
from workbench.state.telling import Telling

Changed = Callable[[], None]


class Seen(msgspec.Struct, frozen=True):
    """What a model call asked. `kept`: how many of the messages, from the start, its call before had too."""

    call: str
    model: str
    system: str
    tools: tuple[ToolSpec, ...]
    messages: list[Message]
    kept: int


class Session:
    """One branch, opened. Opening drives nothing.

    Attributes:
        run: the run, where this process is the writer; None while it only reads.
        other: who writes, where somebody else does.
        looking: the event one looks at, None for the newest.
        drafts: what streams at the moment, by call.
        steps_read: the steps that were read from the file so far.
        person: who answers for the model `human`.
    """

    def __init__(
        self,
        identity: Identity,
        reader: Reader,
        *,
        run: Run | None = None,
        other: str = "",
        person: Person | None = None,
        changed_on_disk: Callable[[], bool] = lambda: False,
        summarise: Callable[[Summary], None] | None = None,
        take_over: Callable[[], tuple[Log, Ports]] | None = None,
        fork: Callable[[int], Session] | None = None,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.identity, self.run, self.other = identity, run, other
        self.person = person or Person()
        self.looking: int | None = None
        self.drafts: dict[str, Draft] = {}
        self.progress: dict[str, str] = {}
        self._reader = reader
        self._changed_on_disk, self._summarise, self._take_over, self._close = (
            changed_on_disk,
            summarise,
            take_over,
            close,
        )
        self._fork = fork
        self._followed = run.state if run is not None else state_at(reader)
        self._past = Past(reader)
        self._kinds: list[tuple[int, str]] = []
        self._read = 0
        self.steps_read = Steps()
        self._changed: list[Changed] = []
        self._task: asyncio.Task[None] | None = None
        if run is not None:
            run.watch(self)

    # -- looking ----------------------------------------------------------------------------------------------

    @property
    def newest(self) -> State:
        """The state after the newest event."""
        return self.run.state if self.run is not None else self._followed

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

    @property
    def driving(self) -> bool:
        """Whether this process is driving the run."""
        return self.run is not None and self.run.driving

    def event(self, seq: int) -> Event:
        """The event at `seq`."""
        return self._reader.get(seq) if self.run is None else self.run.event(seq)

    def events(self, after: int = 0, upto: int | None = None) -> list[Event]:
        """The events after `after`, up to and with `upto`."""
        return list(self._reader.events(after, upto))

    def state_at(self, seq: int) -> State:
        """The state after event `seq`."""
        return self.newest if seq == self.newest.seq else self._past.state(seq)

    def seen(self, seq: int) -> Seen:
        """What the model was asked at the event `seq`.

        Raises:
            Impossible: it is no model call.
        """
        event = self.event(seq)
        body = event.body
        if not isinstance(body, ModelCalled):
            raise Impossible(f"event {seq} is no model call, so no model saw anything there")
        state = self._past.state(seq)
        spec = state.spec(event.actor)
        told = Telling(state.actors[event.actor].log.refs(), self.event, [], {})
        return Seen(body.call, spec.model, spec.system, spec.tools, list(told), body.request.keep)

    def standing(self) -> str:
        """The one sentence that matters: where the run is and why it stands still."""
        trouble = self.run.trouble if self.run is not None else ""
        if trouble:
            return f"HELD, nothing can be saved: {trouble}"
        if self.looking is not None:
            return f"LOOKING BACK at event {self.looking} of {self.newest.seq}: s and n walk forward, S and N back"
        if self.person.question is not None:
            return "YOU ARE THE MODEL: type the answer"
        other = "another process writes it" if self.other else ""
        return standing(self.newest, driving=self.driving or bool(self.other), following=other)

    def on_change(self, changed: Changed) -> None:
        """Call `changed` after anything new was recorded, streamed or said of progress."""
        self._changed.append(changed)

    # -- going on ---------------------------------------------------------------------------------------------

    def step(self) -> None:
        """To the next phase; over recorded events while one looks back."""
        self._go("step")

    def next(self) -> None:
        """To the next iteration."""
        self._go("next")

    def finish(self) -> None:
        """To the end of this actor's turn."""
        self._go("finish")

    def proceed(self) -> None:
        """To the next hold."""
        self._go("run")

    def approve(self) -> None:
        """Let the one held call pass, then hold again."""
        if self.newest.held is None:
            raise Impossible("nothing is held, so there is nothing to approve")
        self._go("step")

    def back(self, stride: Stride) -> None:
        """Look at the stop before; nothing is undone.

        Raises:
            Impossible: this is the first one.
        """
        if self.driving:
            raise Impossible("the run is under way: ctrl+c holds it, then you can look back")
        place = preceding(self._stops(stride), self.seq)
        if place is None:
            raise Impossible("this is where it began")
        self.looking = place
        self._tell()

    def look(self, seq: int | None) -> None:
        """Look at event `seq`; None for the newest."""
        newest = self.newest.seq
        if seq is not None and not 1 <= seq <= newest:
            raise Impossible(f"there is no event {seq}: this branch has 1 to {newest}")
        self.looking = None if seq == newest else seq
        self._tell()

    def pause(self) -> None:
        """The first ctrl+c holds at the next boundary, the second breaks off what is under way."""
        if self.run is None or not self.run.driving:
            raise Impossible("nothing is under way, so there is nothing to pause")
        if self.run.pausing:
            self.run.cancel()
        else:
            self.run.pause()
        self._tell()

    def say(self, text: str) -> None:
        """Speak to the agent; where a person is the model, this is its answer."""
        if self.person.question is not None:
            self.person.answer(text)
            return
        run = self._writer()
        self.looking = None
        waits = run.waiting or run.state.ended is not None
        run.say(text)
        if waits:
            self._drive()

    def fork(self, seq: int | None = None) -> Session:
        """A new branch of this session that leaves it after event `seq` (the place one looks at), held.

        Raises:
            Impossible: there is no such event, or this session cannot be written here.
        """
        place = self.seq if seq is None else seq
        if not 1 <= place <= self.newest.seq:
            raise Impossible(f"there is no event {place} to fork after: this branch has 1 to {self.newest.seq}")
        if self._fork is None:
            raise Impossible("this session cannot be forked here")
        return self._fork(place)

    def writer(self) -> Run:
        """The run, at its newest event and standing still, for a verb that changes it.

        Raises:
            Impossible: it is under way.
            NotWriter: another process writes it.
        """
        run = self._writer()
        if run.driving:
            raise Impossible("it is under way: ctrl+c holds it, then it can be changed")
        return run

    def drive(self) -> None:
        """Go on in the mode that the run is in, from where a verb left it."""
        self.looking = None
        self._drive()

    def settle(self, call: str, ruling: Literal["ran", "not_run", "again", "leave"], result: str = "") -> None:
        """Rule on a call in doubt, then hold."""
        self._writer().settle(call, ruling, result)

    def limit(self, name: str, limit: str | None) -> None:
        """Change a cap."""
        self._writer().limit(name, limit)

    def replay(self) -> State | Divergence:
        """Check the whole recording against the rules; touches no model, tool or network."""
        return check(self._reader.events())

    def take_over(self) -> None:
        """Become the writer, now that the other process is gone.

        Raises:
            NotWriter: it is not gone.
        """
        if self.run is not None:
            raise Impossible("this process writes it already")
        if self._take_over is None:
            raise NotWriter("this session can only be read")
        log, ports = self._take_over()
        self._reader, self.other = log, ""
        self._past = Past(log)
        self.run = Run.open(log, ports)
        self._followed = self.run.state
        self.steps_read, self._kinds, self._read = Steps(), [], 0
        self.run.watch(self)
        self._tell()

    def refresh(self) -> bool:
        """Take in what another process has written since; whether there was anything."""
        if self.run is not None or not self._changed_on_disk():
            return False
        events = list(self._reader.events(self._followed.seq))
        if not events:
            return False
        for event in events:
            self._followed = apply(self._followed, event)
        self._index(events)
        self._tell()
        return True

    async def settled(self) -> None:
        """Wait until what was set going stands still."""
        if self._task is not None:
            await self._task

    def close(self) -> None:
        """Stop driving (open calls will be in doubt) and let go of the branch."""
        if self._task is not None:
            self._task.cancel()
        self.summarise()
        self._summarise = None  # the cancelled task ends after the store is closed
        self._close()

    # -- inside -----------------------------------------------------------------------------------------------

    def _writer(self) -> Run:
        if self.run is None:
            who = f" ({self.other})" if self.other else ""
            raise NotWriter(
                f"another process writes this session{who}: it can be read here, or taken over when that one is gone"
            )
        return self.run

    def _go(self, mode: Mode) -> None:
        if self.looking is not None:
            self._walk("next" if mode == "next" else "step" if mode == "step" else "run")
            return
        run = self._writer()
        if run.driving:
            raise Impossible("it is under way: ctrl+c holds it")
        if run.waiting:
            raise Impossible("the agent waits for you: i, then say something")
        if run.state.ended is not None and run.state.ended.outcome in ("completed", "criteria_unmet"):
            raise Impossible("this run is over: i and say something goes on with it, S and N walk back through it")
        run.release(mode)
        self._drive()

    def _walk(self, stride: Stride) -> None:
        place = following(self._stops(stride), self.seq)
        self.looking = None if place is None or place >= self.newest.seq else place
        self._tell()

    def _stops(self, stride: Stride) -> list[int]:
        _ = self.steps
        return stops(self._kinds, stride)

    def _drive(self) -> None:
        run = self._writer()
        if not run.driving:
            self._task = asyncio.create_task(self._driven(run))

    async def _driven(self, run: Run) -> None:
        try:
            await run.drive()
        finally:
            self.summarise()
            self._tell()

    def _index(self, events: Sequence[Event]) -> None:
        """Take in events that follow what was read; others are read from the file in their turn."""
        if events and events[0].seq == self._read + 1:
            self.steps_read.extend(events)
            self._kinds += [(event.seq, event.body.kind) for event in events]
            self._read = events[-1].seq

    def recorded(self, events: Sequence[Event]) -> None:
        """From the run: these were committed."""
        for event in events:
            call = getattr(event.body, "call", None)
            if call is not None and event.body.kind in _FACTS:
                self.drafts.pop(call, None)
                self.progress.pop(call, None)
        self._index(events)
        if any(event.body.kind in _TURNS for event in events):
            self.summarise()
        self._tell()

    def streamed(self, call: str, delta: Delta) -> None:
        """From the run: a piece of an answer."""
        draft = self.drafts.get(call)
        if draft is None:
            draft = self.drafts[call] = Draft([], [])
        if delta.text:
            draft.text.append(delta.text)
        if delta.thinking:
            draft.thinking.append(delta.thinking)
        self._tell()

    def progressed(self, call: str, words: str) -> None:
        """From the run: a tool says how far it is."""
        self.progress[call] = words
        self._tell()

    def _tell(self) -> None:
        for changed in self._changed:
            changed()

    def summarise(self) -> None:
        """Bring what the list of sessions says of this one up to date."""
        if self._summarise is not None and self.run is not None:
            self._summarise(summary_of(self.run.state))


_FACTS = frozenset(("model_answered", "tool_returned", "call_failed", "doubted"))
_TURNS = frozenset(("run_started", "said", "held", "released", "answer_read", "run_ended", "forked", "writer_took"))
