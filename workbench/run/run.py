"""Run: the only writer of a branch. Takes what `decide` offers, asks the gates, records, performs, records again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Sequence
from typing import Literal

from workbench.budget import check_limit
from workbench.decide import decide
from workbench.errors import DiskFull, Impossible
from workbench.events import (
    ActorSpec,
    By,
    CallFailed,
    Doubted,
    Edited,
    Event,
    Forked,
    Held,
    LimitSet,
    Mode,
    ModelAnswered,
    Outcome,
    Recast,
    Released,
    Reverted,
    RunEnded,
    RunStarted,
    Said,
    Settled,
    ToolReturned,
    WriterTook,
)
from workbench.gates import GATES, Gate, first_hold
from workbench.run.book import Book
from workbench.run.consequences import reading_of
from workbench.run.editable import EditedField, editable
from workbench.run.effects import Effects, Fact
from workbench.run.inheritance import inheritance
from workbench.run.ports import Log, Ports, Watcher
from workbench.run.unfold import require_start, state_at
from workbench.state import (
    CallModel,
    CallTool,
    Command,
    Conclude,
    Hold,
    State,
    as_edited,
    content_of,
    edited_body,
)

_BREATH = 0.002


class Run:
    """A branch that is being written.

    Everything that happens is recorded before it is shown; where the disk is full, `trouble` says so and nothing is
    lost.
    """

    def __init__(self, log: Log, ports: Ports, *, state: State, gates: Sequence[Gate] = GATES) -> None:
        book = self._book = Book(log, ports, state)
        self._ports, self._gates = ports, gates
        self._effects = Effects(ports, book.told, streamed=book.streamed, progressed=book.progressed, draft=book.draft)
        self._tasks: dict[asyncio.Task[Fact | None], CallModel | CallTool] = {}
        self._inline: asyncio.Task[object] | None = None
        self._unbegun: list[CallModel | CallTool] = []
        self._driving = self._pausing = False

    @classmethod
    def start(
        cls, log: Log, ports: Ports, started: RunStarted, *, by: By = "human", gates: Sequence[Gate] = GATES
    ) -> Run:
        """Begin an empty branch with `started` as its first event."""
        run = cls(log, ports, state=State(branch=log.number), gates=gates)
        run._book.record(started, by=by)
        return run

    @classmethod
    def open(cls, log: Log, ports: Ports, *, gates: Sequence[Gate] = GATES) -> Run:
        """Take over a branch as it stands; calls that were under way are now in doubt. Drives nothing."""
        run = cls(log, ports, state=state_at(log), gates=gates)
        require_start(run.state)
        run._doubt_orphans()
        return run

    @classmethod
    def fork(
        cls,
        log: Log,
        ports: Ports,
        *,
        parent: int,
        parent_seq: int,
        later: Iterable[Event],
        gates: Sequence[Gate] = GATES,
        by: By = "human",
    ) -> Run:
        """Begin a new branch that leaves `parent` after `parent_seq`, held. `later`: what the parent did after that."""
        state = state_at(log)
        require_start(state)
        run = cls(log, ports, state=state, gates=gates)
        undone, adopted = inheritance(state, later)
        run._book.stage(Forked(parent=parent, parent_seq=parent_seq, undone=undone), "", by)
        for fact in adopted:
            run._book.stage(fact.body, fact.actor, "rule")
        if run._book.next.under_way:
            run._book.stage(WriterTook(process=f"pid {os.getpid()}"), "", "engine")
        run._book.commit()
        return run

    # -- looking ----------------------------------------------------------------------------------------------

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
        return state.ended is None and state.held is None and not state.open_calls and not decide(state)

    def watch(self, watcher: Watcher) -> None:
        """Tell `watcher` of everything from now on."""
        self._book.watchers.append(watcher)

    # -- the verbs --------------------------------------------------------------------------------------------

    def release(self, mode: Mode = "run", *, grant: str | None = None, by: By = "human") -> None:
        """Let a held or ended run go on in `mode`. `grant` names the command that may pass; by default the held one."""
        self._pausing = False
        self._book.record(Released(mode=mode, grant=self._shown() if grant is None else grant), by=by)

    def _shown(self) -> str:
        """The key of the command that a release without a name lets pass: only one that nothing else would hold.

        A person has seen what the hold says. A pause or a fork says nothing of the gates behind it.
        """
        held = self._book.next.held
        if held is not None and held.command and held.gate != "pause":
            return held.command
        offered = decide(self._book.next)
        hold = first_hold(self._gates, self._book.next, offered[0]) if offered else None
        return offered[0].key if offered and (hold is None or hold.gate == "step") else ""

    def say(self, text: str, *, actor: str = "", by: By = "human") -> None:
        """Speak to an actor (the agent, where none is named); it is heard when the actor is done with what it is at."""
        self._book.record(Said(text=text), actor=actor or self._book.next.agent, by=by)

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

    def limit(
        self, name: str, limit: str | None, *, at: Literal["stop", "pause"] | None = None, by: By = "human"
    ) -> None:
        """Change a cap; None lifts it. `at` says what follows when it is reached; without it that stays as it was.

        Raises:
            UsedWrongly: there is no such cap, or the limit is no number.
        """
        check_limit(name, limit)
        self._book.record(LimitSet(name=name, limit=limit, at=at), by=by)

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
        for actor in self._book.next.actors.values():
            for want in actor.wants:
                if want.call == call and want.status == "doubt":
                    self._book.durable = True
                    self._book.stage(Settled(call=call, ruling=ruling), actor.name, by)
                    if ruling == "ran":
                        self._book.stage(ToolReturned(call=call, content=result), actor.name, by)
                    elif ruling == "not_run":
                        self._book.stage(
                            CallFailed(call=call, error="not_run", message="this call did not happen"),
                            actor.name,
                            by,
                        )
                    self._book.commit()
                    return
        doubtful = ", ".join(want.call for want in self._book.next.doubtful)
        raise Impossible(f"call {call!r} is not in doubt; " + (f"in doubt: {doubtful}" if doubtful else "no call is"))

    def change(self, target: int, field: EditedField, value: str, *, call: str = "", by: By = "human") -> None:
        """Let event `target` say something else from here on. Nothing here asks whether somebody was told it already.

        Raises:
            Impossible: the event has no such field, or it would be as it was.
        """
        event = self.told(target)
        was = editable(event, field, call)
        if was is None:
            raise Impossible(f"event {target} is {event.body.kind} and has no {field} to edit")
        if was == value:
            raise Impossible("nothing was changed")
        content = f"{content_of(edited_body(event.body, field, value, call)):016x}"
        edited = Edited(target=target, field=field, value=value, was=was, call=call, content=content)
        self._effects.forget()
        self._book.record(edited, actor=event.actor, by=by)

    def revert(self, edit: int, *, by: By = "human") -> None:
        """Take back the edit that event `edit` made.

        Raises:
            Impossible: no such edit holds.
        """
        for target, edits in self._book.next.edits.items():
            gone = next((one for one in edits if one.seq == edit), None)
            if gone is None:
                continue
            event = as_edited(self.event(target), tuple([one for one in edits if one is not gone]))
            arguments = (editable(event, "arguments", gone.call) or "") if gone.field == "arguments" else ""
            content = f"{content_of(event.body):016x}"
            self._effects.forget()
            self._book.record(Reverted(edit=edit, content=content, arguments=arguments), actor=event.actor, by=by)
            return
        raise Impossible(f"event {edit} is no edit that holds")

    def recast(self, spec: ActorSpec, *, by: By = "human") -> None:
        """From here on, the actor of that name is this one."""
        self._effects.forget()
        self._book.record(Recast(spec=spec), actor=spec.name, by=by)

    def stand_in(self, fact: ModelAnswered | ToolReturned | CallFailed, *, by: By = "human") -> None:
        """Give the fact of a command that could be performed now, in the place of the model or the tool.

        Raises:
            Impossible: nothing with that call id could be performed now.
        """
        for command in decide(self._book.next):
            if isinstance(command, CallModel | CallTool) and command.call == fact.call:
                if isinstance(command, CallModel) != isinstance(fact, ModelAnswered):
                    continue
                self._book.stage(Released(mode="step", grant=command.key), "", by)
                self._book.stage(command.intent(), command.actor, by)
                self._book.stage(fact, command.actor, by)
                self._book.commit()
                return
        raise Impossible(f"call {fact.call!r} does not wait to be made")

    def end(self, outcome: Outcome, reason: str = "", *, by: By = "engine") -> None:
        """Close the run; speaking to it or releasing it opens it again."""
        if self._book.next.ended is None:
            self._book.record(RunEnded(outcome=outcome, reason=reason), by=by)

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
            self._book.commit()
            self._doubt_orphans()
            monotonic = self._ports.monotonic
            breathed = monotonic()
            while True:
                self._unbegun += self._advance()
                self._book.commit()
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
        except DiskFull:
            while self._tasks:
                await self._perform_together([])
        finally:
            self._driving = self._pausing = False
            for task in self._tasks:
                task.cancel()
            self._tasks.clear()

    def approach(self) -> None:
        """Do what needs neither model nor tool, so that a run that is to be stepped stands before its first call.

        Raises:
            Impossible: the run is not in the mode that holds before every call.
        """
        if self.state.mode != "step":
            raise Impossible("only a run that is stepped holds before every call")
        self._unbegun += self._advance()
        self._book.commit()

    def _doubt_orphans(self) -> None:
        """Calls that nobody is performing, since their process or their `drive` was broken off, are in doubt."""
        if self._book.next.under_way and not self._unbegun:
            self._book.record(WriterTook(process=f"pid {os.getpid()}"))

    def _advance(self) -> list[CallModel | CallTool]:
        """Stage everything that can be staged now, and give the effects whose intents were staged."""
        effects: list[CallModel | CallTool] = []
        while True:
            state = self._book.next
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
                self._book.stage(command.intent(), command.actor, "engine")
                effects.append(command)
            elif isinstance(command, Conclude):
                self._book.stage(reading_of(state, command.actor, self.told), command.actor, "engine")
            else:
                self._book.stage(
                    command.body, command.actor, "engine" if isinstance(command.body, RunEnded) else "rule"
                )

    def _hold(self, state: State, command: Command) -> Hold | None:
        if self._pausing:
            return Hold("pause", "paused", command.key, command.phase, getattr(command, "call", None))
        return first_hold(self._gates, state, command)

    def _stand_still(self, hold: Hold) -> None:
        if hold.ends:
            self._book.stage(RunEnded(outcome="budget", reason=hold.reason), "", "engine")
            return
        self._pausing = False
        by: By = "human" if hold.gate == "pause" else "engine"
        self._book.stage(
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
            self._book.durable = True
        if fact is None:
            self._book.stage(Doubted(call=command.call, reason="cancelled while under way"), command.actor, "human")
        else:
            self._book.stage(fact, command.actor, "engine")
