"""Callbacks: a program hears of a run as it goes on. A slow or failing one never holds or harms the run.

They are called in order, one at a time, beside the run: async ones on its loop, others in a thread, which neither the
end of the run nor that of the program waits for.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypedDict

from workbench.agent.steps import AgentStep, Steps
from workbench.agent.words import Words
from workbench.events import Event
from workbench.events.messages import Answer, Delta, Model, ModelRequest, takes_schemas
from workbench.run import Run

log = logging.getLogger("workbench.agent")

PATIENCE = 5.0
"""Seconds that the end of a run waits for callbacks that are behind."""


class Callbacks(TypedDict, total=False):
    """What may be listened to; each is a function, sync or async, whose result nobody looks at.

    Attributes:
        on_iteration: the model is about to be asked for the Nth time.
        on_step: a step was recorded.
        on_request, on_response: what a model is asked, a judge or one that sums up as well, and its whole answer.
        on_stream_delta: a provisional piece of an answer of the agent's.
        on_tool_start, on_tool_end: a tool is called; what it gave.
        on_output: the answer that counts, in words.
        on_error: a model or tool failed, or an output was rejected.
    """

    on_iteration: Callable[[int], object]
    on_step: Callable[[AgentStep], object]
    on_request: Callable[[ModelRequest], object]
    on_response: Callable[[Answer], object]
    on_stream_delta: Callable[[Delta], object]
    on_tool_start: Callable[[AgentStep], object]
    on_tool_end: Callable[[AgentStep], object]
    on_output: Callable[[str], object]
    on_error: Callable[[AgentStep], object]


class Listening:
    """Tells callbacks of one run, which it watches.

    Attributes:
        failures: what callbacks raised.
    """

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks: dict[str, Callable[[Any], object]] = dict(callbacks)  # pyright: ignore[reportAttributeAccessIssue]
        self._words: Words | None = None
        self._steps: Steps | None = None
        self._queue: asyncio.Queue[tuple[str, Any] | None] = asyncio.Queue()
        self._aside = _Aside()
        self._worker = asyncio.create_task(self._work())
        self.failures: list[Exception] = []

    def follow(self, run: Run) -> None:
        """Listen to this run from here on."""
        self._words, self._steps = Words(run), Steps.from_here(run.state)
        run.watch(self)

    def tell(self, name: str, value: object) -> None:
        """Have the callback of that name called, if there is one."""
        if name in self._callbacks:
            self._queue.put_nowait((name, value))

    def recorded(self, events: Sequence[Event]) -> None:
        """From the run: these were committed."""
        assert self._steps is not None
        for event in events:
            before = self._steps.iteration
            steps = self._steps.of([event])
            if self._steps.iteration > before:
                self.tell("on_iteration", self._steps.iteration)
            for step in steps:
                self.tell("on_step", step)
                if step.failed:
                    self.tell("on_error", step)
                if step.step_type == "tool_call":
                    self.tell("on_tool_start", step)
                elif step.step_type == "tool_result":
                    self.tell("on_tool_end", step)
                elif step.step_type == "output" and not step.failed:
                    self.tell("on_output", step.content)

    def streamed(self, call: str, delta: Delta) -> None:
        """From the run: a piece of an answer."""
        if self._words is not None and self._words.are_of(call):
            self.tell("on_stream_delta", delta)

    def progressed(self, call: str, words: str) -> None:
        """From the run: a tool says how far it is; no callback is for that."""

    async def close(self, patience: float = PATIENCE) -> None:
        """Wait until everything was told, but no longer than `patience` seconds."""
        self._queue.put_nowait(None)
        done, _ = await asyncio.wait([self._worker], timeout=patience)
        if not done:
            log.warning("callbacks were still behind %s s after the run; %s calls are dropped", patience, self._left())
            self._worker.cancel()
        self._aside.close()

    def _left(self) -> int:
        return max(0, self._queue.qsize() - 1)

    async def _work(self) -> None:
        while (told := await self._queue.get()) is not None:
            name, value = told
            callback = self._callbacks[name]
            try:
                if inspect.iscoroutinefunction(callback):
                    await callback(value)
                else:
                    given = await self._aside.call(callback, value)
                    if inspect.isawaitable(given):
                        await given
            except Exception as error:
                self.failures.append(error)
                log.exception("%s raised; the run goes on", name)


class _Aside:
    """A thread in which functions are called one after the other; made when one is."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._told: SimpleQueue[tuple[Callable[[Any], object], Any, asyncio.Future[object]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    async def call(self, function: Callable[[Any], object], value: object) -> object:
        """What the function gives or raises."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="workbench callbacks", daemon=True)
            self._thread.start()
        given: asyncio.Future[object] = self._loop.create_future()
        self._told.put((function, value, given))
        return await given

    def close(self) -> None:
        """Let the thread end, once what it is at is done."""
        self._told.put(None)

    def _serve(self) -> None:
        while (told := self._told.get()) is not None:
            function, value, given = told
            try:
                settle, came = _succeed, function(value)
            except BaseException as error:
                settle, came = _fail, error if isinstance(error, Exception) else RuntimeError(repr(error))
            with suppress(RuntimeError):  # the loop is closed by now, and nobody waits
                self._loop.call_soon_threadsafe(settle, given, came)


def _succeed(given: asyncio.Future[object], value: object) -> None:
    if not given.done():
        given.set_result(value)


def _fail(given: asyncio.Future[object], error: Any) -> None:
    if not given.done():
        given.set_exception(error)


class Overheard:
    """A model whose requests and answers callbacks hear."""

    def __init__(self, model: Model, listening: Listening) -> None:
        self.name, self.takes_schemas = model.name, takes_schemas(model)
        self._model, self._listening = model, listening

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """Ask the model."""
        self._listening.tell("on_request", request)
        async for piece in self._model.ask(request):
            if isinstance(piece, Answer):
                self._listening.tell("on_response", piece)
            yield piece
