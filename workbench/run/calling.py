"""One tool call: what the tool may know of the run, how long it is waited for, and the fact that comes of it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import overload

from workbench.context import ModelRetry, RunContext
from workbench.errors import CallProblem, InDoubt, ToolFailed
from workbench.events import ActorSpec, CallFailed, Doubted, OutputAccepted, OutputRejected, ToolReturned
from workbench.events.facts import returned
from workbench.events.messages import Message, ToolOutcome
from workbench.run.output_checks import Checking
from workbench.run.ports import Ports
from workbench.state import CallTool, CheckOutput, State
from workbench.state.telling import Lookup

LARGEST = 32_000_000
"""Characters of a result: far more than any model reads, and what a log and a screen can still bear."""
_TOO_LARGE = f"returned more than {LARGEST:,} characters, which are not kept: have it give a part, or write a file"


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
        ports, caller = self._ports, state.specs[command.actor]
        for spec in caller.tools:
            if spec.name == command.tool:
                break
        else:
            there_are = ", ".join([tool.name for tool in caller.tools]) or "none"
            message = f"no tool named {command.tool[:64]!r}; there are: {there_are}"
            return CallFailed(call=command.call, error="unknown_tool", message=message)
        begun, watch = ports.monotonic(), _Watch(command.call, self._progressed)
        final = caller.output is not None and caller.output.tool == command.tool
        try:
            if final:
                return await self._final(command, state, begun)
            context = self._context(caller, command.call, command.attempt, state, watch)
            called = ports.tools.call(command.tool, command.arguments, context)
            outcome = await (called if spec.timeout is None else _in_time(called, command.tool, spec.timeout))
            if len(outcome.content) > LARGEST:
                raise ToolFailed("too_large", f"{command.tool} {_TOO_LARGE}")
            return returned(command.call, outcome, ports.ms_since(begun))
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if cancelled():
                if final or command.effect == "effect":
                    return None
                problem: BaseException = CallProblem("cancelled", "a person cancelled this call", retryable=True)
            elif task is None or task.cancelling():
                raise
            else:
                problem = error  # nobody's wish: the tool raised it
        except Exception as raised:
            problem = raised
        finally:
            watch.over = True
        return _came_of(problem, command, ports.ms_since(begun))

    async def _final(self, command: CallTool, state: State, begun: float) -> ToolReturned:
        """The call of a final tool: its arguments are the actor's output."""
        actor, call = command.actor, command.call
        found = await self._outputs.judge(state.specs[actor], command.arguments, actor, call, command.attempt, state)
        notes = json.dumps({"notes": found.notes}, ensure_ascii=False) if found.notes else None
        ms = self._ports.ms_since(begun)
        return ToolReturned(call=call, content=found.output, data=found.data, extra=notes, ms=ms)

    def _plain_context(self, actor: str, call: str, attempt: int, state: State) -> RunContext[object]:
        return self._context(state.specs[actor], call, attempt, state, _Watch(call, self._progressed))

    def _context(self, spec: ActorSpec, call: str, attempt: int, state: State, watch: _Watch) -> RunContext[object]:
        ports = self._ports
        return RunContext(
            deps=ports.deps,
            session=ports.session,
            branch=state.branch,
            actor=spec.name,
            call=call,
            attempt=attempt,
            key=f"{ports.session}/{state.branch}/{call}",
            files=ports.files,
            settings=ports.settings or {},
            progress=watch.progress,
            model=spec.model,
            iteration=state.meters.iterations,
            usage=state.meters,
            messages=_Messages(lambda: self._told(spec.name, state), watch),
            cancelled=watch.is_over,
        )


async def _in_time(called: Coroutine[object, object, ToolOutcome], tool: str, seconds: float) -> ToolOutcome:
    """The outcome, as long as the run waits for it. Leaving cancels the tool's coroutine."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await called
    except TimeoutError:
        if not limit.expired():
            raise
        raise InDoubt(f"{tool} did not answer within {seconds:g} s", type="timeout") from None


def _came_of(problem: BaseException, command: CallTool, ms: int) -> CallFailed | Doubted:
    """The fact of a call that raised `problem`."""
    call = command.call
    match problem:
        case ModelRetry():
            return CallFailed(call=call, error="invalid_call", message=str(problem), ms=ms)
        case InDoubt() if command.effect == "effect":
            return Doubted(call=call, reason=problem.message)
        case CallProblem():
            retryable = problem.retryable
            return CallFailed(call=call, error=problem.type, message=problem.message, retryable=retryable, ms=ms)
        case _:
            return CallFailed(call=call, error="raised", message=f"{type(problem).__name__}: {problem}", ms=ms)


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
