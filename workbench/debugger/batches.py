"""Many runs beside each other: a row for each scenario, model and persona, with what came of its runs on the whole."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from workbench.budget import spent
from workbench.criteria.complete import percentage
from workbench.state import State


class BatchRow(msgspec.Struct, frozen=True):
    """The runs of one scenario with one model and one persona.

    Attributes:
        completed: how many of them came to their end with their criteria met, if they have any.
        outcomes: how many ended so; `held` are those that wait for a person.
        percentage: how much of their criteria was met, on average; None where they have none.
        cost: US dollars of all of them as decimal text; None where a price is unknown.
        requests, tool_calls, input_tokens, output_tokens: of all of them.
        ms: time in calls of models and tools, of all of them, in milliseconds.
    """

    scenario: str
    model: str
    persona: str
    runs: int
    completed: int
    outcomes: dict[str, int]
    percentage: int | None
    cost: str | None
    requests: int
    tool_calls: int
    input_tokens: int
    output_tokens: int
    ms: int


def batch_rows(runs: Iterable[tuple[str, State]]) -> list[BatchRow]:
    """A row for each scenario, model and persona, in the order in which they come first.

    Args:
        runs: the scenario's name, and how its run stands; each of them was started.
    """
    together: dict[tuple[str, str, str], list[State]] = {}
    for scenario, state in runs:
        agent = state.specs[state.agent]
        persona = agent.persona.name if agent.persona else ""
        together.setdefault((scenario, agent.model, persona), []).append(state)
    return [_row(*names, states) for names, states in together.items()]


def _row(scenario: str, model: str, persona: str, states: list[State]) -> BatchRow:
    outcomes: dict[str, int] = {}
    shares: list[int] = []
    cost: Decimal | None = Decimal(0)
    for state in states:
        outcome = state.ended.outcome if state.ended else "held"
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        used = spent(state.meters, "cost")
        cost = None if cost is None or used is None else cost + used
        criteria = state.started.criteria if state.started else ()
        if criteria:
            shares.append(percentage(criteria, {name: verdict.met for name, verdict in state.verdicts.items()}))
    meters = [state.meters for state in states]
    return BatchRow(
        scenario=scenario,
        model=model,
        persona=persona,
        runs=len(states),
        completed=outcomes.get("completed", 0),
        outcomes=outcomes,
        percentage=round(sum(shares) / len(shares)) if shares else None,
        cost=None if cost is None else f"{cost:f}",
        requests=sum(one.requests for one in meters),
        tool_calls=sum(one.tool_calls for one in meters),
        input_tokens=sum(one.input_tokens for one in meters),
        output_tokens=sum(one.output_tokens for one in meters),
        ms=sum(one.ms for one in meters),
    )
