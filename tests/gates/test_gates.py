"""Each gate on its own, and the order in which they are asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.playbook import cap, started, state_after
from workbench.events import Forked, HistoryCut, Mode, ModelAnswered, Released, Request, Said, Undone
from workbench.gates import GATES, Breakpoints, Gate, breaking, concerned, doubt, first_hold, fork, stepping
from workbench.state import CallModel, CallTool, CheckOutput, Command, Conclude, Examine, Hold, State, Tell, Wait

ASK = CallModel("agent", "agent.1", Request())
AFTER = CallModel("agent", "agent.2", Request(), after_result=True)
READ = Conclude("agent", "agent.1")
LINE = Tell("agent", Said(text="x"))


def charge(**more: Any) -> CallTool:
    return CallTool("agent", "agent.1.1", "charge", more.pop("arguments", "{}"), more.pop("effect", "effect"), **more)


def in_mode(mode: Mode, grant: str = "") -> State:
    return state_after(Said(text="x"), Released(mode=mode, grant=grant))


def test_an_effect_in_doubt_holds_whatever_is_granted():
    state = in_mode("run", grant="agent.1.1")
    hold = doubt(state, charge(attempt=2, doubt=True))
    assert hold is not None
    assert (hold.gate, hold.command, hold.phase, hold.call) == ("doubt", "agent.1.1", "call", "agent.1.1")
    assert "charge was broken off while under way: nobody knows" in hold.reason


@pytest.mark.parametrize(
    "command", [charge(), charge(doubt=True, effect="read"), charge(doubt=True, effect="idempotent"), ASK, LINE]
)
def test_everything_else_may_be_done_again(command: Command):
    assert doubt(in_mode("run"), command) is None


def forked(*undone: Undone) -> State:
    return state_after(Said(text="x"), Forked(parent=1, parent_seq=2, undone=undone), Released(mode="run"))


DONE = Undone(call="agent.1.1", tool="charge", arguments='{"amount":5}')


def test_what_the_parent_did_and_nobody_undid_holds():
    hold = fork(forked(DONE), charge(arguments='{"amount":5}'))
    assert hold is not None
    assert "charge already ran with these arguments in the branch it left (agent.1.1)" in hold.reason


@pytest.mark.parametrize("command", [charge(arguments='{"amount":6}'), ASK, LINE, READ])
def test_what_the_parent_did_not_do_passes(command: Command):
    assert fork(forked(DONE), command) is None
    assert fork(forked(), command) is None


def test_a_person_can_let_it_pass():
    granted = state_after(Forked(parent=1, parent_seq=1, undone=(DONE,)), Released(mode="run", grant="agent.1.1"))
    assert fork(granted, charge(arguments='{"amount":5}')) is None


@pytest.mark.parametrize(
    ("mode", "held"),
    [
        ("step", ["think", "result", "call", "output"]),
        ("next", ["think", "result"]),
        ("finish", []),
        ("run", []),
    ],
)
def test_how_far_each_mode_goes(mode: Mode, held: list[str]):
    state = in_mode(mode)
    holds = [stepping(state, command) for command in (ASK, AFTER, charge(), READ, LINE)]
    assert [hold.phase for hold in holds if hold] == held


def test_a_grant_lets_one_command_pass():
    state = in_mode("step", grant="agent.1")
    assert stepping(state, ASK) is None
    assert stepping(state, AFTER) is not None


def test_holds_say_in_words_where_one_stands():
    holds = [stepping(in_mode("step"), command) for command in (ASK, AFTER, charge(), READ)]
    assert [hold.reason for hold in holds if hold] == [
        "before the model thinks",
        "after the result, before the model thinks",
        "before charge",
        "at the answer, before it counts",
    ]


def test_the_first_hold_wins():
    spent = state_after(started(mode="step", caps=(cap("tool_calls", 0),)), Forked(parent=1, parent_seq=1))
    command = charge()
    assert [gate(spent, command) is not None for gate in GATES] == [False, False, True, False, False, True]
    hold = first_hold(GATES, spent, command)
    assert isinstance(hold, Hold)
    assert hold.gate == "budget"
    assert first_hold((), spent, command) is None
    own = Hold("approval", "ask me")
    assert first_hold([lambda state, command: own], spent, command) is own


@pytest.mark.parametrize(
    "command",
    [
        ASK,
        charge(),
        charge(attempt=2, doubt=True),
        charge(person=True),
        CheckOutput("agent", "agent.1"),
        READ,
        LINE,
        Tell("agent", HistoryCut(dropped=1)),
        Wait("agent", "agent.1", 1, 3, "timeout"),
        Examine("agent", "paid", "is_paid", 3),
    ],
    ids=repr,
)
def test_a_gate_that_is_not_asked_would_not_have_held(command: Command):
    undone = (Undone(call="agent.1.1", tool="charge", arguments="{}"),)
    for state in (
        in_mode("step"),
        state_after(started(mode="step", caps=(cap("tool_calls", 0), cap("requests", 0))), Said(text="x")),
        state_after(Said(text="x"), Forked(parent=1, parent_seq=1, undone=undone)),
        state_after(Said(text="x"), ModelAnswered(call="agent.1", text="a", partial=True)),
    ):
        asked = concerned(GATES, type(command))
        assert [gate for gate in GATES if gate(state, command) is not None and gate not in asked] == []
        assert first_hold(asked, state, command) == first_hold(GATES, state, command)


def test_a_gate_of_somebody_elses_is_asked_about_everything():
    own: list[Gate] = [lambda state, command: None]
    assert concerned(own, Tell) == tuple(own)


def test_nothing_holds_a_free_run():
    assert all(first_hold(GATES, in_mode("run"), command) is None for command in (ASK, AFTER, charge(), READ, LINE))


def test_breakpoints_are_asked_just_before_stepping_and_rules_before_a_question():
    points = Breakpoints()
    points.add("model")
    assert breaking(points) == (*GATES[:3], points.act, *GATES[3:-1], points.gate, stepping)
    assert breaking(points, (doubt,)) == (doubt, points.act, points.gate)
    hold = first_hold(breaking(points), in_mode("step"), ASK)
    assert isinstance(hold, Hold)
    assert hold.gate == "break", "a step onto a breakpoint says so"
