"""Criteria of recorded tasks: generated from expected actions, and held against the rewards that were recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import ROOT, rows
from tests.exchange.recorded_rewards import compared, summary
from tests.playbook import started
from workbench.events import Criterion, Origin
from workbench.exchange.expected import expected_criteria
from workbench.gates.pattern import found


def criteria(around: Any) -> tuple[Criterion, ...]:
    extra = json.dumps({"around": around})
    return expected_criteria(started().model_copy(update={"origin": Origin(format="x", extra=extra)}))


def test_each_expected_action_that_changes_something_is_a_criterion():
    task = {
        "actions": [
            {"name": "get_user", "kwargs": {"id": "1"}},
            {"name": "Book-It", "kwargs": {"to": "NRT", "seats": [1, 2]}},
        ],
        "outputs": ["1028", "Nagoya?", ""],
    }
    book, number, name = criteria({"info": {"task": task}})
    assert (book.name, book.kind) == ("2_book_it", "condition")
    assert book.check is not None
    assert (book.check.tool, json.loads(book.check.arguments or "")) == ("Book-It", {"to": "NRT", "seats": [1, 2]})
    assert (number.name, number.kind, name.name) == ("told_1", "indicator", "told_2")
    assert number.check is not None
    assert number.check.source == "agent"
    assert found(number.check.pattern or "", "it costs $1,028 in all") == "1,028"
    assert name.check is not None
    assert found(name.check.pattern or "", "from nagoya? yes") == "nagoya?"


def test_tau2_says_which_arguments_are_compared_and_whose_action_it_is():
    actions: list[dict[str, Any]] = [
        {"name": "pay", "arguments": {"id": "1", "note": "x"}, "compare_args": ["id"]},
        {"name": "toggle_data", "arguments": {}, "requestor": "user"},
        {"name": "cancel", "arguments": {"id": "1"}, "compare_args": None},
    ]
    evaluation: dict[str, Any] = {"actions": actions, "communicate_info": ["yes"]}
    pay, cancel, told = criteria({"task": {"evaluation_criteria": evaluation}})
    assert [one.check and one.check.arguments for one in (pay, cancel)] == ['{"id":"1"}', '{"id":"1"}']
    assert told.name == "told_1"


@pytest.mark.parametrize("around", [None, 5, {"info": 1, "task": 2}, {"info": {"task": {"actions": [1, {"name": 2}]}}}])
def test_what_holds_no_task_gives_no_criteria(around: Any):
    assert criteria(around) == ()
    assert expected_criteria(started()) == ()


def test_the_page_says_how_the_checks_compare_with_the_recorded_rewards(data_dir: Path):
    runs = compared(data_dir / "tau")
    text = (ROOT / "docs" / "criteria.md").read_text(encoding="utf-8").partition("## Against recorded rewards")[2]
    told = [cells for cells in rows(text) if len(cells) == 4]
    assert told == [list(row) for row in summary(runs)]
    reasons = {tuple(cells[:4]): cells[4] for cells in rows(text) if len(cells) == 5}
    assert list(reasons) == [run.cells for run in runs if not run.agrees]
    assert all(reasons.values())
