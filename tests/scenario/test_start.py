"""Starts: everything a run needs is frozen in its first event, and flags go over the scenario."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.criteria.rubrics import PROMPT, prompt_signature
from workbench.errors import UsedWrongly
from workbench.events import ActorSpec, Judging, Price, RunStarted, ToolSpec
from workbench.events.event import decode, stored
from workbench.persona.prompt import render
from workbench.persona.schema import Persona
from workbench.persona.signature import signature
from workbench.scenario.schema import Scenario
from workbench.scenario.start import Terms, ad_hoc, start

AGENT = Persona(name="support-agent", description="a support agent")
CUSTOMER = Persona(name="customer", description="an impatient customer")
FIND = ToolSpec(name="find_order", effect="read")
FIELDS: dict[str, Any] = {
    "name": "desk",
    "title": "A desk",
    "persona": "support-agent",
    "tools": ["find_order"],
    "user": ["Hi.", "A-1007"],
    "script": [{"say": "Hello."}],
    "budget": {"tool_calls": 5, "cost": "0.10", "at": "pause"},
    "settings": {"temperature": 0.2},
    "seed": 7,
    "acceptance_criteria": {
        "success_indicators": ["The customer is content"],
        "required_information": [{"name": "order_id", "check": {"pattern": "A-1"}}],
        "completion_conditions": [{"name": "found", "check": {"tool": "find_order"}}],
    },
}


def begin(fields: dict[str, Any] | None = None, terms: Terms | None = None, **options: Any) -> RunStarted:
    scenario = Scenario.model_validate(FIELDS | (fields or {}))
    return start(scenario, persona=AGENT, tools=[FIND], terms=terms or Terms(), **options)


def only(started: RunStarted) -> ActorSpec:
    [actor] = started.actors
    return actor


def test_the_whole_setting_is_frozen():
    started = begin()
    agent = only(started)
    assert (started.title, started.scenario, started.mode, started.seed) == ("A desk", "desk", "step", 7)
    assert (agent.name, agent.role, agent.model, agent.structured) == ("agent", "agent", "scripted:desk", True)
    assert agent.persona == signature(AGENT)
    assert agent.tools == (FIND,)
    assert json.loads(agent.settings) == {"temperature": 0.2, "seed": 7}
    assert agent.system.startswith(render(AGENT) + "\n\n# When your work is complete")
    assert "- order_id" in agent.system
    assert [(one.kind, one.name) for one in started.criteria] == [
        ("required", "order_id"),
        ("condition", "found"),
        ("indicator", "the_customer_is_content"),
    ]
    assert (started.user.kind, started.user.lines) == ("lines", ("Hi.", "A-1007"))
    assert {(cap.name, cap.limit, cap.at) for cap in started.caps} == {
        ("tool_calls", "5", "pause"),
        ("cost", "0.10", "pause"),
    }
    assert decode(*stored(started)) == started


def test_without_criteria_the_agent_just_speaks():
    agent = only(begin({"acceptance_criteria": {}}))
    assert (agent.structured, agent.system) == (False, render(AGENT))


def test_flags_go_over_the_scenario():
    def price(model: str) -> Price:
        return Price(input="1", output="2", source=model)

    started = begin(
        model="openai:gpt-5-mini",
        terms=Terms(
            caps={"tool_calls": "0", "cost": None, "iterations": "3"}, mode="run", title="Mine", seed=0, price=price
        ),
    )
    agent = only(started)
    assert agent.model == "openai:gpt-5-mini"
    assert agent.price == Price(input="1", output="2", source="openai:gpt-5-mini")
    assert (started.title, started.mode, started.seed, json.loads(agent.settings)["seed"]) == ("Mine", "run", 0, 0)
    assert {cap.name: cap.limit for cap in started.caps} == {"tool_calls": "0", "cost": None, "iterations": "3"}


def test_a_cap_nobody_knows_is_refused():
    with pytest.raises(UsedWrongly, match="there is no cap 'patience'"):
        begin(terms=Terms(caps={"patience": "3"}))


def test_a_person_at_the_prompt():
    assert begin({"user": "person"}).user.kind == "person"


def test_a_played_user_is_an_actor_of_its_own():
    user = {"persona": "customer", "goal": "find the parcel", "script": [{"say": "Where is it?"}]}
    started = begin({"user": user}, user_persona=CUSTOMER)
    agent, played = started.actors
    assert (started.user.kind, started.user.actor) == ("actor", "user")
    assert (played.name, played.role, played.model, played.structured) == ("user", "user", "scripted:desk/user", False)
    assert (played.tools, played.persona) == ((), signature(CUSTOMER))
    assert render(CUSTOMER) in played.system
    assert "you want to find the parcel" in played.system
    assert json.loads(played.settings) == {"seed": 7}
    assert agent.name == "agent"


def test_a_played_user_without_goal_or_seed():
    user = {"persona": "customer", "model": "ollama:qwen3"}
    _, played = begin({"user": user, "seed": None}, user_persona=CUSTOMER).actors
    assert (played.model, played.settings) == ("ollama:qwen3", "{}")
    assert "you want to" not in played.system


def test_ad_hoc():
    started = ad_hoc(
        AGENT, "ollama:qwen3", tools=[FIND], say=["Hi."], at="pause", terms=Terms(caps={"cost": "1"}, seed=3)
    )
    agent = only(started)
    assert (started.scenario, started.title, agent.structured) == (None, "support-agent with ollama:qwen3", False)
    assert (started.user.lines, agent.tools, json.loads(agent.settings)) == (("Hi.",), (FIND,), {"seed": 3})
    assert [(cap.name, cap.limit, cap.at) for cap in started.caps] == [("cost", "1", "pause")]


def test_ad_hoc_with_a_person():
    started = ad_hoc(AGENT, "human", settings={"top_p": 1}, terms=Terms(mode="run", title="Talk"))
    assert (started.user.kind, started.title, only(started).settings, started.mode) == (
        "person",
        "Talk",
        '{"top_p":1}',
        "run",
    )


def test_what_a_check_holds_of_structure_is_kept_as_json():
    check = {"tool": "find_order", "arguments": {"order": "A-1"}, "field": "status", "json_schema": {"type": "string"}}
    started = begin({"acceptance_criteria": {"completion_conditions": [{"name": "found", "check": check}]}})
    (criterion,) = started.criteria
    assert criterion.check is not None
    assert json.loads(criterion.check.arguments or "") == {"order": "A-1"}
    assert json.loads(criterion.check.json_schema or "") == {"type": "string"}
    assert (criterion.check.tool, criterion.check.field) == ("find_order", "status")


def test_rubrics_bring_a_judge_with_a_budget_of_its_own():
    rubric = {"success_indicators": [{"name": "polite", "check": {"rubric": "It is polite."}}]}
    started = begin(
        {"acceptance_criteria": rubric | {"judge": {"script": [{"say": "{}"}], "requests": 2, "cost": 0.5}}}
    )
    agent, judge = started.actors
    assert (judge.name, judge.role, judge.model, judge.structured) == ("judge", "judge", "scripted:desk/judge", False)
    assert (judge.system, judge.persona) == (PROMPT, prompt_signature())
    assert json.loads(judge.settings) == {"seed": 7}
    assert started.judging == Judging(requests=2, cost="0.5")
    assert "polite" in agent.system
    named = begin({"acceptance_criteria": rubric | {"judge": {"model": "openai:x"}}})
    assert [actor.model for actor in named.actors] == ["scripted:desk", "openai:x"]
    assert named.judging == Judging()
    own = begin({"acceptance_criteria": rubric}, model="openai:y")
    assert [actor.model for actor in own.actors] == ["openai:y", "openai:y"]
