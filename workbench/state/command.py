"""Commands: what a run could do next. `decide` offers them, a gate lets them pass or holds, `Run` performs them.

`key` names a command through holds and releases; `phase` is the step of the loop that a person sees.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from workbench.events import (
    Effect,
    Heard,
    JudgeAsked,
    ModelCalled,
    Outcome,
    OutputGiven,
    Phase,
    Request,
    RunEnded,
    Said,
    ToolCalled,
    TurnGiven,
)


class CallModel(msgspec.Struct, frozen=True):
    """Ask the actor's model. `after_result`: a tool's result came since it was last asked."""

    phase: ClassVar[Phase] = "think"
    actor: str
    call: str
    request: Request
    attempt: int = 1
    after_result: bool = False

    @property
    def key(self) -> str:
        return self.call

    def intent(self) -> ModelCalled:
        """The event that says it is about to happen."""
        return ModelCalled(call=self.call, request=self.request, attempt=self.attempt)


class CallTool(msgspec.Struct, frozen=True):
    """Run one tool with these arguments. `doubt`: an earlier attempt may have happened; `person`: one answers it."""

    phase: ClassVar[Phase] = "call"
    actor: str
    call: str
    tool: str
    arguments: str
    effect: Effect
    attempt: int = 1
    doubt: bool = False
    person: bool = False

    @property
    def key(self) -> str:
        return self.call

    def intent(self) -> ToolCalled:
        """The event that says it is about to happen."""
        return ToolCalled(
            call=self.call, tool=self.tool, arguments=self.arguments, effect=self.effect, attempt=self.attempt
        )


class CheckOutput(msgspec.Struct, frozen=True):
    """Check what answer `call` gives as its actor's output."""

    phase: ClassVar[Phase] = "output"
    actor: str
    call: str
    attempt: int = 1

    @property
    def key(self) -> str:
        return f"{self.call} check"

    def intent(self) -> OutputGiven:
        """The event that says it is about to happen."""
        return OutputGiven(call=self.call, attempt=self.attempt)


class Conclude(msgspec.Struct, frozen=True):
    """Read the answer `call` that ended the actor's turn."""

    phase: ClassVar[Phase] = "output"
    actor: str
    call: str

    @property
    def key(self) -> str:
        return f"{self.call} output"


class Examine(msgspec.Struct, frozen=True):
    """Ask a criterion's Python function about the run up to the answer that event `answer` is. Changes nothing."""

    phase: ClassVar[Phase] = ""
    actor: str
    criterion: str
    function: str
    answer: int

    @property
    def key(self) -> str:
        return ""


class Tell(msgspec.Struct, frozen=True):
    """Record `body` for `actor`, caused by the turn policy.

    A user's line, a heard answer, a turn given, a case for the judge, an end.
    """

    phase: ClassVar[Phase] = ""
    actor: str
    body: Said | Heard | TurnGiven | JudgeAsked | RunEnded

    @property
    def key(self) -> str:
        return ""


Intended = CallModel | CallTool | CheckOutput
"""What has an intent, which is recorded before it is done, and its fact after."""

Effectful = Intended | Examine
"""What touches the world."""

Command = Effectful | Conclude | Tell


def ending(outcome: Outcome, reason: str = "", error: str | None = None, *, retryable: bool = False) -> Tell:
    """The command that ends the run."""
    return Tell("", RunEnded(outcome=outcome, reason=reason, error=error, retryable=retryable))
