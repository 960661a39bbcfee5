"""From an agent's arguments to the event that starts its run, or to a session that goes on as this agent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from workbench.budget import used
from workbench.criteria.instructions import instructions
from workbench.events import (
    ActorSpec,
    Cap,
    Criterion,
    OutputSpec,
    Price,
    Retry,
    RunStarted,
    StandIn,
    ToolSpec,
    Window,
    measure_of,
)
from workbench.events.text import as_json
from workbench.persona.prompt import render
from workbench.persona.schema import Persona
from workbench.persona.signature import signature
from workbench.run import Run
from workbench.scenario.budget import Budget
from workbench.scenario.caps import PriceOf, caps_of
from workbench.scenario.criteria import AcceptanceCriteria
from workbench.scenario.start import AGENT, criteria_of, judges_of, judging_of
from workbench.state import State

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


def take_up(run: Run, spec: ActorSpec, *, caps: Sequence[Cap], step: bool) -> None:
    """Have a session that is there already go on as this agent, with all of its caps anew."""
    here = spec.model_copy(update={"name": run.state.agent})
    if run.state.specs[here.name] != here:
        run.recast(here, by="engine")
    for cap in _renewed(caps, run.state):
        model = cap.to.model if cap.to is not None else None
        run.limit(cap.name, cap.limit, at=cap.at, model=model, by="engine")
    run.release("step" if step else "run", grant="", by="engine")


def _renewed(caps: Sequence[Cap], state: State) -> list[Cap]:
    """The caps of an agent that goes on in a session, as that session must have them: each run has all of its own.

    A cap of the session or the day counts what was used before, and stays what it is.
    """
    found: list[Cap] = []
    for cap in caps:
        measure, limit = measure_of(cap.name), cap.limit
        so_far = used(state, cap.name)
        if (
            limit is not None
            and so_far is not None
            and measure.scope == "run"
            and measure.what != "requests_per_minute"
        ):
            limit = f"{Decimal(limit) + so_far:f}"
        if (state.limits.get(cap.name), state.follows.get(cap.name)) != (limit, cap.at):
            found.append(cap.model_copy(update={"limit": limit}))
    return found
