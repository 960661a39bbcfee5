"""A run of an agent while it goes on: walked step by step, listened to, paused, stopped, or driven to its end."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from types import TracebackType
from typing import Any, Generic, Literal, Self

from workbench.agent.callbacks import Listening
from workbench.agent.debugging import current
from workbench.agent.own_code import Bugs
from workbench.agent.place import Kept, Place
from workbench.agent.result import AgentResult, NoOutput, Output, RunReport
from workbench.agent.shape import Shape
from workbench.agent.steps import AgentStep, Steps
from workbench.agent.words import Words
from workbench.context import ModelRetry
from workbench.debugger.outcome import closing
from workbench.debugger.summary import summary_of
from workbench.errors import DiskFull, Impossible
from workbench.events import Event
from workbench.events.messages import Delta
from workbench.run import Run
from workbench.state import CallModel, Command, Hold, State

Status = Literal["idle", "running", "paused", "stopped", "errored"]
LoopMode = Literal["autonomous", "single_step"]


class Stopping:
    """A gate that holds before the model is asked again once somebody said stop: the iteration is finished."""

    def __init__(self) -> None:
        self.asked = False

    def gate(self, state: State, command: Command) -> Hold | None:
        """The hold, where it is time."""
        if self.asked and isinstance(command, CallModel):
            return Hold("stop", "stopped by the program", command.key, command.phase, command.call)
        return None


class AgentRun(Generic[Output]):
    """One run, opened by `async with agent.iter(...)` or `agent.run_stream(...)`.

    Iterating over it gives its steps; `text()` gives the words of its answers as they come. In the mode `autonomous`
    the run goes on by itself meanwhile; in `single_step` it holds before each phase until the next step is asked for.

    Attributes:
        session: the id of its session; `memory-N` where it is kept nowhere.
        run: what the debugger works on: its state, its events, and every way to change it.
        place: where its session is kept.
    """

    def __init__(
        self,
        kept: Kept,
        run: Run,
        shape: Shape[Output],
        stopping: Stopping,
        mode: LoopMode,
        place: Place,
        bugs: Bugs,
        listening: Listening | None = None,
        over: Callable[[AgentRun[Any]], None] | None = None,
    ) -> None:
        self.session, self.run, self.place = kept.session, run, place
        self._kept, self._shape, self._stopping, self._mode = kept, shape, stopping, mode
        self._bugs, self._listening, self._over = bugs, listening, over
        self._closed = False
        self._steps = Steps.from_here(run.state)
        self._fresh: deque[AgentStep] = deque()
        self._words = Words(run)
        self._news = asyncio.Event()
        self._resumed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._waited = 0
        self._resting = False

    # -- how it stands ----------------------------------------------------------------------------------------

    @property
    def status(self) -> Status:
        """`running` while it is driven, `paused` while it is held, `errored` and `stopped` where it ended so."""
        state = self.run.state
        if state.ended is not None:
            outcomes: dict[str, Status] = {"error": "errored", "stopped": "stopped", "budget": "stopped"}
            return outcomes.get(state.ended.outcome, "idle")
        if state.held is not None or self.run.pausing or self._resting:
            return "paused"
        return "running" if self.run.driving or self._goes_on else "idle"

    @property
    def _goes_on(self) -> bool:
        """Whether somebody sees to it that it is driven, also where that has not begun yet."""
        return self._waited > 0 or (self._task is not None and not self._task.done())

    @property
    def callback_failures(self) -> list[Exception]:
        """What callbacks raised so far."""
        return self._listening.failures if self._listening is not None else []

    def report(self) -> RunReport:
        """The run as it stands."""
        return RunReport(self.session, self.run.state, self._kept.read)

    # -- going on ---------------------------------------------------------------------------------------------

    async def result(self) -> AgentResult[Output]:
        """Go on to the end; what came of it.

        Raises:
            NoOutput: it came to none; the session says why, and can go on.
            DiskFull: nothing more can be recorded.
        """
        self._let_go_on()
        if self._task is not None:
            await self._task
        else:
            await self._go_on()
        state = self.run.state
        if state.ended is None or state.ended.outcome not in ("completed", "criteria_unmet"):
            raise NoOutput(self.report()) from self._bugs.last
        try:
            output = self._shape.of(state.output)
        except ModelRetry:
            raise NoOutput(self.report()) from None
        return AgentResult(output, self.session, state, self._kept.read)

    async def step(self) -> AgentStep | None:
        """The next step, None after the last. In `single_step` the run goes exactly as far."""
        while not self._fresh:
            if self._mode == "single_step" and self._task is None:
                if self.run.state.ended is not None:
                    return None
                self._must_be_open()
                if self.run.state.held is not None:
                    self.run.release("step")
                await self._drive()
                continue
            if self._begin().done():
                self._begin().result()
                return None
            await self._something()
        return self._fresh.popleft()

    async def __aiter__(self) -> AsyncIterator[AgentStep]:
        while (step := await self.step()) is not None:
            yield step

    async def text(self) -> AsyncGenerator[str]:
        """The words of the agent's answers, piece by piece as they come.

        Of an answer in the form that criteria ask for, that is what it says to the user. What judges say, and what
        is said where the history is summed up, is not among them.
        """
        self._let_go_on()
        task = self._begin()
        while (piece := self._words.next()) or not task.done():
            if piece:
                yield piece
            else:
                await self._something()
        task.result()

    def stop(self) -> None:
        """End the run as stopped, once the iteration that is under way is finished."""
        self._stopping.asked, self._resting = True, False
        self._resumed.set()
        if not self.run.driving and self.run.state.ended is None:
            self.run.end("stopped", "stopped by the program")

    def pause(self) -> None:
        """Hold at the next boundary.

        Raises:
            Impossible: nothing is under way.
        """
        if self.status == "running" and not self.run.driving:
            self._resting = True  # it was begun or resumed a moment ago, and is not driven yet
        else:
            self.run.pause()

    def resume(self) -> None:
        """Go on after `pause()`.

        Raises:
            Impossible: it is not held.
        """
        if self.run.state.held is not None:
            self.run.release("run")
        elif self.run.pausing:
            self.run.release("run", grant="")
        elif not self._resting:
            raise Impossible("the run is not held, so there is nothing to resume")
        self._resting = False
        self._resumed.set()

    def _must_be_open(self) -> None:
        if self._closed:
            raise Impossible(
                f"this run was left before its end and its session {self.session} closed: walk through it inside of"
                " `async with`, or go on with agent.run(..., session=run.session)"
            )

    def _let_go_on(self) -> None:
        """From here on to the end, whatever it was held for between steps."""
        if self.run.state.ended is None:
            self._must_be_open()
            if self._mode == "single_step" and self._task is None:
                self.run.release("run")

    # -- inside -----------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        self.run.watch(self)
        self._outer = current.set(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])
        current.reset(self._outer)
        await self.close()

    async def close(self) -> None:
        """Let go of the session; what is under way will be in doubt. Callbacks hear the rest first."""
        self._closed = True
        if self._over is not None:
            self._over(self)
        if self._listening is not None:
            await self._listening.close()
        self._kept.keeper.summarise(summary_of(self.run.state))
        self._kept.keeper.close()

    def recorded(self, events: Sequence[Event]) -> None:
        """From the run: these were committed."""
        self._fresh += self._steps.of(events)
        self._news.set()

    def streamed(self, call: str, delta: Delta) -> None:
        """From the run: a piece of an answer."""
        if delta.text and self._words.are_of(call):
            self._words.take(call, delta.text)
            self._news.set()

    def progressed(self, call: str, words: str) -> None:
        """From the run: a tool says how far it is. Callbacks hear it."""

    async def _something(self) -> None:
        """Wait until something is recorded or streamed, or the run stands still."""
        self._news.clear()
        await self._news.wait()

    def _begin(self) -> asyncio.Task[None]:
        """What goes on by itself; begun where it is not yet."""
        if self._task is None:
            if self.run.state.ended is None:
                self._must_be_open()
            self._task = asyncio.create_task(self._go_on())
            self._task.add_done_callback(lambda _: self._news.set())
        return self._task

    async def _go_on(self) -> None:
        """Drive to the end, through every pause, or to a hold that only a person can lift."""
        self._waited += 1
        try:
            while True:
                while self._resting:
                    self._resumed.clear()
                    await self._resumed.wait()
                if self.run.state.ended is not None:
                    return
                await self._drive()
                held = self.run.state.held
                if held is None or held.gate != "pause":
                    return
                self._resting = True
        finally:
            self._waited -= 1

    async def _drive(self) -> None:
        """Go on once, and end the run where nobody is left to speak, or somebody said stop."""
        outer = current.set(self)
        try:
            await self.run.drive()
        finally:
            current.reset(outer)
        if self.run.trouble:
            raise DiskFull(self.run.trouble)
        state = self.run.state
        if state.held is not None and state.held.gate == "stop":
            self.run.end("stopped", state.held.reason)
        elif self.run.waiting:
            self.run.end(*closing(state))
