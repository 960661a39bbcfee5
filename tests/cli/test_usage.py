"""`usage`: a table for people, a document for programs; caps of a session and a day count from the same figures."""

from __future__ import annotations

import pytest

from tests.cli.bench import Bench


def calls_of(bench: Bench, scenario: str) -> int:
    """How many tool calls the scenario's sessions made."""
    return sum(
        row["tool_calls"] for row in bench.json("usage", "--by", "scenario")["usage"] if row["scenario"] == scenario
    )


@pytest.mark.slow
def test_what_was_used_is_added_up(bench: Bench):
    before = calls_of(bench, "budget-runaway")
    bench.run("budget-runaway", code=3)
    assert calls_of(bench, "budget-runaway") == before + 5
    (today,) = bench.json("usage", "--by", "day", "--session", "last")["usage"]
    assert (today["sessions"], today["tool_calls"], today["cost"], today["unpriced"]) == (1, 5, "0", 0)
    assert bench.json("usage", "--since", "0")["by"] == "model"
    table = bench("usage")
    assert table.code == 0
    assert "scripted:budget-runaway" in table.out
    assert "nothing was used yet" in bench("usage", "--since", "2999-01-01").out


def test_a_day_that_is_none_is_one_sentence(bench: Bench):
    wrong = bench("usage", "--since", "yesterday")
    assert (wrong.code, wrong.sentence[:18]) == (2, "--since yesterday:")


@pytest.mark.slow
def test_caps_of_a_day_and_of_a_session_count_what_others_used(bench: Bench):
    bench.run("budget-runaway", "--cap", "day.tool_calls 3", code=3)
    bench.run("budget-runaway", "--cap", "day.tool_calls 5", "--cap", "session.tool_calls 4", code=3)
    last = bench.json("usage", "--by", "day", "--session", "last")["usage"]
    assert [row["tool_calls"] for row in last] == [2], "the other session had used three of the five"
    told = bench("resume", "last", "--headless", "--json", "--cap", "day.tool_calls 9")
    assert (told.code, told.document["usage"]["tool_calls"]) == (3, 4), "the session's own cap is four"
    assert bench("fork", "last@4", "--json").code == 0
    again = bench("resume", "last/b2", "--headless", "--json")
    assert (again.code, again.document["usage"]["tool_calls"]) == (3, 0), "all branches share it"
