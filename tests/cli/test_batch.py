"""`batch`: scenarios with each of several models and personas, and what came of them side by side."""

from __future__ import annotations

import json

import pytest

from tests.cli.bench import Bench

SCENARIO = """
name: sum
title: A sum
persona: assistant
tools: [calculator]
user: [What is 6 times 7?]
acceptance_criteria:
  required_information: [{name: answer, check: {source: agent, pattern: '\\b42\\b'}}]
script:
  - calls: [{tool: calculator, args: {expression: 6 * 7}}]
  - {say: It is 42., status: complete}
"""
OTHER = SCENARIO.replace("name: sum", "name: other").replace("It is 42.", "It is 41.")


@pytest.mark.slow
def test_every_combination_is_run_and_told_in_the_order_in_which_it_was_asked_for(bench: Bench):
    bench.write("scenarios/sum.yaml", SCENARIO)
    bench.write("scenarios/other.yaml", OTHER)
    words = ("batch", "sum", "--model", "scripted:sum", "scripted:other", "--persona", "analyst", "coder")
    result = bench(*words, "--n", "2", "--tag", "mine", "--json")
    assert result.code == 4
    told = result.document
    rows = [(row["scenario"], row["model"], row["persona"], row["completed"]) for row in told["rows"]]
    assert rows == [
        ("sum", model, persona, 2 if model == "scripted:sum" else 0)
        for model in ("scripted:sum", "scripted:other")
        for persona in ("analyst", "coder")
    ]
    assert all((row["runs"], row["requests"], row["tool_calls"], row["cost"]) == (2, 4, 2, "0") for row in told["rows"])
    assert {row["percentage"] for row in told["rows"]} == {0, 100}
    assert told["rows"][-1]["outcomes"] == {"criteria_unmet": 2}
    assert len({run["session"] for run in told["runs"]}) == 8
    assert [run["output"] for run in told["runs"]][:5] == [*["It is 42."] * 4, "It is 41."]
    for tag in ("mine", told["tag"]):
        assert len(bench.json("sessions", "list", "--tag", tag)["sessions"]) == 8
    assert "8 of 8" in result.err


@pytest.mark.slow
def test_a_table_for_people_and_the_way_on(bench: Bench):
    bench.write("scenarios/sum.yaml", SCENARIO)
    result = bench("batch", "sum", "--n", "3", "--at-once", "1")
    assert result.code == 0
    (row,) = [line.split() for line in result.out.splitlines() if line.startswith("sum ")]
    assert row[:7] == ["sum", "scripted:sum", "assistant", "3", "3", "100", "%"]
    tag = result.err.partition("have the tag ")[2].partition(":")[0]
    assert "3 of 3 runs with criteria completed" in bench("criteria", "report", "--tag", tag).out


@pytest.mark.slow
def test_a_run_that_holds_is_told_as_held(bench: Bench):
    bench.write("scenarios/sum.yaml", SCENARIO + "budget: {tool_calls: 0, at: pause}\n")
    result = bench("batch", "sum", "--json")
    assert result.code == 6
    assert result.document["rows"][0]["outcomes"] == {"held": 1}
    assert bench("batch", "sum", "--max-tool-calls", "1", "--json").code == 0


@pytest.mark.slow
def test_seeds_go_on_from_one_run_to_the_next(bench: Bench):
    bench.write("scenarios/sum.yaml", SCENARIO)
    told = bench("batch", "sum", "--n", "2", "--seed", "7", "--json").document
    seeds: list[str] = []
    for run in told["runs"]:
        lines = bench("sessions", "export", run["session"], "--format", "jsonl").out.splitlines()
        seeds.append(json.loads(lines[1])["actors"][0]["settings"])
    assert seeds == ['{"seed":7}', '{"seed":8}']


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nosuch",), "there is no scenario 'nosuch'"),
        (("sum", "--n", "0"), "--n 0 makes 0 runs; a batch has 1 to 1000"),
        (("sum", "--n", "1001"), "--n 1001 makes 1001 runs"),
        (("sum", "--at-once", "0"), "--at-once 0: should be 1 or more"),
        (("sum", "--model", "human"), "nobody is there to answer for agent"),
        (("sum", "--model", "scripted:sum", "nosuch:m"), "no provider 'nosuch'"),
        (("sum", "--persona", "assistant", "nosuch"), "there is no persona 'nosuch'"),
    ],
)
def test_what_cannot_be_run_is_said_before_anything_is(bench: Bench, words: tuple[str, ...], sentence: str):
    bench.write("scenarios/sum.yaml", SCENARIO)
    before = len(bench.json("sessions", "list")["sessions"])
    result = bench("batch", *words)
    assert result.code == 2
    assert sentence in result.sentence
    assert len(bench.json("sessions", "list")["sessions"]) == before
