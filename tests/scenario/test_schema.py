"""The form of scenarios: short spellings mean the long ones, and what cannot be right is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from workbench.events.script import Script
from workbench.scenario.schema import PlayedUser, Scenario

LEAST: dict[str, Any] = {"name": "desk", "title": "A desk", "script": [{"say": "Hello."}]}
CRITERION: dict[str, Any] = {"name": "order_id", "description": "The order."}


def checked(**check: Any) -> dict[str, Any]:
    return CRITERION | {"check": check}


def scenario(**fields: Any) -> Scenario:
    return Scenario.model_validate(LEAST | fields)


def test_the_least_that_is_a_scenario():
    least = scenario()
    assert (least.persona, least.agent_model, least.user, least.user_model) == (
        "assistant",
        "scripted:desk",
        "person",
        None,
    )
    assert least.scripts() == {"desk": Script.model_validate({"turns": [{"say": "Hello."}]})}


def test_a_script_may_be_written_whole():
    whole = scenario(script={"turns": [{"say": "Hello."}], "spent": "No more."})
    assert whole.scripts()["desk"].spent == "No more."


def test_a_model_needs_no_script():
    live = scenario(script=None, model="openai:gpt-5-mini")
    assert (live.agent_model, live.scripts()) == ("openai:gpt-5-mini", {})


def test_a_played_user_has_a_script_of_its_own():
    played = scenario(user={"persona": "customer", "goal": "get help", "script": [{"say": "Help!"}]})
    assert played.user_model == "scripted:desk/user"
    assert sorted(played.scripts()) == ["desk", "desk/user"]
    live = scenario(user={"persona": "customer", "model": "ollama:qwen3"})
    assert isinstance(live.user, PlayedUser)
    assert (live.user_model, sorted(live.scripts())) == ("ollama:qwen3", ["desk"])


def test_a_plain_sentence_is_a_criterion():
    criteria = scenario(
        acceptance_criteria={"required_information": ["The customer's order number, as on the invoice", CRITERION]}
    ).acceptance_criteria
    first, second = criteria.required_information
    assert (first.name, first.description) == (
        "the_customer_s_order_number_as",
        "The customer's order number, as on the invoice",
    )
    assert (second.name, criteria.names) == ("order_id", (first.name, "order_id"))


@pytest.mark.parametrize(
    ("written", "kept"), [(5, "5"), ("5", "5"), (0, "0"), (2.0, "2"), (None, None), ("1e3", "1000")]
)
def test_counts_in_any_spelling(written: Any, kept: str | None):
    assert scenario(budget={"tool_calls": written}).budget.tool_calls == kept


@pytest.mark.parametrize(("written", "kept"), [(0.05, "0.05"), (" 0.10 ", "0.10"), (1, "1"), (None, None)])
def test_money_in_any_spelling(written: Any, kept: str | None):
    assert scenario(budget={"cost": written}).budget.cost == kept


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"script": None}, "needs a script, or a model"),
        ({"name": "Desk"}, "pattern"),
        ({"model": "gpt"}, "pattern"),
        ({"user": "robot"}, "person"),
        ({"user": [""]}, "at least 1 character"),
        ({"user": {"persona": "customer"}}, "needs a model or a script"),
        ({"user": 3}, "valid dictionary"),
        ({"budget": {"tool_calls": 1.5}}, "whole number"),
        ({"budget": {"tool_calls": -1}}, "zero or more"),
        ({"budget": {"tool_calls": "1e400"}}, "at most 1,000,000,000,000,000"),
        ({"budget": {"cost": 1e16}}, "at most 1,000,000,000,000,000"),
        ({"budget": {"seconds": float("nan")}}, "zero or more"),
        ({"budget": {"cost": "much"}}, "a number"),
        ({"budget": {"cost": "inf"}}, "a number"),
        ({"budget": {"cost": True}}, "a number"),
        ({"budget": {"at": "once"}}, "'stop', 'pause', 'warn'"),
        (
            {"acceptance_criteria": {"required_information": [CRITERION, CRITERION]}},
            "two criteria are named 'order_id'",
        ),
        ({"acceptance_criteria": {"required_information": [checked()]}}, "a pattern, a tool, a field, an expression"),
        (
            {"acceptance_criteria": {"required_information": [checked(pattern="x", expression="cost < 1")]}},
            "it has words and expression",
        ),
        ({"acceptance_criteria": {"required_information": [checked(expression="cost <")]}}, "it ends too early"),
        ({"acceptance_criteria": {"required_information": [checked(field="a b")]}}, "should be a path"),
        (
            {"acceptance_criteria": {"required_information": [checked(pattern="x", arguments={})]}},
            "arguments are those of a tool",
        ),
        (
            {"acceptance_criteria": {"required_information": [checked(tool="x", arguments={"a": {"=~": "("}})]}},
            "not a regular expression",
        ),
        ({"acceptance_criteria": {"required_information": [checked(tool="x", json_schema={})]}}, "judges a value"),
        (
            {"acceptance_criteria": {"required_information": [checked(field="x", json_schema={"type": "x"})]}},
            "not a JSON schema",
        ),
        (
            {"acceptance_criteria": {"required_information": [checked(pattern="(")]}},
            "not a regular expression",
        ),
        ({"acceptance_criteria": {"required_information": [checked(pattern="x*")]}}, "always hold"),
        ({"acceptance_criteria": {"required_information": ["!"]}}, "pattern"),
        ({"script": [{"says": "Hello."}]}, "Extra inputs"),
        ({"script": "Hello."}, "valid dictionary"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_what_is_refused(fields: dict[str, Any], words: str):
    with pytest.raises(ValidationError, match=words):
        scenario(**fields)
