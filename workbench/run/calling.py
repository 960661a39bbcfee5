"""One tool call: what the tool may know of the run, how long it is waited for, and the fact that comes of it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Sequence
from typing import overload

from workbench.context import ModelRetry, RunContext
from workbench.errors import CallProblem, InDoubt, Refused
from workbench.events import CallFailed, Doubted, OutputAccepted, OutputRejected, ToolReturned
from workbench.events.messages import Message, ToolOutcome
from workbench.run.checking import Checking
from workbench.run.ports import Ports
from workbench.state import CallTool, CheckOutput, State
from workbench.state.outputs import REFUSED
from workbench.state.telling import Lookup


class Calling:
    """Calls tools. `told` gives what an actor's model has been told, `progressed` shows how far a call is."""

    def __init__(
        self,
        ports: Ports,
        *,
        told: Callable[[str, State], Sequence[Message]],
        progressed: Callable[[str, str], None],
        lookup: Lookup,
    ) -> None:
        self._ports, self._told, self._progressed = ports, told, progressed
        self._outputs = Checking(ports.output, lookup, self._plain_context, ports.monotonic)

    async def check(
        self, command: CheckOutput, state: State, cancelled: Callable[[], bool]
    ) -> OutputAccepted | OutputRejected | None:
        """Check what an answer gives as its actor's output. None where a person broke the check off."""
        return await self._outputs.check(command, state, cancelled)

    async def call(
        self, command: CallTool, state: State, cancelled: Callable[[], bool]
    ) -> ToolReturned | CallFailed | Doubted | None:
        """Call the tool. None where a person's cancellation (`cancelled` tells it) leaves what came of it in doubt.

        So it is with an effect, and with a final tool: its output was neither accepted nor rejected.
        """
        call, clock = command.call, self._ports.monotonic
        caller = state.spec(command.actor)
        spec = next((tool for tool in caller.tools if tool.name == command.tool), None)
        if spec is None:
            there_are = ", ".join([tool.name for tool in caller.tools]) or "none"
            message = f"no tool named {command.tool[:64]!r}; there are: {there_are}"
            return CallFailed(call=call, error="unknown_tool", message=message)
        begun = clock()

        def failed(error: str, message: str, *, retryable: bool = False) -> CallFailed:
            ms = round((clock() - begun) * 1000)
            return CallFailed(call=call, error=error, message=message, retryable=retryable, ms=ms)

        watch = _Watch(call, self._progressed)
        final = caller.output is not None and caller.output.tool == command.tool
        try:
            if final:
                return await self._final(command, state, begun)
            context = self._context(command.actor, call, command.attempt, state, watch)
            outcome = await (
                self._ports.tools.call(command.tool, command.arguments, context)
                if spec.timeout is None
                else self._in_time(command, spec.timeout, context)
            )
        except ModelRetry as retry:
            return failed("invalid_call", str(retry))
        except Refused as refused:
            return failed(REFUSED, refused.message)
        except InDoubt as doubt:
            if command.effect == "effect":
                return Doubted(call=call, reason=doubt.message)
            return failed(doubt.type, doubt.message, retryable=True)
        except CallProblem as problem:
            return failed(problem.type, problem.message, retryable=problem.retryable)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if not cancelled() and task is not None and not task.cancelling():  # nobody's wish: the tool raised it
                return failed("raised", f"{type(error).__name__}: {error}")
            if not cancelled():
                raise
            return (
                None
                if final or command.effect == "effect"
                else failed("cancelled", "a person cancelled this call", retryable=True)
            )
        except Exception as bug:
            return failed("raised", f"{type(bug).__name__}: {bug}")
        finally:
            watch.over = True
        ms = round((clock() - begun) * 1000)
        return ToolReturned(call=call, content=outcome.content, data=outcome.data, ms=ms, media=outcome.media)

    async def _in_time(self, command: CallTool, seconds: float, context: RunContext[object]) -> ToolOutcome:
        """The outcome, as long as the run waits for it. Leaving cancels the tool's coroutine."""
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                return await self._ports.tools.call(command.tool, command.arguments, context)
        except TimeoutError:
            if not limit.expired():
                raise
            raise InDoubt(f"{command.tool} did not answer within {seconds:g} s", type="timeout") from None

    async def _final(self, command: CallTool, state: State, begun: float) -> ToolReturned:
        """The call of a final tool: its arguments are the actor's output."""
        actor, call = command.actor, command.call
        found = await self._outputs.judge(state.spec(actor), command.arguments, actor, call, command.attempt, state)
        notes = json.dumps({"notes": found.notes}, ensure_ascii=False) if found.notes else None
        ms = round((self._ports.monotonic() - begun) * 1000)
        return ToolReturned(call=call, content=found.output, data=found.data, extra=notes, ms=ms)

    def _plain_context(self, actor: str, call: str, attempt: int, state: State) -> RunContext[object]:
        return self._context(actor, call, attempt, state, _Watch(call, self._progressed))

    def _context(self, actor: str, call: str, attempt: int, state: State, watch: _Watch) -> RunContext[object]:
        ports = self._ports
        return RunContext(
            deps=ports.deps,
            session=ports.session,
            branch=state.branch,
            actor=actor,
            call=call,
            attempt=attempt,
            key=f"{ports.session}/{state.branch}/{call}",
            files=ports.files,
            settings=ports.settings or {},
            progress=watch.progress,
            model=state.spec(actor).model,
            iteration=state.meters.iterations,
            usage=state.meters,
            messages=_Messages(lambda: self._told(actor, state), watch),
            cancelled=watch.is_over,
        )


class _Watch:
    """What goes between a running tool and its run, from whichever thread the tool is in."""

    __slots__ = ("_call", "_loop", "_show", "_thread", "over")

    def __init__(self, call: str, show: Callable[[str, str], None]) -> None:
        self._call, self._show, self.over = call, show, False
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()

    def is_over(self) -> bool:
        return self.over

    def progress(self, words: str) -> None:
        """Show it; what a call says after it is over, nobody hears."""
        if threading.get_ident() == self._thread:
            self._heard(words)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._heard, words)

    def _heard(self, words: str) -> None:
        if not self.over:
            self._show(self._call, words)

    def fetch(self, make: Callable[[], Sequence[Message]]) -> list[Message]:
        """What `make` makes in the run's own thread, which alone may read its log."""
        if threading.get_ident() == self._thread:
            return list(make())

        async def made() -> list[Message]:
            return list(make())

        return asyncio.run_coroutine_threadsafe(made(), self._loop).result()


class _Messages(Sequence[Message]):
    """The messages that the model has been told, made when somebody looks."""

    def __init__(self, make: Callable[[], Sequence[Message]], watch: _Watch) -> None:
        self._make, self._watch = make, watch
        self._made: list[Message] | None = None

    def _all(self) -> list[Message]:
        if self._made is None:
            self._made = self._watch.fetch(self._make)
        return self._made

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, index: int) -> Message: ...
    @overload
    def __getitem__(self, index: slice) -> list[Message]: ...
    def __getitem__(self, index: int | slice) -> Message | list[Message]:
        return self._all()[index]
