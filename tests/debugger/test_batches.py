"""Many runs beside each other, added up."""

from __future__ import annotations

from tests.playbook import FREE, agent, answered, asked, read, started, state_after
from workbench.debugger.batches import batch_rows
from workbench.events import Check, Criterion, CriterionJudged, Evidence, Outcome, RunEnded, RunStarted, Said
from workbench.state import State

ORDER, POLITE = Criterion(name="order", check=Check(pattern="A")), Criterion(name="polite", kind="indicator")


def ran(outcome: Outcome | None, *, model: str = "m:x", free: bool = True, met: bool | None = None) -> State:
    """A run with one answer; with criteria, one of which is met or not, where `met` says so."""
    criteria = () if met is None else (ORDER, POLITE)
    spec = agent().model_copy(update={"model": model, "price": FREE if free else None})
    first: RunStarted = started(spec, criteria=criteria)
    judged = () if met is None else (CriterionJudged(name="order", met=met, evidence=Evidence(seq=2, words="A")),)
    ended = () if outcome is None else (RunEnded(outcome=outcome),)
    return state_after(
        first, Said(text="hi"), asked(), answered("agent.1", "yes"), read("agent.1", "yes"), *judged, *ended
    )


def test_runs_are_told_apart_by_scenario_model_and_persona_in_the_order_in_which_they_come():
    one, other = ran("completed"), ran("completed", model="m:y")
    rows = batch_rows([("b", one), ("a", one), ("b", other), ("b", one)])
    assert [(row.scenario, row.model, row.persona, row.runs) for row in rows] == [
        ("b", "m:x", "", 2), ("a", "m:x", "", 1), ("b", "m:y", "", 1)
    ]  # fmt: skip


def test_what_they_came_to_and_used_is_added_up():
    (row,) = batch_rows([("a", ran("completed", met=True)), ("a", ran("error", met=False)), ("a", ran(None, met=True))])
    assert (row.runs, row.completed, row.outcomes) == (3, 1, {"completed": 1, "error": 1, "held": 1})
    assert row.percentage == 33, "half of the criteria in two of three runs"
    single = ran("completed").meters
    assert (row.requests, row.input_tokens) == (3 * single.requests, 3 * single.input_tokens)
    assert row.cost == "0"


def test_an_unknown_price_is_no_sum_and_without_criteria_there_is_no_share():
    (row,) = batch_rows([("a", ran("completed")), ("a", ran("completed", free=False)), ("a", ran("completed"))])
    assert (row.cost, row.percentage) == (None, None)
    assert batch_rows([]) == []
