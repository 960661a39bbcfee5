"""Caps of the workspace's day, and its own prices, in `workbench.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.bench import Bench
from workbench.cli.spending import day_caps, own_price
from workbench.errors import BadFile
from workbench.events import Cap, Price

PATH = Path("workbench.toml")


def free(name: str) -> Price | None:
    return Price(input="0", output="0")


def test_the_caps_of_a_day():
    told = {"budget": {"day": {"cost": 5, "tokens": {"limit": 1000, "at": "warn"}, "at": "pause"}}}
    assert day_caps(told, PATH, free) == (
        Cap(name="day.tokens", limit="1000", at="warn"),
        Cap(name="day.cost", limit="5", at="pause"),
    )
    assert day_caps({}, PATH, free) == day_caps({"budget": {}}, PATH, free) == ()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"budget": 5}, "budget: should be a table"),
        ({"budget": {"week": {}}}, r"budget.week: is none: the workspace's caps stand in \[budget.day\]"),
        ({"budget": {"day": {"cost": -1}}}, "budget.day.cost: should be a number, zero or more"),
        ({"budget": {"day": {"patience": 1}}}, "budget.day.patience: there is no such field"),
        ({"prices": []}, "prices: should be a table"),
        ({"prices": {"a:b": 3}}, 'prices."a:b": should be a table with `input`'),
        ({"prices": {"a:b": {"input": "x"}}}, 'prices."a:b".input: should be a number'),
        ({"prices": {"a:b": {"input": -1}}}, 'prices."a:b".input: should be a number'),
        ({"prices": {"a:b": {"inputs": 1}}}, 'prices."a:b".inputs: is none of input, output'),
        ({"prices": {"a:b": {"input": 1}}}, 'prices."a:b".output: is missing'),
    ],
)
def test_what_is_wrong_is_named(settings: dict[str, Any], said: str):
    with pytest.raises(BadFile, match=said):
        _ = day_caps(settings, PATH, free), own_price(settings, PATH, "a:b")


def test_a_price_of_ones_own():
    told = {"prices": {"a:b": {"input": 0.5, "output": 2, "cached": "0.1", "largest_answer": 99}}}
    price = Price(input="0.5", output="2", cached="0.1", largest_answer=99, source="workbench.toml")
    assert own_price(told, PATH, "a:b") == price
    assert own_price(told, PATH, "a:c") is None
    assert own_price({}, PATH, "a:b") is None


@pytest.mark.slow
def test_a_new_session_starts_under_the_days_caps(bench: Bench):
    (bench.root / "workbench.toml").write_text('[budget.day]\nrequests = 2\nat = "stop"\n', encoding="utf-8")
    told = bench("run", "budget-runaway", "--headless", "--json")
    assert told.code == 3
    over = bench(
        "run", "budget-runaway", "--headless", "--cap", "day.requests none", "--cap", "tool_calls 3 deny_tools"
    )
    assert over.code in (0, 3, 4)
    wrong = bench("run", "budget-runaway", "--headless", "--cap", "mony 3")
    assert (wrong.code, wrong.sentence[:26]) == (2, "--cap 'mony 3': there is n")
    wrong = bench("run", "budget-runaway", "--headless", "--cap", "cost wrap_up")
    assert "cost has no cap" in wrong.sentence
    wrong = bench("run", "budget-runaway", "--headless", "--cap", "cost@nobody 1")
    assert "nobody called 'nobody' takes part; there are: agent" in wrong.sentence
