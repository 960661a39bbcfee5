"""The demo sessions that a new workspace begins with."""

from __future__ import annotations

import asyncio

import pytest

from tests.cli.bench import Bench, ended

DEMOS = {
    "demo-support-desk": ("ended", "completed"),
    "demo-budget-runaway": ("ended", "budget"),
    "demo-customer-duet": ("ended", "completed"),
    "demo-parallel-weather": ("held", None),
}


@pytest.mark.slow
def test_a_new_workspace_lists_them_as_old_as_they_are(bench: Bench):
    rows = {row["id"]: row for row in bench.json("sessions", "list")["sessions"]}
    assert {name: (row["status"], row["outcome"]) for name, row in rows.items()} == DEMOS
    for row in rows.values():
        assert row["tags"] == ["demo"]
        assert row["events"] > 10
        assert row["model"].startswith("scripted:")
    session = bench.run("flaky-parts")
    assert bench.json("replay", "last")["session"] == session


@pytest.mark.parametrize("demo", DEMOS)
def test_each_replays(bench: Bench, demo: str):
    assert bench("replay", demo).code == 0


def test_they_show_what_they_were_recorded_for(bench: Bench):
    duet = {line["actor"] for line in bench.exported("demo-customer-duet")[1:]}
    assert duet == {"", "agent", "user"}
    weather = bench.exported("demo-parallel-weather")
    assert [line["kind"] for line in weather].count("tool_called") == 1
    assert (weather[-1]["kind"], weather[-1]["gate"], weather[-1]["by"]) == ("held", "pause", "human")


@pytest.mark.slow
def test_the_held_one_goes_on_where_it_was_left(bench: Bench):
    result = bench("resume", "demo-parallel-weather", "--headless", "--json")
    assert (result.code, result.document["outcome"], result.document["usage"]["tool_calls"]) == (0, "completed", 4)
    assert bench("replay", "demo-parallel-weather").code == 0


def test_they_are_laid_in_once_and_stay_away_when_removed(bench: Bench):
    bench("sessions", "rm", "demo-support", "--yes")
    assert len(bench.json("sessions", "list")["sessions"]) == len(DEMOS) - 1
    assert len(bench.json("sessions", "list")["sessions"]) == len(DEMOS) - 1
    assert {one.name for one in (bench.root / "sessions").iterdir()} <= {"workbench.db", "workbench.db.writers"}


@pytest.mark.slow
async def test_processes_that_begin_together_lay_them_in_once(bench: Bench):
    running = [await bench.spawn("sessions", "list", "--json") for _ in range(3)]
    results = await asyncio.gather(*(ended(process) for process in running))
    assert [(result.code, result.err) for result in results] == [(0, "")] * 3
    assert len(bench.json("sessions", "list")["sessions"]) == len(DEMOS)
