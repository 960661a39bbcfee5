"""From an agent's arguments to the event that starts its run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.criteria.instructions import instructions
from workbench.events import ActorSpec, Cap, Criterion, OutputSpec, Price, Retry, RunStarted, StandIn, ToolSpec, Window
from workbench.events.text import as_json
from workbench.persona.prompt import render
from workbench.persona.schema import Persona
from workbench.persona.signature import signature
from workbench.scenario.budget import Budget
from workbench.scenario.caps import PriceOf, caps_of
from workbench.scenario.criteria import AcceptanceCriteria
from workbench.scenario.start import AGENT, criteria_of, judges_of, judging_of

_TITLE = 60


def actor(
    model: str,
    *,
    persona: Persona | None,
    system: str,
    tools: Sequence[ToolSpec],
    criteria: Sequence[Criterion],
    settings: Mapping[str, Any],
    price: Price | None,
    output: OutputSpec | None,
    window: Window | None,
    retry: Retry,
    fallbacks: Sequence[StandIn],
) -> ActorSpec:
    """The agent as its runs know it: the persona's prompt, then `system`, then what its criteria add."""
    parts = [render(persona) if persona else "", system, instructions(criteria)]
    return ActorSpec(
        name=AGENT,
        model=model,
        system="\n\n".join(filter(None, parts)),
        persona=signature(persona) if persona else None,
        tools=tuple(tools),
        settings=as_json(dict(settings)),
        price=price,
        structured=bool(criteria),
        output=output,
        window=window,
        retry=retry,
        fallbacks=tuple(fallbacks),
    )


def start(
    spec: ActorSpec,
    name: str,
    prompt: str,
    *,
    criteria: AcceptanceCriteria,
    price: PriceOf,
    caps: Sequence[Cap],
    step: bool,
) -> RunStarted:
    """The start of a run of `spec`; its title is the agent's name and the beginning of the prompt."""
    judges = judges_of(criteria, criteria.judge.model or spec.model, price)
    head = " ".join(prompt[: _TITLE * 2].split())
    title = f"{name}: {head if len(head) <= _TITLE else head[: _TITLE - 1] + '…'}"
    return RunStarted(
        title=title,
        actors=(spec, *judges),
        criteria=criteria_of(criteria),
        judging=judging_of(criteria),
        caps=tuple(caps),
        mode="step" if step else "run",
    )


def caps(budget: Budget | None, max_iterations: int | None, price: PriceOf) -> tuple[Cap, ...]:
    """The budget's caps; `max_iterations` goes over what it says of iterations."""
    over = {} if max_iterations is None else {"iterations": str(max_iterations)}
    return caps_of(budget or Budget(), over, price)
