"""From a budget to the caps of a run."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from workbench.budget import Limit
from workbench.errors import UsedWrongly
from workbench.events import Price
from workbench.scenario.budget import Budget
from workbench.scenario.caps import Over, caps_of

PRICE = Price(input="1", output="1")


def caps(budget: dict[str, Any], over: Over | None = None) -> list[str]:
    """Each cap in words."""
    made = caps_of(Budget.model_validate(budget), over or {}, lambda name: PRICE)
    return [f"{cap.name} {cap.limit} {cap.at}" + (f" {cap.to.model}" if cap.to else "") for cap in made]


def test_numbers_and_caps_with_what_follows():
    assert caps({"cost": "0.5", "requests": 3}) == ["requests 3 stop", "cost 0.5 stop"]
    assert caps({"cost": {"limit": 0.5, "at": "warn"}, "seconds": 60, "at": "pause"}) == [
        "cost 0.5 warn",
        "seconds 60 pause",
    ]
    assert caps({"cost": {"limit": 1, "at": "degrade", "to": "openai:gpt-5-nano"}}) == [
        "cost 1 degrade openai:gpt-5-nano"
    ]
    assert caps({"cost": {"limit": None}}) == ["cost None stop"]


def test_by_tool_actor_minute_and_session():
    assert caps(
        {
            "tools": {"charge": 2, "lookup": None},
            "requests_per_minute": 9,
            "actors": {"agent": {"tokens": 100, "tools": {"charge": 1}, "at": "wrap_up"}, "user": {"requests": 4}},
            "session": {"cost": 2, "at": "pause"},
        }
    ) == [
        "requests_per_minute 9 stop",
        "tool_calls:charge 2 stop",
        "tokens@agent 100 wrap_up",
        "tool_calls:charge@agent 1 wrap_up",
        "requests@user 4 stop",
        "session.cost 2 pause",
    ]


def test_what_goes_over_it_keeps_what_follows():
    budget = {"cost": {"limit": 1, "at": "degrade", "to": "a:b"}, "requests": 3, "at": "warn"}
    assert caps(budget, {"cost": "2", "tokens": "9", "requests": None}) == [
        "requests None warn",
        "cost 2 degrade a:b",
        "tokens 9 warn",
    ]
    assert caps(budget, {"cost": Limit("cost", "3", at="stop")}) == ["requests 3 warn", "cost 3 stop"]
    assert caps(budget, {"cost": Limit("cost", None, keep=True, at="wrap_up")})[1] == "cost 1 wrap_up"
    assert caps(budget, {"requests": Limit("requests", "3", at="degrade", model="c:d")})[0] == "requests 3 degrade c:d"


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"mony": "1"}, "there is no cap 'mony'"),
        ({"cost": "much"}, "must be a number"),
        ({"tokens": Limit("tokens", None, keep=True, at="warn")}, "tokens has no cap: give it a limit, too"),
    ],
)
def test_what_cannot_be_kept_is_refused(over: Over, said: str):
    with pytest.raises(UsedWrongly, match=said):
        caps({}, over)


@pytest.mark.parametrize(
    "budget",
    [
        {"requests": 1.5},
        {"requests": {"limit": 1.5}},
        {"cost": {"limit": 1, "at": "degrade"}},
        {"cost": {"limit": 1, "at": "warn", "to": "a:b"}},
        {"cost": {"at": "warn"}},
        {"at": "degrade"},
        {"actors": {"agent": {"at": "degrade"}}},
        {"session": {"requests_per_minute": 1}},
    ],
)
def test_budgets_that_are_none(budget: dict[str, Any]):
    with pytest.raises(ValidationError):
        Budget.model_validate(budget)
