"""A run as plan → act → react cycles, one JSON line each: what the model said, what was called for it, what came of it.

The forms below are the published schema (`workbench trace schema`, and `docs/trace.schema.json`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.events import (
    ActorSpec,
    AnswerRead,
    CallFailed,
    Event,
    ModelAnswered,
    ModelCalled,
    OutputRejected,
    Recast,
    RunStarted,
    ToolCalled,
    ToolReturned,
    is_free,
)
from workbench.state import cost_of

VERSION = 1


class Form(BaseModel):
    """A part of a trace; an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)


class PersonaSigned(Form):
    """Which persona spoke."""

    name: str
    version: str
    digest: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
    """SHA-256 of the persona's canonical form."""


class Plan(Form):
    """What the model was asked for, and said."""

    model: str
    """`provider:model`."""
    text: str = ""
    thinking: str = ""
    attempts: Annotated[int, Field(ge=1)] = 1
    """How often it was asked before it answered, or before nobody asked again."""
    error: str | None = None
    """Why it did not answer; null where it did."""
    ms: Annotated[int, Field(ge=0)] = 0
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: str | None = None
    """US dollars as decimal text; null where unknown."""


class Act(Form):
    """One tool call."""

    call: str
    tool: str
    arguments: str
    """JSON text, as the tool was given it; as the model wrote it where it was never called."""
    effect: Literal["read", "idempotent", "effect"] | None = None
    """Null where it was never called."""


class React(Form):
    """What came of a tool call, or of an answer that was checked."""

    call: str
    result: str
    """As the model is told it."""
    failed: bool = False
    error: str | None = None
    """A short word, where it failed."""
    ms: Annotated[int, Field(ge=0)] = 0


class Output(Form):
    """The answer that ended the turn."""

    text: str
    status: Literal["continue", "complete"] | None = None


class Cycle(Form):
    """One line of a trace: an answer of a model, and what followed from it."""

    v: Literal[1] = VERSION
    session: str
    branch: str
    actor: str
    cycle: Annotated[int, Field(ge=1)]
    """Counts the actor's answers from 1."""
    seq: Annotated[int, Field(ge=1)]
    """The event in which the model was asked."""
    at: float
    """Seconds since 1970 UTC when the model was asked."""
    ms: Annotated[int, Field(ge=0)]
    """From then to the last event of the cycle."""
    persona: PersonaSigned | None = None
    plan: Plan
    act: list[Act]
    react: list[React]
    output: Output | None = None
    """Null in every cycle but the last of a turn."""


def export_trace(events: Iterable[Event], *, session: str, branch: str) -> Iterator[str]:
    """The lines, each with its newline, of a branch's events, its parents' included."""
    for cycle in cycles(events, session=session, branch=branch):
        yield cycle.model_dump_json() + "\n"


def cycles(events: Iterable[Event], *, session: str, branch: str) -> list[Cycle]:
    """The cycles in the order in which they were begun."""
    specs: dict[str, ActorSpec] = {}
    made: list[Cycle] = []
    by_call: dict[str, Cycle] = {}
    for event in events:
        body = event.body
        match body:
            case RunStarted():
                specs = {spec.name: spec for spec in body.actors}
            case Recast():
                specs[body.spec.name] = body.spec
            case ModelCalled():
                cycle = by_call.get(body.call)
                if cycle is None:
                    cycle = by_call[body.call] = _begun(event, body.call, specs[event.actor], session, branch)
                    made.append(cycle)
                cycle.plan.attempts = body.attempt
            case ModelAnswered() if body.call in by_call:
                cycle = by_call[body.call]
                _answered(cycle, body, specs[event.actor])
                by_call |= {act.call: cycle for act in cycle.act}
                _last(cycle, event)
            case ToolCalled() if body.call in by_call:
                cycle = by_call[body.call]
                act = next(act for act in cycle.act if act.call == body.call)
                act.arguments, act.effect = body.arguments, body.effect
            case ToolReturned() if body.call in by_call:
                cycle = by_call[body.call]
                cycle.react.append(React(call=body.call, result=body.content, ms=body.ms))
                _last(cycle, event)
            case CallFailed() if body.call in by_call:
                cycle = by_call[body.call]
                _failed(cycle, body)
                _last(cycle, event)
            case OutputRejected() if body.call in by_call:
                cycle = by_call[body.call]
                wrong = React(call=body.call, result=body.message, failed=True, error="invalid_output", ms=body.ms)
                cycle.react.append(wrong)
                _last(cycle, event)
            case AnswerRead() if body.call in by_call:
                cycle = by_call[body.call]
                cycle.output = Output(text=body.output, status=body.status)
                _last(cycle, event)
            case _:
                continue
    return made


def _begun(event: Event, call: str, spec: ActorSpec, session: str, branch: str) -> Cycle:
    signed = spec.persona
    return Cycle(
        session=session,
        branch=branch,
        actor=event.actor,
        cycle=int(call.rpartition(".")[2]),
        seq=event.seq,
        at=event.at,
        ms=0,
        persona=PersonaSigned(name=signed.name, version=signed.version, digest=signed.digest) if signed else None,
        plan=Plan(model=spec.model),
        act=[],
        react=[],
    )


def _answered(cycle: Cycle, body: ModelAnswered, spec: ActorSpec) -> None:
    usage, plan = body.usage, cycle.plan
    plan.model, plan.text, plan.thinking, plan.ms, plan.error = spec.model, body.text, body.thinking, body.ms, None
    plan.input_tokens, plan.output_tokens = usage.input, usage.output
    if spec.price is not None and usage.input is not None and usage.output is not None:
        plan.cost = f"{Decimal(cost_of(usage, spec.price)):f}"
    elif spec.price is not None and is_free(spec.price):
        plan.cost = "0"
    cycle.act = [
        Act(call=f"{body.call}.{place}", tool=call.name, arguments=call.arguments)
        for place, call in enumerate(body.calls, 1)
    ]


def _failed(cycle: Cycle, body: CallFailed) -> None:
    if any(act.call == body.call for act in cycle.act):
        cycle.react.append(React(call=body.call, result=body.message, failed=True, error=body.error, ms=body.ms))
    else:
        cycle.plan.error, cycle.plan.text, cycle.plan.ms = f"{body.error}: {body.message}", body.partial, body.ms


def _last(cycle: Cycle, event: Event) -> None:
    cycle.ms = max(cycle.ms, round((event.at - cycle.at) * 1000))
