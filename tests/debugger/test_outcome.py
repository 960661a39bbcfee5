"""What other programs are told of a run, and the exit codes."""

from __future__ import annotations

import json

import pytest

from tests.playbook import agent, answered, asked, called, failed, read, returned, started, state_after
from workbench.debugger.outcome import closing, exit_code, report
from workbench.events import Check, Criterion, CriterionJudged, Evidence, Held, Outcome, RunEnded, Said

HELLO = Said(text="hello")
ORDER, POLITE = Criterion(name="order", check=Check(pattern="A")), Criterion(name="polite", kind="indicator")


@pytest.mark.parametrize(
    ("outcome", "code", "status"),
    [
        ("completed", 0, "done"),
        ("error", 1, "failed"),
        ("stopped", 1, "stopped"),
        ("budget", 3, "stopped"),
        ("criteria_unmet", 4, "done"),
    ],
)
def test_how_an_end_is_told(outcome: Outcome, code: int, status: str):
    state = state_after(HELLO, RunEnded(outcome=outcome, reason="so"))
    told = report(state, session="s", branch="main")
    assert (exit_code(state), told["status"], told["outcome"]) == (code, status, outcome)
    assert (told["error"] is not None) == (outcome == "error")


def test_what_did_not_end_is_held():
    state = state_after(HELLO, Held(gate="doubt", reason="nobody knows", command="agent.1.1", call="agent.1.1"))
    told = report(state, session="s", branch="main")
    assert (exit_code(state), told["status"], told["outcome"]) == (6, "held", None)
    assert told["held"] == {"gate": "doubt", "reason": "nobody knows", "call": "agent.1.1"}


def test_the_whole_document():
    evidence = Evidence(seq=2, words="hello")
    state = state_after(
        started(criteria=(ORDER, POLITE, Criterion(name="claimed"))),
        HELLO,
        CriterionJudged(name="order", met=True, evidence=evidence),
        CriterionJudged(name="claimed", met=None, evidence=Evidence(seq=7)),
        asked(),
        answered("agent.1", "", "lookup"),
        called("agent.1.1"),
        returned("agent.1.1"),
        asked("agent.2"),
        answered("agent.2", "hi"),
        read("agent.2", "hi", status="continue"),
        RunEnded(outcome="criteria_unmet"),
    )
    told = report(state, session="s", branch="b2")
    assert json.loads(json.dumps(told)) == {
        "session": "s",
        "branch": "b2",
        "status": "done",
        "outcome": "criteria_unmet",
        "output": "hi",
        "system_status": "continue",
        "criteria": [
            {"name": "order", "kind": "required", "met": True, "evidence": {"seq": 2, "words": "hello"}},
            {"name": "polite", "kind": "indicator", "met": False, "evidence": None},
            {"name": "claimed", "kind": "required", "met": None, "evidence": {"seq": 7, "words": ""}},
        ],
        "usage": {"requests": 2, "input_tokens": 2, "output_tokens": 2, "tool_calls": 1, "iterations": 2},
        "cost": "0",
        "error": None,
        "held": None,
    }


def test_an_unknown_cost_is_null_and_an_error_says_whether_to_try_again():
    unpriced = started(agent().model_copy(update={"price": None}))
    over = RunEnded(outcome="error", reason="too busy", error="overloaded", retryable=True)
    state = state_after(unpriced, HELLO, asked(), answered("agent.1", "x"), over)
    told = report(state, session="s", branch="main")
    assert told["cost"] is None
    assert told["error"] == {"type": "overloaded", "message": "too busy", "retryable": True}
    plain = state_after(HELLO, asked(), failed("agent.1"), RunEnded(outcome="error", reason="x"))
    assert report(plain, session="s", branch="main")["error"]["type"] == "error"


def test_a_run_without_criteria_is_complete_when_it_says_nothing_of_it():
    told = report(state_after(HELLO, RunEnded(outcome="completed")), session="s", branch="main")
    assert told["system_status"] == "complete"


def test_how_a_run_closes_where_nobody_will_speak():
    assert closing(state_after(HELLO)) == ("completed", "")
    wanting = started(criteria=(ORDER, POLITE))
    outcome, reason = closing(state_after(wanting, HELLO))
    assert (outcome, reason) == ("criteria_unmet", "nobody is left to speak, and these are not met: order, polite")
    met = (CriterionJudged(name="order", met=True), CriterionJudged(name="polite", met=True))
    turn = (asked(), answered("agent.1", "x"))
    outcome, reason = closing(state_after(wanting, HELLO, *met, *turn, read("agent.1", "x", status="continue")))
    assert (outcome, reason.endswith("does not say that it is complete")) == ("criteria_unmet", True)
    assert closing(state_after(wanting, HELLO, *met, *turn, read("agent.1", "x", status="complete")))[0] == "completed"
