"""A session as a face holds it: its run or its recording, the place one looks at, and the verbs.

A face calls verbs and draws what `state`, `steps` and `standing` say. It keeps no state of its own that matters.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from workbench.debugger.keeping import Keeper
from workbench.debugger.looking import Looking
from workbench.debugger.person import Person
from workbench.debugger.summary import Draft, Identity, summary_of
from workbench.debugger.watching import Watches
from workbench.debugger.words import standing
from workbench.errors import Impossible, NotWriter, WorkbenchError
from workbench.events import Event, Follow, Media, Mode, Ruling, Said
from workbench.events.messages import Delta
from workbench.events.parts import IMPORTED
from workbench.gates import Breakpoints, breaking
from workbench.run import Run, state_at
from workbench.run.ports import Reader
from workbench.run.replaying import DIFFERENCE, ENDS
from workbench.state import State, apply


class Session(Looking):
    """One branch, opened. Opening drives nothing.

    Attributes:
        run: the run, where this process is the writer; None while it only reads.
        other: who writes, where somebody else does.
        sealed: why nobody can write here; "" where somebody can.
        drafts: what streams at the moment, by call.
        person: who answers for the model `human`.
        breakpoints: where the run holds by itself.
        watches: the values that are watched.
    """

    def __init__(
        self,
        identity: Identity,
        reader: Reader,
        keeper: Keeper | None = None,
        *,
        run: Run | None = None,
        other: str = "",
        sealed: str = "",
        person: Person | None = None,
        breakpoints: Breakpoints | None = None,
        watches: Watches | None = None,
        fork: Callable[[int], Session] | None = None,
    ) -> None:
        super().__init__(reader)
        self._keeper, self._fork = Keeper() if keeper is None else keeper, fork
        self.rebuild = self._keeper.rebuild
        self.identity, self.run, self.other, self.sealed = identity, run, other, sealed
        self.person = person or Person()
        self.drafts: dict[str, Draft] = {}
        self.progress: dict[str, str] = {}
        self._followed = run.state if run is not None else state_at(reader)
        self.breakpoints = Breakpoints() if breakpoints is None else breakpoints
        self.watches = Watches() if watches is None else watches
        self._task: asyncio.Task[None] | None = None
        self._broken = ""
        if run is not None:
            self._keeper.listen(run)
            run.watch(self)
            self.breakpoints.follow(run.told, run.state)

    @property
    def newest(self) -> State:
        """The state after the newest event."""
        return self.run.state if self.run is not None else self._followed

    @property
    def driving(self) -> bool:
        """Whether this process is driving the run."""
        return self.run is not None and self.run.driving

    def event(self, seq: int) -> Event:
        """The event at `seq`."""
        return super().event(seq) if self.run is None else self.run.event(seq)

    def standing(self) -> str:
        """The one sentence that matters: where the run is and why it stands still."""
        trouble = self.run.trouble if self.run is not None else ""
        if trouble:
            return f"HELD, nothing can be saved: {trouble}"
        if self._broken:
            return f"HELD, broken off: {self._broken}"
        if self.looking is not None:
            return f"LOOKING BACK at event {self.looking} of {self.newest.seq}: s and n walk forward, S and N back"
        if self.person.question is not None:
            return "YOU ARE THE MODEL: type the answer"
        if self.run is not None and self.run.driving and self.run.pausing:
            return "PAUSING at the next boundary: ctrl+c again breaks off what is under way"
        why = "it may only be read here" if self.sealed else "another process writes it" if self.other else ""
        return standing(self.newest, driving=self.driving or bool(self.other), following=why)

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
        """Let the one held call pass, then hold again; in a replay that differs, this one call is made."""
        if self.newest.held is None:
            raise Impossible("nothing is held, so there is nothing to approve; continue goes on")
        if self.run is not None and self.run.apart is not None and self.looking is None:
            self.writer().choose("once")
            self._drive()
        else:
            self._go("step")

    def pause(self) -> None:
        """The first ctrl+c holds at the next boundary, the second breaks off what is under way."""
        if self.run is None or not self.run.driving:
            raise Impossible("nothing is under way, so there is nothing to pause; step and continue go on")
        if self.run.pausing:
            self.run.cancel()
        else:
            self.run.pause()
        self._tell()

    def now(self) -> None:
        """Ask the model that failed again at once, instead of after the wait that is under way."""
        if self.run is None:
            raise Impossible("nothing waits here to be asked again")
        self.run.hurry()
        self._tell()

    def say(self, text: str, media: tuple[Media, ...] = ()) -> None:
        """Speak to the agent; where it asked a question, or where a person is the model, this is the answer."""
        if self.person.question is not None:
            self.person.answer(text)
            return
        run = self._writer()
        model = run.state.specs[run.state.agent].model
        if run.state.ended is not None and model.startswith(f"{IMPORTED}:"):
            raise Impossible(f"{model} cannot be asked here, so this recording stays as it is: fork it to go on")
        self.looking = None
        waits = run.waiting or run.state.ended is not None or run.question is not None
        run.say(text, media=media)
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

    def keep_breakpoints(self) -> None:
        """Have the workspace keep the set of breakpoints as it is now."""
        self._keeper.keep_breakpoints(self.breakpoints.kept())
        self._tell()

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

    def settle(self, call: str, ruling: Ruling, result: str = "") -> None:
        """Rule on a call in doubt, or on a partial answer, then hold."""
        self._writer().settle(call, ruling, result)

    def limit(self, name: str, limit: str | None, *, at: Follow | None = None, model: str | None = None) -> None:
        """Change a cap; `at` says what follows when it is reached."""
        self._writer().limit(name, limit, at=at, model=model)

    def take_over(self) -> None:
        """Become the writer, now that the other process is gone.

        Raises:
            NotWriter: it is not gone.
        """
        if self.run is not None:
            raise Impossible("this process writes it already")
        if self.sealed:
            raise NotWriter(self.sealed)
        log, ports = self._keeper.take_over()
        self.other = ""
        self._turn_to(log)
        self.run = Run.open(log, ports, gates=breaking(self.breakpoints))
        self.breakpoints.follow(self.run.told, self.run.state)
        self._followed = self.run.state
        self._keeper.listen(self.run)
        self.run.watch(self)
        _ = self.steps  # what was recorded between the last look and the taking over
        self._tell()

    def refresh(self) -> bool:
        """Take in what another process has written since; whether there was anything."""
        if self.run is not None or not self._keeper.changed():
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
        self._keeper.close()
        self._keeper = Keeper()  # the cancelled task ends after the store is closed

    # -- inside -----------------------------------------------------------------------------------------------

    def _writer(self) -> Run:
        if self.sealed:
            raise NotWriter(self.sealed)
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
            words = self._said_next(run)
            if words is None:
                raise Impossible("the agent waits for you: i or say TEXT")
            run.release(mode, grant="")
            run.say(words.text, media=words.media)
            self._drive()
            return
        if run.state.ended is not None and run.state.ended.outcome in ("completed", "criteria_unmet"):
            raise Impossible("this run is over: i or say TEXT goes on with it, S and N (rs, rn) walk back through it")
        held = run.state.held
        if held is not None and held.gate in (DIFFERENCE, ENDS):
            if run.apart is not None:
                raise Impossible(f"{run.apart.reason}; {AT_DIFFERENCE}")
            run.release(mode, grant="")
        else:
            run.release(mode)
        self._drive()

    def _drive(self) -> None:
        run = self._writer()
        if not run.driving:
            self._broken = ""
            self._task = asyncio.create_task(self._driven(run))
            self._task.add_done_callback(_seen)  # who waits for it is told, and everybody by `standing`

    def _said_next(self, run: Run) -> Said | None:
        """What a person says next in the recording that is replayed, where the agent waits for it."""
        return run.replaying.said_next(run.state) if run.replaying is not None and run.waiting else None

    async def _driven(self, run: Run) -> None:
        try:
            await run.drive()
            while run.state.mode == "run" and (words := self._said_next(run)) is not None:
                run.say(words.text, media=words.media)
                await run.drive()
        except Exception as error:
            self._broken = str(error) if isinstance(error, WorkbenchError) else f"{type(error).__name__}: {error}"
            raise
        finally:
            try:
                self.summarise()
            finally:
                self._tell()

    def recorded(self, events: Sequence[Event]) -> None:
        """From the run: these were committed."""
        for event in events:
            call = getattr(event.body, "call", None)
            if call is not None and event.body.kind == "answer_changed":
                self.drafts.pop(call, None)  # what comes from here on is another answer
            elif call is not None and event.body.kind in _FACTS:
                self.drafts.pop(call, None)
                self.progress.pop(call, None)
        self._index(events)
        self.breakpoints.catch_up(self.newest)
        if self.breakpoints.unkept:  # one that held once is gone
            self.keep_breakpoints()
        if any(event.body.kind in _TURNS for event in events):
            self.summarise()
        self._tell()

    def streamed(self, call: str, delta: Delta) -> None:
        """From the run: a piece of an answer."""
        draft = self.drafts.get(call)
        if draft is None:
            draft = self.drafts[call] = Draft([], [])
        draft.take(delta)
        for _, streamed in self._changed:
            streamed()

    def progressed(self, call: str, words: str) -> None:
        """From the run: a tool says how far it is."""
        self.progress[call] = words
        self._tell()

    def summarise(self) -> None:
        """Bring what the list of sessions says of this one up to date."""
        if self.run is not None:
            self._keeper.summarise(summary_of(self.run.state))


def _seen(task: asyncio.Task[None]) -> None:
    """Take note of what it raised, which asyncio would else complain of on the screen."""
    if not task.cancelled():
        task.exception()


AT_DIFFERENCE = "recorded uses what was recorded, live goes on without the recording, stop ends the replay"
"""What there is to choose where a replay differs, in words."""

_FACTS = frozenset(("model_answered", "tool_returned", "call_failed", "doubted"))
_TURNS = frozenset(("run_started", "said", "held", "released", "answer_read", "run_ended", "forked", "writer_took"))
