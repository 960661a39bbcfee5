"""What is shipped is right, runs to the end it promises, and teaches what it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from tests.memory import Memory
from workbench.debugger.outcome import closing, report
from workbench.events import (
    AnswerRead,
    Body,
    CallFailed,
    CriterionJudged,
    Event,
    Heard,
    ModelAnswered,
    ToolCalled,
    ToolReturned,
)
from workbench.events.messages import Model
from workbench.events.script import ScriptTurn
from workbench.models.scripted import ScriptedModel
from workbench.persona.prompt import render
from workbench.run import Ports, Run
from workbench.scenario.schema import PlayedUser, Scenario
from workbench.scenario.start import Terms, start
from workbench.tools.standard import standard_registry
from workbench.workspace.listing import list_scenarios
from workbench.workspace.loading import check_persona, check_scenario, load_scenario
from workbench.workspace.personas import list_personas, load_persona
from workbench.workspace.place import Workspace, shipped_root

SHIPPED = Workspace(shipped_root())
SCENARIOS = [entry.name for entry in list_scenarios(SHIPPED)]
PERSONAS = [entry.name for entry in list_personas(SHIPPED)]
COMPLETE = (
    "support-desk customer-service data-collection sales-analyst parallel-weather flaky-parts technical-support"
    " customer-duet bad-arguments"
).split()


Change = Callable[[Scenario], Scenario]


async def played(
    name: str, folder: Path, caps: dict[str, str | None] | None = None, change: Change = lambda scenario: scenario
) -> tuple[Run, list[Event]]:
    """The scenario run to where it stands still, with its own script and the real tools."""
    tools = standard_registry()
    scenario = change(load_scenario(SHIPPED, name, tools=tools.names))
    user = scenario.user
    started = start(
        scenario,
        persona=load_persona(SHIPPED, scenario.persona),
        tools=tools.specs(scenario.tools),
        user_persona=load_persona(SHIPPED, user.persona) if isinstance(user, PlayedUser) else None,
        terms=Terms(caps=caps or {}, mode="run"),
    )
    scripts = scenario.scripts()

    def model(named: str) -> Model:
        return ScriptedModel(named, scripts[named.removeprefix("scripted:")])

    log = Memory()
    run = Run.start(log, Ports(model=model, tools=tools, session="test", files=folder), started)
    await run.drive()
    return run, list(log.events())


Fact = TypeVar("Fact", bound=Body)


def bodies(events: list[Event], kind: type[Fact]) -> list[Fact]:
    return [event.body for event in events if isinstance(event.body, kind)]


def test_everything_that_is_promised_is_there():
    assert {*COMPLETE, "budget-runaway", "long-answer"} <= set(SCENARIOS)
    assert len(PERSONAS) >= 10


@pytest.mark.parametrize("name", PERSONAS)
def test_personas_are_right(name: str):
    path = shipped_root() / "personas" / f"{name}.yaml"
    persona, wrong = check_persona(SHIPPED, path)
    assert wrong == []
    assert persona is not None
    if not persona.fragment:
        assert len(render(load_persona(SHIPPED, name))) > 300


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenarios_are_right(name: str):
    path = shipped_root() / "scenarios" / f"{name}.yaml"
    scenario, wrong = check_scenario(SHIPPED, path, tools=standard_registry().names)
    assert wrong == []
    assert scenario is not None
    assert scenario.teaches
    assert len(scenario.teaches) <= 140


@pytest.mark.parametrize("name", COMPLETE)
async def test_it_completes_with_evidence_for_every_criterion(name: str, tmp_path: Path):
    run, events = await played(name, tmp_path)
    state = run.state
    assert state.ended is not None
    assert (state.ended.outcome, state.status) == ("completed", "complete")
    assert state.started is not None
    assert set(state.verdicts) == {criterion.name for criterion in state.started.criteria} != set()
    assert all(verdict.met for verdict in state.verdicts.values())
    values = {one.name for one in state.started.criteria if one.check is not None and one.check.expression}
    for judged in bodies(events, CriterionJudged):
        if judged.met and judged.name not in values:
            assert judged.evidence is not None
            shown = events[judged.evidence.seq - 1].body
            assert isinstance(shown, Heard) or judged.evidence.words in shown.model_dump_json().replace('\\"', '"')
    assert not [said for said in bodies(events, AnswerRead) if "script is at its end" in said.output]


async def test_the_support_desk_moves_money_once_and_late(tmp_path: Path):
    run, events = await played("support-desk", tmp_path)
    assert [called.tool for called in bodies(events, ToolCalled)] == ["find_order", "list_charges", "refund_charge"]
    assert list(run.state.verdicts) == [
        "issue_type",
        "order_id",
        "contact_email",
        "charge_refunded",
        "customer_confirms",
    ]
    assert bodies(events, CallFailed) == []


async def test_without_tool_calls_the_budget_ends_it(tmp_path: Path):
    run, events = await played("support-desk", tmp_path, caps={"tool_calls": "0"})
    assert run.state.ended is not None
    assert run.state.ended.outcome == "budget"
    assert bodies(events, ToolCalled) == []


async def test_the_runaway_is_stopped_at_its_cap(tmp_path: Path):
    run, events = await played("budget-runaway", tmp_path)
    assert run.state.ended is not None
    assert run.state.ended.outcome == "budget"
    assert len(bodies(events, ToolCalled)) == 5


async def test_four_cities_are_asked_at_once(tmp_path: Path):
    _, events = await played("parallel-weather", tmp_path)
    kinds = [event.body.kind for event in events]
    first = kinds.index("tool_called")
    assert kinds[first : first + 4] == ["tool_called"] * 4
    assert len(bodies(events, ToolReturned)) == 4


async def test_the_mirror_fails_and_the_other_serves(tmp_path: Path):
    _, events = await played("flaky-parts", tmp_path)
    assert [failed.error for failed in bodies(events, CallFailed)] == ["timeout"]
    assert len(bodies(events, ToolReturned)) == 2


async def test_two_wrong_calls_never_reach_the_tool(tmp_path: Path):
    _, events = await played("bad-arguments", tmp_path)
    failed = [failure.message for failure in bodies(events, CallFailed)]
    assert len(failed) == 2
    assert "not valid JSON" in failed[0]
    assert "2026-Q3" in failed[1]


async def test_the_duet_is_spoken_by_two_models(tmp_path: Path):
    run, events = await played("customer-duet", tmp_path)
    speakers = [event.actor for event in events if isinstance(event.body, AnswerRead)]
    assert speakers[:4] == ["user", "agent", "user", "agent"]
    assert bodies(events, Heard)
    assert run.state.output == "Thank you for your patience. Goodbye!"


@pytest.mark.slow
async def test_the_long_answer_streams_to_its_end(tmp_path: Path):
    run, events = await played("long-answer", tmp_path)
    [answered] = bodies(events, ModelAnswered)
    assert len(answered.text.split()) > 400
    assert run.state.output.endswith("stopping early.")


async def test_figures_that_are_spoken_are_those_of_the_tools(tmp_path: Path):
    _, events = await played("sales-analyst", tmp_path)
    results = " ".join(returned.content for returned in bodies(events, ToolReturned))
    first, last = (read.output for read in bodies(events, AnswerRead))
    for spoken, returned in {"33.2 %": "-33.2", "97,169.25": "97169.25", "84,495": "84495.00"}.items():
        assert spoken in first
        assert returned in results
    for spoken, returned in {"3.8 %": "3.8", "131,193": "131193.00", "3.6 %": "0.036"}.items():
        assert spoken in last
        assert returned in results


async def test_the_ticket_that_is_spoken_of_is_the_one_that_was_opened(tmp_path: Path):
    run, _ = await played("technical-support", tmp_path)
    assert run.state.verdicts["ticket_opened"].words in run.state.output


# -- the three agents of the acceptance criteria: three facts, two conditions, one indicator each ----------------------

FACTS = {
    "customer-service": {
        "order_id": ("It is A-1008.", "I do not have the number here."),
        "issue_type": ("Hello, my parcel should have been here two days ago.", "Hello, something is late."),
        "contact_email": ("tomas.f@example.com", "I would rather not say."),
    },
    "data-collection": {"full_name": ("", ""), "email": ("", ""), "home_size": ("", "")},
    "technical-support": {
        "symptom": (r"\bblink(s|ing) amber", "is odd"),
        "serial_number": ("The label says HB200-4417.", "I cannot find the label."),
        "since_when": ("since yesterday evening", "for a while"),
    },
}
WITHHELD = [(name, fact) for name, facts in FACTS.items() for fact in facts]


@pytest.mark.parametrize("name", FACTS)
def test_each_has_three_facts_two_conditions_and_an_indicator(name: str):
    criteria = load_scenario(SHIPPED, name).acceptance_criteria
    assert [one.name for one in criteria.required_information] == list(FACTS[name])
    assert (len(criteria.completion_conditions), len(criteria.success_indicators)) == (2, 1)
    assert all(one.check is not None for group in criteria.groups.values() for one in group)


def without(fact: str, said: str, instead: str) -> Change:
    """The scenario in which one fact is never given: the user keeps it back, and the agent does not collect it."""

    def turn(one: ScriptTurn) -> ScriptTurn:
        claims = {key: value for key, value in (one.claims or {}).items() if key != fact} or None
        return one.model_copy(update={"claims": claims, "status": "continue" if one.status else None})

    def change(scenario: Scenario) -> Scenario:
        assert isinstance(scenario.user, tuple)
        assert isinstance(scenario.script, tuple)
        lines = tuple([re.sub(said, instead, line) if said else line for line in scenario.user])
        return scenario.model_copy(update={"user": lines, "script": tuple(map(turn, scenario.script))})

    return change


@pytest.mark.parametrize(("name", "fact"), WITHHELD)
async def test_a_fact_that_is_withheld_leaves_it_at_continue(name: str, fact: str, tmp_path: Path):
    run, _ = await played(name, tmp_path, change=without(fact, *FACTS[name][fact]))
    state = run.state
    assert state.status == "continue"
    assert state.ended is None
    assert run.waiting
    verdict = state.verdicts.get(fact)
    assert verdict is None or verdict.met is not True
    told = report(state, session="s", branch="main")
    assert told["system_status"] == "continue"
    assert closing(state)[0] == "criteria_unmet"
    assert fact in closing(state)[1]


async def test_an_agent_that_only_says_that_it_is_complete_is_not(tmp_path: Path):
    def change(scenario: Scenario) -> Scenario:
        assert isinstance(scenario.user, tuple)
        return scenario.model_copy(
            update={"user": tuple([line.replace("tomas.f@example.com", "no") for line in scenario.user])}
        )

    run, _ = await played("customer-service", tmp_path, change=change)
    state = run.state
    assert (state.status, state.ended) == ("complete", None)
    assert state.verdicts["contact_email"].met is None
    assert "customer_content" not in state.verdicts  # the judge costs money, and is not asked in vain
