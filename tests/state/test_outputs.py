"""Outputs that are checked: what decide offers, and what the fold makes of what came of it."""

from __future__ import annotations

import pytest

from tests.playbook import agent, answered, asked, started
from workbench.decide import decide
from workbench.events import (
    AnswerRead,
    Body,
    Call,
    CallFailed,
    Event,
    OutputAccepted,
    OutputGiven,
    OutputRejected,
    OutputSpec,
    Released,
    Said,
    ToolCalled,
    ToolReturned,
    ToolSpec,
    WriterTook,
)
from workbench.state import CallModel, CallTool, CheckOutput, Conclude, State, apply, head_of
from workbench.state.outputs import REFUSED
from workbench.state.snapshot import freeze, thaw

FINAL = ToolSpec(name="final", effect="read")
TEXT = OutputSpec(mode="text", retries=1)
TOOL = OutputSpec(mode="tool", tool="final", form="{}", retries=1)


def after(*bodies: Body, output: OutputSpec = TEXT) -> State:
    """The state after a run with that output began, was spoken to, and these happened."""
    state = State()
    spec = agent("agent", FINAL, ToolSpec(name="lookup", effect="read")).model_copy(update={"output": output})
    for seq, body in enumerate((started(spec), Said(text="hi"), *bodies), 1):
        state = apply(state, Event(1, seq, float(seq), "engine", "agent", body))
    return state


def offered(state: State) -> object:
    """The one command that is offered."""
    (command,) = decide(state)
    return command


GIVEN = OutputGiven(call="agent.1")


def test_an_answer_is_checked_before_it_counts() -> None:
    state = after(asked(), answered(text="x"))
    command = offered(state)
    assert command == CheckOutput("agent", "agent.1", 1)
    assert isinstance(command, CheckOutput)
    assert (command.key, command.intent(), command.phase) == ("agent.1 check", GIVEN, "output")
    state = after(asked(), answered(text="x"), GIVEN)
    assert (decide(state), state.open_calls, state.under_way) == ((), ["agent.1"], True)
    state = after(asked(), answered(text="x"), GIVEN, OutputAccepted(call="agent.1", output="x"))
    assert (offered(state), state.open_calls, state.actors["agent"].accepted) == (Conclude("agent", "agent.1"), [], 6)
    state = after(
        asked(), answered(text="x"), GIVEN, OutputAccepted(call="agent.1", output="x"),
        AnswerRead(call="agent.1", output="x"),
    )  # fmt: skip
    assert (decide(state), state.output, state.actors["agent"].accepted) == ((), "x", 0)


def test_a_check_that_was_broken_off_is_made_again() -> None:
    state = after(asked(), answered(text="x"), GIVEN, WriterTook(process="pid 2"))
    assert (offered(state), state.under_way) == (CheckOutput("agent", "agent.1", 2), False)
    assert state.started is not None
    thawed = thaw(freeze(state), state.started)
    assert thawed == state


def test_a_rejected_output_goes_back_to_the_model_as_often_as_may_be() -> None:
    wrong = OutputRejected(call="agent.1", message="no")
    state = after(asked(), answered(text="x"), GIVEN, wrong)
    command = offered(state)
    assert isinstance(command, CallModel)
    assert (command.call, command.request.add, state.actors["agent"].rejected) == ("agent.2", (4, 6), 1)
    second = (asked("agent.2"), answered("agent.2", "y"), OutputGiven(call="agent.2"))
    state = after(asked(), answered(text="x"), GIVEN, wrong, *second, OutputRejected(call="agent.2", message="no, no"))
    trouble = state.actors["agent"].trouble
    assert trouble is not None
    assert (trouble.error, trouble.message, trouble.retryable) == ("invalid_output", "no, no", False)
    reopened = apply(state, Event(1, 11, 11.0, "human", "", Released()))
    assert isinstance(offered(reopened), CallModel)


def test_what_is_refused_does_not_go_back() -> None:
    state = after(asked(), answered(text="x"), GIVEN, OutputRejected(call="agent.1", message="no", final=True))
    trouble = state.actors["agent"].trouble
    assert trouble is not None
    assert (trouble.error, trouble.retryable, trouble.final) == ("output_refused", False, True)


def test_what_is_said_meanwhile_waits_for_the_check() -> None:
    state = after(asked(), answered(text="x"), GIVEN, Said(text="and?"), OutputRejected(call="agent.1", message="no"))
    assert state.actors["agent"].log.refs() == [2, 4, 7, 6]


CALLS = answered("agent.1", "", Call(name="lookup"), Call(name="final"))
LOOKED = ToolReturned(call="agent.1.1", content="found")


def test_a_final_tool_ends_the_turn_when_its_batch_is_whole() -> None:
    state = after(asked(), CALLS, output=TOOL)
    assert [command.key for command in decide(state)] == ["agent.1.1", "agent.1.2"]
    begun = (ToolCalled(call="agent.1.2", tool="final", arguments="{}", effect="read"),)
    final = ToolReturned(call="agent.1.2", content="{}", data="{}")
    state = after(asked(), CALLS, *begun, final, output=TOOL)
    assert isinstance(offered(state), CallTool)
    state = after(asked(), CALLS, *begun, final, LOOKED, output=TOOL)
    assert (offered(state), state.actors["agent"].accepted) == (Conclude("agent", "agent.1"), 6)
    state = after(asked(), CALLS, LOOKED, final, Said(text="more"), output=TOOL)
    assert isinstance(
        offered(apply(state, Event(1, 9, 9.0, "engine", "agent", AnswerRead(call="agent.1", output="{}")))), CallModel
    )


@pytest.mark.parametrize(("error", "trouble"), [("invalid_call", None), (REFUSED, "output_refused")])
def test_a_final_tool_that_failed_counts_as_rejected(error: str, trouble: str | None) -> None:
    failed = CallFailed(call="agent.1.2", error=error, message="no")
    actor = after(asked(), CALLS, LOOKED, failed, output=TOOL).actors["agent"]
    assert (actor.rejected, actor.accepted, actor.todo) == (1, 0, "think")
    assert (actor.trouble and actor.trouble.error) == trouble


def test_other_calls_count_for_nothing() -> None:
    actor = after(asked(), CALLS, LOOKED, output=TOOL).actors["agent"]
    assert (actor.rejected, actor.accepted) == (0, 0)


def test_a_native_form_is_part_of_every_request() -> None:
    plain = agent()
    native = OutputSpec(mode="native", form='{"type":"object"}')
    heads = {head_of(plain.model_copy(update={"output": output})) for output in (None, TEXT, TOOL, native)}
    assert len(heads) == 2


def test_an_output_that_was_rejected_beside_one_that_counts_is_no_trouble_later() -> None:
    both = answered("agent.1", "", Call(name="final"), Call(name="final"))
    wrong = CallFailed(call="agent.1.1", error="invalid_call", message="no")
    right = ToolReturned(call="agent.1.2", content="{}", data="{}")
    strict = TOOL.model_copy(update={"retries": 0})
    state = after(asked(), both, wrong, right, AnswerRead(call="agent.1", output="{}"), output=strict)
    assert (state.actors["agent"].todo, state.actors["agent"].trouble) == ("rest", None)
