"""The only place where a run touches the world: asking a model (here), calling a tool (`calling`).

Each gives the fact that came of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from workbench.errors import CallProblem, ModelFailed, WorkbenchError
from workbench.events import (
    ActorSpec,
    AnswerChanged,
    Body,
    By,
    CallFailed,
    Doubted,
    FunctionChecked,
    ModelAnswered,
    OutputAccepted,
    OutputRejected,
    ToolReturned,
    WaitEnded,
)
from workbench.events.facts import answered
from workbench.events.messages import Answer, Delta, Message, ModelRequest
from workbench.run.calling import Calling
from workbench.run.examining import examine
from workbench.run.ports import Ports
from workbench.run.waiting import Waiting
from workbench.state import CallModel, CallTool, CheckOutput, Effectful, Examine, State, Wait
from workbench.state.telling import Lookup, Telling

Fact = (
    ModelAnswered | ToolReturned | CallFailed | Doubted | FunctionChecked | OutputAccepted | OutputRejected | WaitEnded
)
"""What comes of a command; a tool's call may be left in doubt by the tool itself."""
_DRAFT_EVERY = 0.5


class Effects:
    """Performs commands. Keeps, for each actor, the messages it has already made for its model.

    `cancelled` tells a person's cancellation (what came is kept as a fact) from the end of the process. `noted` takes
    what is to stand in the log before a call's fact. `came` has what had come of answers that were left.
    """

    def __init__(
        self,
        ports: Ports,
        lookup: Lookup,
        *,
        streamed: Callable[[str, Delta], None],
        progressed: Callable[[str, str], None],
        draft: Callable[[str, str], None],
        noted: Callable[[Body, str, By], None],
    ) -> None:
        self._ports, self._lookup = ports, lookup
        self._noted = noted
        self._streamed, self._progressed, self._draft = streamed, progressed, draft
        self._known: dict[str, tuple[list[Message], dict[str, str]]] = {}
        self._tools = Calling(ports, told=self._told, progressed=progressed, lookup=lookup)
        self.waits = Waiting(ports)
        self.came: dict[str, str] = {}
        self.cancelled = False

    def forget(self, actor: str | None = None) -> None:
        """Make all messages (the actor's, where one is named) anew: somebody edited one, or they are others."""
        if actor is None:
            self._known.clear()
        else:
            self._known.pop(actor, None)

    def perform(self, command: Effectful, state: State) -> Coroutine[object, object, Fact | None]:
        """Do it and say what came of it; None where a person's cancellation leaves that in doubt."""
        if type(command) is CallModel:
            return self._ask(command, state)
        if type(command) is CallTool:
            return self._tools.call(command, state, self._was_cancelled)
        if isinstance(command, CheckOutput):
            return self._tools.check(command, state, self._was_cancelled)
        if isinstance(command, Examine):
            return examine(
                command,
                state,
                self._ports,
                self._told(command.actor, state),
                self._lookup,
                cancelled=self._was_cancelled,
            )
        return self._wait(command, state)

    def _was_cancelled(self) -> bool:
        return self.cancelled

    def _told(self, actor: str, state: State) -> Telling:
        """What the actor's model is told at this moment."""
        made = self._known.get(actor)
        if made is None:
            made = self._known[actor] = ([], {})
        return Telling(state.actors[actor].log, self._lookup, *made)

    def _request(self, command: CallModel, spec: ActorSpec, state: State) -> ModelRequest:
        """All that the model is asked."""
        return ModelRequest(
            model=spec.model.partition(":")[2],
            system=spec.system,
            messages=self._told(command.actor, state),
            tools=spec.tools,
            settings=state.settings(command.actor),
            structured=spec.structured,
            output_schema=None if spec.output is None else state.output_schema(command.actor),
            call=command.call,
            attempt=command.attempt,
            actor=command.actor,
            no_tools=bool(state.reached and state.toolless(command.actor)),
        )

    async def _wait(self, command: Wait, state: State) -> WaitEnded:
        try:
            return await self.waits.wait(command, state)
        except asyncio.CancelledError:
            if not self.cancelled:
                raise
            return WaitEnded(call=command.call, how="stopped")

    async def _ask(self, command: CallModel, state: State) -> Fact:
        call, clock, spec = command.call, self._ports.monotonic, state.specs[command.actor]
        begun = drafted = clock()
        came: list[str] = []
        answer: Answer | None = None
        failure: CallProblem | None = None
        try:
            model = self._ports.model(spec.model)
            async for piece in model.ask(self._request(command, spec, state)):
                if isinstance(piece, Answer):
                    answer = piece
                    continue
                if type(piece) is not Delta or type(piece.text) is not str:
                    raise TypeError(f"a model yields pieces (Delta) of text and an Answer, not {piece!r:.80}")
                if piece.note:
                    self._progressed(call, piece.note)
                    continue
                if piece.fact is not None:
                    self._noted(piece.fact, command.actor, "engine")
                    if isinstance(piece.fact, AnswerChanged) and piece.fact.again:
                        came.clear()  # what is said from here on is another answer
                    continue
                if piece.text:
                    came.append(piece.text)
                self._streamed(call, piece)
                if came and clock() - drafted >= _DRAFT_EVERY:
                    drafted = clock()
                    self._draft(call, "".join(came))
        except CallProblem as problem:
            failure = problem
        except WorkbenchError as problem:
            failure = CallProblem("unavailable", str(problem))
        except asyncio.CancelledError:
            if not self.cancelled:
                self.came[call] = "".join(came)
                raise
            return ModelAnswered(
                call=call, text="".join(came), finish="cancelled", partial=True, ms=self._ports.ms_since(begun)
            )
        except Exception as bug:
            self._ports.raised(bug)
            failure = CallProblem("unexpected", f"{type(bug).__name__}: {bug}")
        ms = self._ports.ms_since(begun)
        if answer is not None:
            try:
                return answered(call, answer, ms)
            except ValueError as wrong:
                failure = CallProblem("unexpected", f"the model's answer is none: {wrong}")
        failure = failure or CallProblem("cut_off", "the answer ended before it was whole", retryable=True)
        partial = failure.partial or "".join(came)
        return CallFailed(
            call=call,
            error=failure.type,
            message=failure.message,
            retryable=failure.retryable,
            retry_after=failure.retry_after,
            partial=partial,
            ms=ms,
            raw=failure.raw if isinstance(failure, ModelFailed) else None,
        )
