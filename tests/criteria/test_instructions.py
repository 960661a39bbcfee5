"""What the agent is told: every criterion by name, and a form that its own reader reads."""

from __future__ import annotations

import json

from workbench.criteria.instructions import instructions
from workbench.criteria.reading import read_answer
from workbench.events import Criterion


def test_without_criteria_nothing_is_added():
    assert instructions(()) == ""


def test_each_criterion_stands_under_its_kind():
    text = instructions(
        iter(
            [
                Criterion(name="refunded", kind="condition", description="The charge was given back."),
                Criterion(name="order_id", description="The order's number."),
                Criterion(name="email"),
            ]
        )
    )
    assert text.startswith("# When your work is complete\n\nCollect this information before you finish:\n")
    assert "- order_id: The order's number.\n- email\n\nAll of this must hold" in text
    assert "- refunded: The charge was given back." in text
    assert "show that you succeeded" not in text


def test_the_form_it_shows_is_the_form_that_is_read():
    text = instructions([Criterion(name="order_id", kind="indicator")])
    shown = next(line for line in text.splitlines() if line.startswith("{"))
    form = shown.replace("{<name>: <value>}", '{"order_id": "A-1007"}')
    assert set(json.loads(form)) == {"agent_output", "system_status", "collected"}
    reading = read_answer(form, structured=True)
    assert (reading.how, reading.status, reading.claims) == ("json", "continue", {"order_id": "A-1007"})
