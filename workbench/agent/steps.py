"""A run as a program walks through it: one `AgentStep` for each thought, call, result and output."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from workbench.events import (
    AnswerRead,
    CallFailed,
    Event,
    ModelAnswered,
    ModelCalled,
    OutputRejected,
    ToolCalled,
    ToolReturned,
)

if TYPE_CHECKING:
    from workbench.state import State

StepType = Literal["think", "tool_call", "tool_result", "output"]


@dataclass(frozen=True, slots=True)
class AgentStep:
    """One phase of a run.

    Attributes:
        content: the model's words (its reasoning where it says nothing), a call's arguments as JSON text, its
            result as the model is told it, or the answer that counts.
        timestamp: when it was recorded, in UTC.
        duration_ms: how long the model or the tool took; None where nothing was waited for.
        iteration: counts answers of the model from 1.
        call: which call of the run this is (`agent.2`, `agent.2.1`).
        failed: the model or the tool failed, or the output was rejected; `content` says how.
        seq: the event of the session that says it.
        partial: what had come of an answer of the model before it failed, or was broken off.
    """

    step_type: StepType
    timestamp: datetime
    content: str
    tool_name: str | None = None
    duration_ms: int | None = None
    iteration: int = 0
    call: str = ""
    failed: bool = False
    seq: int = 0
    partial: str = ""


@dataclass(frozen=True, slots=True)
class ToolUse:
    """One call of a tool: what it was asked (JSON text) and what came of it; `result` None while nothing has."""

    name: str
    arguments: str
    call: str
    iteration: int
    result: str | None = None
    failed: bool = False
    duration_ms: int | None = None


class Steps:
    """Makes steps of what `actor` does, of events that it must be given in their order; judges make none.

    `iteration` counts so far.
    """

    def __init__(self, actor: str, iteration: int = 0) -> None:
        self.iteration, self._actor = iteration, actor
        self._tools: dict[str, str] = {}

    @classmethod
    def from_here(cls, state: State) -> Steps:
        """Of what the agent of this run does from here on."""
        return cls(state.agent, state.meters.iterations)

    def of(self, events: Iterable[Event]) -> list[AgentStep]:
        """The steps that these events are."""
        return [step for event in events if (step := self._step(event)) is not None]

    def _step(self, event: Event) -> AgentStep | None:
        body = event.body
        if event.actor != self._actor:
            return None
        match body:
            case ModelCalled(attempt=1):
                self.iteration += 1
                return None
            case ModelAnswered():
                return self._made(event, "think", body.text or body.thinking, body.call, ms=body.ms)
            case ToolCalled():
                self._tools[body.call] = body.tool
                return self._made(event, "tool_call", body.arguments, body.call)
            case ToolReturned():
                return self._made(event, "tool_result", body.content, body.call, ms=body.ms)
            case CallFailed():
                kind: StepType = "tool_result" if body.call.count(".") > 1 else "think"
                made = self._made(event, kind, body.message, body.call, ms=body.ms, failed=True)
                return replace(made, partial=body.partial) if body.partial else made
            case OutputRejected():
                return self._made(event, "output", body.message, body.call, ms=body.ms, failed=True)
            case AnswerRead():
                return self._made(event, "output", body.output, body.call)
            case _:
                return None

    def _made(
        self, event: Event, kind: StepType, content: str, call: str, *, ms: int | None = None, failed: bool = False
    ) -> AgentStep:
        at = datetime.fromtimestamp(event.at, UTC)
        return AgentStep(kind, at, content, self._tools.get(call), ms, self.iteration, call, failed, event.seq)


def tool_uses(steps: Iterable[AgentStep]) -> list[ToolUse]:
    """Every call of a tool among `steps`, with its result, in the order in which they were begun."""
    uses: dict[str, ToolUse] = {}
    for step in steps:
        if step.step_type == "tool_call":
            uses[step.call] = ToolUse(step.tool_name or "", step.content, step.call, step.iteration)
        elif step.step_type == "tool_result":
            asked = uses.get(step.call)
            name, arguments = (asked.name, asked.arguments) if asked else (step.tool_name or "", "")
            uses[step.call] = ToolUse(
                name, arguments, step.call, step.iteration, step.content, step.failed, step.duration_ms
            )
    return list(uses.values())
