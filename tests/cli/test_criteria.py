"""`criteria try` and `report`: for free, over any number of recorded runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.bench import Bench

FILE = """
acceptance_criteria:
  completion_conditions:
    - name: refunded_in_full
      check: {tool: refund_charge, arguments: {amount: 129}}
  success_indicators:
    - name: polite
      check: {rubric: It is polite.}
"""
FUNCTION = "def twice(run):\n    return len(run.called('find_order')) == 1\n"


@pytest.mark.slow
def test_an_expression_is_tried_on_every_run(bench: Bench):
    first, second = bench.run(), bench.run("technical-support")
    document = bench.json("criteria", "try", "tool refund_charge if args.amount > 100", first, second)
    (row,) = document["criteria"]
    assert (row["met"], row["of"]) == (1, 2)
    one, other = row["runs"]
    assert (one["session"], one["met"], one["percentage"]) == (first, True, 100)
    assert one["evidence"]["words"] == "tool refund_charge, args.amount is 129.00"
    assert (other["met"], other["evidence"], other["percentage"]) == (False, None, 0)
    assert len(bench.exported(first)) == len(bench.exported(first))
    told = bench("criteria", "try", "tool_calls <= 3", first, second).out
    assert told.endswith("tool_calls <= 3: met in 2 of 2\n")


@pytest.mark.slow
def test_a_file_of_criteria_or_a_scenario_is_tried(bench: Bench):
    session = bench.run()
    path = bench.write("mine.yaml", FILE)
    refunded, polite = bench.json("criteria", "try", str(path), session)["criteria"]
    assert (refunded["met"], refunded["runs"][0]["reason"][:11]) == (1, "called with")
    assert (polite["met"], polite["runs"][0]["reason"]) == (0, "a judge would have to be asked")
    assert "a judge would have to be asked" in bench("criteria", "try", str(path), session).out
    rows = bench.json("criteria", "try", "support-desk", session)["criteria"]
    assert [row["met"] for row in rows] == [1] * 5


@pytest.mark.slow
def test_functions_of_the_workspace_are_asked(bench: Bench):
    session = bench.run()
    bench.write("checks.py", FUNCTION)
    path = bench.write(
        "f.yaml", "acceptance_criteria: {completion_conditions: [{name: f, check: {function: checks.py:twice}}]}"
    )
    (row,) = bench.json("criteria", "try", str(path), session)["criteria"]
    assert row["met"] == 1


def test_an_imported_run_is_held_against_its_own_task(bench: Bench, data_dir: Path):
    path = data_dir / "tau" / "tb-gpt4o-airline__task11__t1__r0.json"
    (session,) = bench.json("import", str(path))["sessions"]
    (row,) = bench.json("criteria", "try", "task", session)["criteria"]
    assert (row["name"], row["met"]) == ("1_book_reservation", 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("cost <", "neither a file, nor a scenario, nor an expression: column"),
        ("criteria.order_id", "has no criteria beside it to ask about (order_id)"),
        ("nothing.yaml", "there is no file nothing.yaml"),
        ("long-answer", "long-answer has no criteria to try"),
        ("task", "keeps no task that expects an action"),
    ],
)
def test_what_cannot_be_tried_is_said_in_a_sentence(bench: Bench, what: str, words: str):
    assert words in bench("criteria", "try", what, bench.run()).sentence


@pytest.mark.slow
def test_a_bad_file_is_named_with_its_field(bench: Bench):
    path = bench.write(
        "bad.yaml", "acceptance_criteria: {completion_conditions: [{name: a, check: {tool: x, schema: {}}}]}"
    )
    sentence = bench("criteria", "try", str(path), bench.run()).sentence
    assert "acceptance_criteria.completion_conditions.0.check.schema: there is no such field" in sentence


@pytest.mark.slow
def test_many_runs_are_added_up(bench: Bench):
    bench.run("support-desk", "--tag", "mine")
    bench.run("support-desk", "--tag", "mine", "--say", "Hello, I am A-1007.", code=4)
    document = bench.json("criteria", "report", "--tag", "mine")
    assert (document["runs"], document["completed"], document["without"]) == (2, 1, 0)
    (scenario,) = document["scenarios"]
    assert (scenario["scenario"], scenario["runs"], scenario["completed"]) == ("support-desk", 2, 1)
    rows = {row["name"]: row for row in document["criteria"]}
    assert (rows["order_id"]["met"], rows["charge_refunded"]["met"], rows["charge_refunded"]["unmet"]) == (2, 1, 1)
    assert [row["how"] for row in document["readings"]] == ["json"]
    told = bench("criteria", "report", "--tag", "mine").out
    assert told.startswith("1 of 2 runs with criteria completed\n")
    assert "charge_refunded" in told
    assert bench("criteria", "report", "--tag", "nobody").out.startswith("None of 0 sessions has criteria.")
