"""Commands: what a run could do next. `decide` offers them, a gate lets them pass or holds, `Run` performs them.

`key` names a command through holds and releases; `phase` is the step of the loop that a person sees.
"""

from __future__ import annotations

from typing import ClassVar, final

import msgspec

from workbench.events import (
    ActorSpec,
    Effect,
    Heard,
    HistoryCut,
    JudgeAsked,
    ModelCalled,
    Outcome,
    OutputGiven,
    Phase,
    Recast,
    Request,
    Reserve,
    RunEnded,
    Said,
    StandIn,
    SummaryAsked,
    ToolCalled,
    TurnGiven,
    WaitBegan,
)
from workbench.events.frozen import trusted


@final
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

    def intent(self, reserve: Reserve | None = None) -> ModelCalled:
        """The event that says it is about to happen, with what is set aside for it."""
        fields = {"call": self.call, "request": self.request, "attempt": self.attempt, "reserve": reserve}
        return trusted(ModelCalled, fields)


@final
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
        fields = {"call": self.call, "tool": self.tool, "arguments": self.arguments}
        return trusted(ToolCalled, {**fields, "effect": self.effect, "attempt": self.attempt})


@final
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


@final
class Wait(msgspec.Struct, frozen=True):
    """Let some time pass before a model that failed is asked again.

    Attributes:
        retry, of, error: as in `WaitBegan`.
        after: seconds that the provider asked for; without them the backoff is drawn.
        until: when the wait ends, where a process that is gone began it.
    """

    phase: ClassVar[Phase] = ""
    actor: str
    call: str
    retry: int
    of: int
    error: str
    after: float | None = None
    until: float | None = None

    @property
    def key(self) -> str:
        return f"{self.call} wait"

    def intent(self, seconds: float, until: float) -> WaitBegan:
        """The event that says it is about to happen, with what the effect side drew."""
        return WaitBegan(call=self.call, retry=self.retry, of=self.of, error=self.error, seconds=seconds, until=until)


@final
class Conclude(msgspec.Struct, frozen=True):
    """Read the answer `call` that ended the actor's turn."""

    phase: ClassVar[Phase] = "output"
    actor: str
    call: str

    @property
    def key(self) -> str:
        return f"{self.call} output"


@final
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


@final
class Tell(msgspec.Struct, frozen=True):
    """Record `body` for `actor`, by rule.

    A user's line, a heard answer, a turn given, a case for the judge, another model, a history that is cut, an end.
    """

    phase: ClassVar[Phase] = ""
    actor: str
    body: Said | Heard | TurnGiven | JudgeAsked | Recast | RunEnded | SummaryAsked | HistoryCut

    @property
    def key(self) -> str:
        return ""


Intended = CallModel | CallTool | CheckOutput
"""What has an intent, which is recorded before it is done, and its fact after."""

Effectful = Intended | Wait | Examine
"""What touches the world, or lets time pass in it."""

Command = Effectful | Conclude | Tell

Ungated = Wait | Examine | Tell
"""What neither stepping nor a breakpoint holds: none of it asks a model or calls a tool."""


def ending(outcome: Outcome, reason: str = "", error: str | None = None, *, retryable: bool = False) -> Tell:
    """The command that ends the run."""
    return Tell("", RunEnded(outcome=outcome, reason=reason, error=error, retryable=retryable))


def taking_over(spec: ActorSpec, model: StandIn) -> Tell:
    """The command that puts `model` in the place of the actor's own; whoever stood before it is out."""
    left = spec.fallbacks[spec.fallbacks.index(model) + 1 :] if model in spec.fallbacks else spec.fallbacks
    changes = {"model": model.model, "price": model.price, "fallbacks": left}
    return Tell(spec.name, Recast(spec=spec.model_copy(update=changes)))
