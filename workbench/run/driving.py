"""Driving: takes what `decide` offers, asks the gates, records the intent, performs, records the fact, and again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Sequence

from workbench.budget import going_on, is_news, is_shared, keeps_time, only_others, reserve_for
from workbench.decide import decide
from workbench.errors import DiskFull, Impossible
from workbench.events import (
    By,
    Doubted,
    Edited,
    Held,
    HistoryCut,
    JudgeAsked,
    LimitSet,
    Recast,
    Reverted,
    RunEnded,
    WaitEnded,
    WriterTook,
)
from workbench.gates import GATES, Deed, Gate, absent, concerned, first_hold, partial
from workbench.run.book import Book
from workbench.run.consequences import reading_of
from workbench.run.effects import Effects, Fact
from workbench.run.observed import Observed
from workbench.run.ports import Log, Ports
from workbench.run.recorded import Recording
from workbench.run.replaying import Replaying
from workbench.run.timing import Timing
from workbench.state import (
    CallModel,
    CallTool,
    CheckOutput,
    Command,
    Conclude,
    Effectful,
    Examine,
    Hold,
    Replay,
    State,
    Wait,
)

CANCELLED = "cancelled while under way"
_BREATH = 0.004
_OTHERS = 0.2
"""Seconds after which room in a shared cap is looked for again, where calls of others hold what is lacking."""


class Driving(Observed):
    """A branch that goes on: its book, its effects, and the loop between them."""

    def __init__(self, log: Log, ports: Ports, *, state: State, gates: Sequence[Gate] = GATES) -> None:
        book = Book(log, ports, state)
        super().__init__(book)
        gates = gates if ports.lacks is None else (*gates, absent(ports.lacks))
        self._ports, self._gates, self._own_gates = ports, gates, gates
        self._concerned: dict[type[Command], tuple[Gate, ...]] = {}
        self._effects = Effects(
            ports,
            book.told,
            streamed=book.streamed,
            progressed=book.progressed,
            draft=book.draft,
            noted=book.stage,
        )
        self._tasks: dict[asyncio.Task[Fact | None], Effectful] = {}
        self._driver: asyncio.Task[object] | None = None
        self._inline = False
        self._unbegun: list[Effectful] = []
        self._more = self._others = False
        self._others_hold = ""
        self._timing = Timing(ports.monotonic)
        if state.replay is not None and state.replay.live:
            self._replay(state.replay)

    def _replay(self, replay: Replay) -> None:
        """From now on the gates compare with the recording, and serve what is not live from it.

        Raises:
            Impossible: the recording cannot be read from here.
        """
        recording = self._ports.recording
        if recording is None and replay.live != "both":
            raise Impossible(
                "this branch replays another one, which cannot be read from here: open it in its workspace"
            )
        read = Recording(lambda: recording(replay.source, replay.upto) if recording is not None else ())
        self._replaying = Replaying(read, self._book.event)
        self._gates = self._replaying.among(self._own_gates)
        self._concerned.clear()

    def pause(self) -> None:
        """Hold at the next boundary, which the wait before a model is asked again is."""
        if not self._driving:
            raise Impossible("nothing is under way, so there is nothing to pause")
        self._pausing = True
        self._effects.waits.end("stopped")

    def hurry(self) -> None:
        """Ask the model that failed again now, instead of after the wait that is under way."""
        if not self._effects.waits.end("skipped"):
            raise Impossible("nothing waits to be asked again")

    def cancel(self) -> None:
        """Break off the calls that are under way and hold: a model's partial answer is kept, an effect is in doubt."""
        if not self._inline and not self._tasks:
            raise Impossible("no call is under way, so there is nothing to break off")
        self._pausing = self._effects.cancelled = True
        for task in self._tasks:
            task.cancel()
        if self._inline and self._driver is not None:
            self._driver.cancel()

    async def drive(self) -> None:
        """Go on until something holds, the run ends, or only a person can say what comes next.

        Yields to the event loop at least every few milliseconds, also where no effect ever waits: a key press is
        answered while a scripted model runs. A full disk stops it with `trouble` set and loses nothing.
        """
        if self._driving:
            raise Impossible("this run is being driven already")
        self._driving, self._effects.cancelled = True, False
        self._driver, self._timing = asyncio.current_task(), Timing(self._ports.monotonic)
        try:
            self._book.commit()
            self._doubt_orphans()
            self._tally()
            book, tasks, monotonic = self._book, self._tasks, self._ports.monotonic
            breathed = monotonic()
            while True:
                if book.next.elsewhere is None:
                    self._unbegun += self._advance()
                    book.commit()
                else:
                    with self._ports.alone():  # nobody else takes room in a cap that is shared meanwhile
                        self._unbegun += self._advance()
                        book.commit()
                effects, self._unbegun = self._unbegun, []
                if len(effects) == 1 and not tasks and not (book.next.limits and keeps_time(book.next)):
                    self._inline = True
                    fact = await self._effects.perform(effects[0], book.state)
                    self._inline = False
                    if self._effects.cancelled:
                        self._go_on_after_breaking_off()
                    self._take(effects[0], fact)
                elif effects or tasks:
                    await self._perform_together(effects)
                elif self._others:
                    self._others = False
                    await self._ports.sleep(_OTHERS)
                elif self._more:  # what was done by rule is on record, and keys are heard before the next
                    self._more = False
                else:
                    return
                if monotonic() - breathed >= _BREATH:
                    await asyncio.sleep(0)
                    breathed = monotonic()
        except DiskFull:
            while self._tasks:
                await self._perform_together([])
        finally:
            self._driving = self._pausing = self._inline = False
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
        self._tally()
        self._more = True
        while self._more:
            self._more = False
            self._unbegun += self._advance()
        self._book.commit()

    def _tally(self) -> None:
        """Where a cap counts what others use, too, record what that came to by now, if it has changed."""
        if self._ports.tally is not None and is_shared(self._book.next):
            self._book.commit()  # what this run used is counted, too
            tallied = self._ports.tally(self._book.next.branch)
            if is_news(self._book.next, tallied):
                self._book.record(tallied)

    def _doubt_orphans(self) -> None:
        """Calls that nobody is performing, since their process or their `drive` was broken off, are in doubt."""
        if self._book.next.under_way and not self._unbegun:
            self._book.record(self._taking_over())

    def _taking_over(self) -> WriterTook:
        actors = self._book.next.actors.values()
        waits = any(one.recovery is not None and one.recovery.wait == "open" for one in actors)
        return WriterTook(process=f"pid {os.getpid()}", waits=waits)

    def _advance(self) -> list[Effectful]:
        """Stage everything that can be staged now, and give the effects whose intents were staged."""
        book, effects = self._book, list[Effectful]()
        while True:
            state = book.next
            if state.held is not None or state.ended is not None:
                return effects
            commands = decide(state)
            if not commands:
                return effects
            command = commands[0]
            if state.elsewhere is not None and not effects and isinstance(command, CallModel | CallTool):
                self._tally()  # nothing is reserved of a cap that others use up by what they had used before
                state = book.next
            hold = self._hold(state, command)
            if hold is not None:
                if isinstance(hold, Deed):
                    self._by_rule(hold)
                    if effects or self._tasks:
                        continue
                    self._more = True
                    return effects
                if effects or self._tasks:
                    return effects
                if hold.gate == "budget" and self._driving and only_others(state, command):
                    if self._others_hold != hold.reason:
                        self._others_hold = hold.reason
                        book.progressed(hold.call or "", f"waits for calls of other runs: {hold.reason}")
                    self._others = True
                    return effects
                if hold.gate == "budget" and hold.follow not in ("stop", "pause"):
                    for actor, body in going_on(state, command, hold):
                        book.stage(body, actor, "rule")
                    continue
                self._stand_still(hold, due=isinstance(command, Wait))
                return effects
            if type(command) is CallModel:  # a class that is not the one asked for takes long to tell by isinstance
                book.stage(command.intent(reserve_for(state, command)), command.actor, "engine")
                effects.append(command)
                if len(commands) == 1:  # what was begun makes nothing else ready
                    return effects
            elif type(command) is CallTool or type(command) is CheckOutput:
                book.stage(command.intent(), command.actor, "engine")
                effects.append(command)
                if len(commands) == 1:
                    return effects
            elif isinstance(command, Examine):
                return [*effects, command]
            elif isinstance(command, Wait):
                policy = state.specs[command.actor].retry
                book.stage(self._effects.waits.begun(command, policy), command.actor, "engine")
                effects.append(command)
            elif isinstance(command, Conclude):
                book.stage(reading_of(state, command.actor, self.told), command.actor, "engine")
            else:
                if isinstance(command.body, HistoryCut | JudgeAsked):
                    self._effects.forget(command.actor)
                book.stage(command.body, command.actor, "engine" if isinstance(command.body, RunEnded) else "rule")

    def _hold(self, state: State, command: Command) -> Hold | Deed | None:
        if self._pausing:
            broken_off = partial(state, command)
            return broken_off or Hold("pause", "paused", command.key, command.phase, getattr(command, "call", None))
        gates = self._concerned.get(kind := type(command))
        if gates is None:
            gates = self._concerned[kind] = concerned(self._gates, kind)
        return first_hold(gates, state, command)

    def _by_rule(self, deed: Deed) -> None:
        """Stage what a rule does: a change, or the intent and fact of a call that is not made."""
        for body in deed.bodies:
            self._book.stage(body, deed.actor, "rule")
            if isinstance(body, Edited | Reverted | Recast):
                self._effects.forget()
            elif isinstance(body, LimitSet):
                self._tally()

    def _stand_still(self, hold: Hold, *, due: bool) -> None:
        if hold.gate == "budget" and hold.follow == "stop":
            self._book.stage(RunEnded(outcome="budget", reason=hold.reason), "", "engine")
            return
        self._pausing = False
        by: By = "human" if hold.gate == "pause" else "engine"
        self._book.stage(
            Held(
                gate=hold.gate,
                reason=hold.reason,
                command=hold.command,
                phase=hold.phase,
                call=hold.call,
                due=due,
            ),
            "",
            by,
        )

    def _go_on_after_breaking_off(self) -> None:
        """The very task that drives was cancelled for an effect of its own, and what came of that is known."""
        if self._driver is not None:
            self._driver.uncancel()
            self._effects.cancelled = False

    async def _perform_together(self, commands: list[Effectful]) -> None:
        """Begin `commands` beside what is under way, and take what is done first."""
        for command in commands:
            self._tasks[asyncio.create_task(self._effects.perform(command, self.state))] = command
        done = await self._first_done(commands) if keeps_time(self._book.next) else await _first_of(self._tasks)
        for task in sorted(done, key=lambda task: self._tasks[task].key):
            command = self._tasks.pop(task)
            cut = self._timing.over(command)
            if cut is not None and task.cancelled():
                self._take(command, cut.fact(command.key, self._effects.came.pop(command.key, "")))
            else:
                self._take(command, task.result())
        if not self._tasks:
            self._effects.cancelled = False

    async def _first_done(self, commands: list[Effectful]) -> set[asyncio.Task[Fact | None]]:
        """What is done first; where the seconds of a cap run out before that, what may be is broken off."""
        self._timing.begin(commands)
        while True:
            limits = self._book.next.limits
            left = self._timing.left(self._book.next)
            if left is None:
                return await _first_of(self._tasks)
            alarm = asyncio.ensure_future(self._ports.sleep(left))
            try:
                await asyncio.wait({*self._tasks, alarm}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                alarm.cancel()
            done = {task for task in self._tasks if task.done()}
            if done:
                return done
            if limits is self._book.next.limits:  # else somebody changed the cap meanwhile
                keys = self._timing.cut(self._book.next)
                for task, command in self._tasks.items():
                    if command.key in keys:
                        task.cancel()

    def _take(self, command: Effectful, fact: Fact | None) -> None:
        if type(command) is CallTool and command.effect == "effect":
            self._book.durable = True
        if fact is not None:
            wanted = type(fact) is WaitEnded and fact.how != "elapsed"
            self._book.stage(fact, command.actor, "human" if wanted else "engine")
        elif not isinstance(command, Examine):
            self._book.stage(Doubted(call=command.call, reason=CANCELLED), command.actor, "human")


async def _first_of(tasks: Iterable[asyncio.Task[Fact | None]]) -> set[asyncio.Task[Fact | None]]:
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    return done
