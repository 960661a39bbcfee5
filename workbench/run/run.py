"""Run: the only writer of a branch. Takes what `decide` offers, asks the gates, records, performs, records again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal

from workbench.budget import check_limit
from workbench.decide import decide
from workbench.errors import DiskFull, Impossible, StoreError
from workbench.events import (
    Body,
    By,
    CallFailed,
    CriterionJudged,
    Doubted,
    Event,
    Held,
    LimitSet,
    Mode,
    Outcome,
    Released,
    RunEnded,
    RunStarted,
    Said,
    Settled,
    ToolCalled,
    ToolReturned,
    WriterTook,
)
from workbench.events.messages import Delta
from workbench.gates import GATES, Gate, first_hold
from workbench.run.consequences import judged, reading_of
from workbench.run.effects import Effects, Fact
from workbench.run.ports import Log, Ports, Watcher
from workbench.run.unfold import require_start, state_at
from workbench.state import CallModel, CallTool, Command, Conclude, Hold, State, apply
from workbench.state.snapshot import FORM, freeze

_RECENT = 512
_FIRST_SNAPSHOT = 512
_BREATH = 0.002


class Run:
    """A branch that is being written.

    Everything that happens is recorded before it is shown. A staged event is folded into the state at once and
    committed together with what follows from it; where the disk is full it stays staged until there is room.

    Attributes:
        state: the state after the last committed event.
        trouble: why nothing can be recorded at the moment, "" where it can.
    """

    def __init__(self, log: Log, ports: Ports, *, state: State, gates: Sequence[Gate] = GATES) -> None:
        self.state = state
        self.trouble = ""
        self._log, self._ports, self._gates = log, ports, gates
        self._next = state
        self._staged: list[Event] = []
        self._durable = False
        self._recent: dict[int, Event] = {}
        self._watchers: list[Watcher] = []
        self._effects = Effects(
            ports, self.event, streamed=self._streamed, progressed=self._progressed, draft=self._draft
        )
        self._tasks: dict[asyncio.Task[Fact | None], CallModel | CallTool] = {}
        self._inline: asyncio.Task[object] | None = None
        self._unbegun: list[CallModel | CallTool] = []
        self._driving = self._pausing = False
        self._snapshot_at = max(_FIRST_SNAPSHOT, state.seq + state.seq // 8)

    @classmethod
    def start(
        cls, log: Log, ports: Ports, started: RunStarted, *, by: By = "human", gates: Sequence[Gate] = GATES
    ) -> Run:
        """Begin an empty branch with `started` as its first event."""
        run = cls(log, ports, state=State(branch=log.number), gates=gates)
        run._record(started, by=by)
        return run

    @classmethod
    def open(cls, log: Log, ports: Ports, *, gates: Sequence[Gate] = GATES) -> Run:
        """Take over a branch as it stands; calls that were under way are now in doubt. Drives nothing."""
        run = cls(log, ports, state=state_at(log), gates=gates)
        require_start(run.state)
        run._doubt_orphans()
        return run

    # -- looking ----------------------------------------------------------------------------------------------

    def event(self, seq: int) -> Event:
        """The event at `seq` of this branch or its parents."""
        event = self._recent.get(seq)
        return self._log.get(seq) if event is None else event

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
        state = self._next
        return state.ended is None and state.held is None and not state.open_calls and not decide(state)

    def watch(self, watcher: Watcher) -> None:
        """Tell `watcher` of everything from now on."""
        self._watchers.append(watcher)

    # -- the verbs --------------------------------------------------------------------------------------------

    def release(self, mode: Mode = "run", *, grant: str | None = None, by: By = "human") -> None:
        """Let a held or ended run go on in `mode`. `grant` names the command that may pass; by default the held one."""
        self._pausing = False
        self._record(Released(mode=mode, grant=self._shown() if grant is None else grant), by=by)

    def _shown(self) -> str:
        """The key of the command that a release without a name lets pass: only one that nothing else would hold.

        A person has seen what the hold says. A pause or a fork says nothing of the gates behind it.
        """
        held = self._next.held
        if held is not None and held.command and held.gate != "pause":
            return held.command
        offered = decide(self._next)
        hold = first_hold(self._gates, self._next, offered[0]) if offered else None
        return offered[0].key if offered and (hold is None or hold.gate == "step") else ""

    def say(self, text: str, *, actor: str = "", by: By = "human") -> None:
        """Speak to an actor (the agent, where none is named); it is heard when the actor is done with what it is at."""
        self._record(Said(text=text), actor=actor or self._next.agent, by=by)

    def pause(self) -> None:
        """Hold at the next boundary."""
        if not self._driving:
            raise Impossible("nothing is under way, so there is nothing to pause")
        self._pausing = True

    def cancel(self) -> None:
        """Break off the calls that are under way and hold: a model's partial answer is kept, an effect is in doubt."""
        if self._inline is None and not self._tasks:
            raise Impossible("no call is under way, so there is nothing to break off")
        self._pausing = self._effects.cancelled = True
        for task in self._tasks:
            task.cancel()
        if self._inline is not None:
            self._inline.cancel()

    def limit(self, name: str, limit: str | None, *, by: By = "human") -> None:
        """Change a cap; None lifts it.

        Raises:
            UsedWrongly: there is no such cap, or the limit is no number.
        """
        check_limit(name, limit)
        self._record(LimitSet(name=name, limit=limit), by=by)

    def settle(
        self,
        call: str,
        ruling: Literal["ran", "not_run", "again", "leave"],
        result: str = "",
        *,
        by: By = "human",
    ) -> None:
        """Rule on a call in doubt.

        Raises:
            Impossible: no call of that id is in doubt.
        """
        for actor in self._next.actors.values():
            for want in actor.wants:
                if want.call == call and want.status == "doubt":
                    self._durable = True
                    self._stage(Settled(call=call, ruling=ruling), actor.name, by)
                    if ruling == "ran":
                        self._stage(ToolReturned(call=call, content=result), actor.name, by)
                    elif ruling == "not_run":
                        self._stage(
                            CallFailed(call=call, error="not_run", message="this call did not happen"),
                            actor.name,
                            by,
                        )
                    self._commit()
                    return
        doubtful = ", ".join(want.call for want in self._next.doubtful)
        raise Impossible(f"call {call!r} is not in doubt; " + (f"in doubt: {doubtful}" if doubtful else "no call is"))

    def end(self, outcome: Outcome, reason: str = "", *, by: By = "engine") -> None:
        """Close the run; speaking to it or releasing it opens it again."""
        if self._next.ended is None:
            self._record(RunEnded(outcome=outcome, reason=reason), by=by)

    # -- driving ----------------------------------------------------------------------------------------------

    async def drive(self) -> None:
        """Go on until something holds, the run ends, or only a person can say what comes next.

        Yields to the event loop at least every few milliseconds, also where no effect ever waits: a key press is
        answered while a scripted model runs. A full disk stops it with `trouble` set and loses nothing.
        """
        if self._driving:
            raise Impossible("this run is being driven already")
        self._driving, self._effects.cancelled = True, False
        try:
            self._commit()
            self._doubt_orphans()
            monotonic = self._ports.monotonic
            breathed = monotonic()
            while True:
                self._unbegun += self._advance()
                self._commit()
                effects, self._unbegun = self._unbegun, []
                if len(effects) == 1 and not self._tasks:
                    await self._perform(effects[0])
                elif effects or self._tasks:
                    await self._perform_together(effects)
                else:
                    return
                if monotonic() - breathed >= _BREATH:
                    await asyncio.sleep(0)
                    breathed = monotonic()
        except DiskFull as full:
            self.trouble = str(full)
            while self._tasks:
                await self._perform_together([])
        finally:
            self._driving = self._pausing = False
            for task in self._tasks:
                task.cancel()
            self._tasks.clear()

    def _doubt_orphans(self) -> None:
        """Calls that nobody is performing, since their process or their `drive` was broken off, are in doubt."""
        if self._next.under_way and not self._unbegun:
            self._record(WriterTook(process=f"pid {os.getpid()}"))

    def _advance(self) -> list[CallModel | CallTool]:
        """Stage everything that can be staged now, and give the effects whose intents were staged."""
        effects: list[CallModel | CallTool] = []
        while True:
            state = self._next
            if state.held is not None or state.ended is not None:
                return effects
            commands = decide(state)
            if not commands:
                return effects
            command = commands[0]
            hold = self._hold(state, command)
            if hold is not None:
                if not effects and not self._tasks:
                    self._stand_still(hold)
                return effects
            if isinstance(command, CallModel | CallTool):
                self._stage(command.intent(), command.actor, "engine")
                effects.append(command)
            elif isinstance(command, Conclude):
                self._stage(reading_of(state, command.actor, self.event), command.actor, "engine")
            else:
                self._stage(command.body, command.actor, "engine" if isinstance(command.body, RunEnded) else "rule")

    def _hold(self, state: State, command: Command) -> Hold | None:
        if self._pausing:
            return Hold("pause", "paused", command.key, command.phase, getattr(command, "call", None))
        return first_hold(self._gates, state, command)

    def _stand_still(self, hold: Hold) -> None:
        if hold.ends:
            self._stage(RunEnded(outcome="budget", reason=hold.reason), "", "engine")
            return
        self._pausing = False
        by: By = "human" if hold.gate == "pause" else "engine"
        self._stage(
            Held(gate=hold.gate, reason=hold.reason, command=hold.command, phase=hold.phase, call=hold.call),
            "",
            by,
        )

    async def _perform(self, command: CallModel | CallTool) -> None:
        """One effect, in this very task: no other is under way."""
        self._inline = asyncio.current_task()
        try:
            fact = await self._effects.perform(command, self.state)
        finally:
            task, self._inline = self._inline, None
        if self._effects.cancelled and task is not None:
            task.uncancel()
            self._effects.cancelled = False
        self._take(command, fact)

    async def _perform_together(self, commands: list[CallModel | CallTool]) -> None:
        """Begin `commands` beside what is under way, and take what is done first."""
        for command in commands:
            self._tasks[asyncio.create_task(self._effects.perform(command, self.state))] = command
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in sorted(done, key=lambda task: self._tasks[task].key):
            self._take(self._tasks.pop(task), task.result())
        if not self._tasks:
            self._effects.cancelled = False

    def _take(self, command: CallModel | CallTool, fact: Fact | None) -> None:
        if isinstance(command, CallTool) and command.effect == "effect":
            self._durable = True
        if fact is None:
            self._stage(Doubted(call=command.call, reason="cancelled while under way"), command.actor, "human")
        else:
            self._stage(fact, command.actor, "engine")

    # -- recording --------------------------------------------------------------------------------------------

    def _record(self, body: Body, *, actor: str = "", by: By = "engine") -> None:
        self._stage(body, actor, by)
        self._commit()

    def _stage(self, body: Body, actor: str, by: By) -> None:
        """Fold an event into the next state; it is committed with the others of this step."""
        state = self._next
        at = self._ports.clock()
        event = Event(self._log.number, state.seq + 1, at if at > state.at else state.at, by, actor, body)
        self._next = apply(state, event)
        self._staged.append(event)
        recent = self._recent
        recent[event.seq] = event
        if len(recent) > _RECENT:
            del recent[next(iter(recent))]
        if isinstance(body, ToolCalled) and body.effect == "effect":
            self._durable = True
        if isinstance(body, CriterionJudged) or not self._next.started or not self._next.started.criteria:
            return
        for verdict in judged(self._next, event, self.event):
            self._stage(verdict, actor, "rule")

    def _commit(self) -> None:
        """Make what is staged last, then show it.

        Raises:
            DiskFull: nothing was written; it stays staged and is tried again.
        """
        if not self._staged:
            return
        events = self._staged
        self._log.append(events, durable=self._durable)
        self.trouble, self._durable = "", False
        self._staged, self.state = [], self._next
        for watcher in self._watchers:
            watcher.recorded(events)
        if self.state.seq >= self._snapshot_at:
            self._snapshot_at = self.state.seq + max(_FIRST_SNAPSHOT, self.state.seq // 8)
            with suppress(StoreError):  # a cache: where it cannot be kept, nothing is lost
                self._log.put_snapshot(self.state.seq, FORM, freeze(self.state))

    def _streamed(self, call: str, delta: Delta) -> None:
        for watcher in self._watchers:
            watcher.streamed(call, delta)

    def _progressed(self, call: str, words: str) -> None:
        for watcher in self._watchers:
            watcher.progressed(call, words)

    def _draft(self, call: str, text: str) -> None:
        with suppress(StoreError):  # a comfort: the answer itself must not fail for it
            self._log.put_draft(call, text, self._ports.clock())
