"""The fold of calls: what models and tools gave, in which order it is told, what it used."""

from __future__ import annotations

from decimal import Decimal

from tests.playbook import (
    agent,
    answered,
    asked,
    called,
    failed,
    read,
    returned,
    started,
    state_after,
)
from workbench.events import (
    Call,
    Held,
    Price,
    Released,
    RunEnded,
    Said,
    TurnGiven,
    Usage,
    WriterTook,
)
from workbench.state import Hold, Trouble, cost_of

HELLO = Said(text="hello")


BATCH = (HELLO, asked(), answered("agent.1", "", "lookup", "charge"))


def test_whole_turn_without_tools():
    state = state_after(HELLO, asked(), answered("agent.1", "hi"), read("agent.1", "hi", status="complete"))
    actor = state.actors["agent"]
    assert (actor.todo, actor.log.refs(), actor.answers, actor.said) == ("rest", [2, 4], 1, 5)
    assert (state.output, state.status, state.floor) == ("hi", "complete", ("agent", 5))


def test_results_enter_the_transcript_in_call_order_when_all_are_there():
    late_first = (called("agent.1.1"), called("agent.1.2", "charge"), returned("agent.1.2"))
    state = state_after(*BATCH, *late_first)
    assert state.actors["agent"].log.refs() == [2, 4]
    assert [want.status for want in state.actors["agent"].wants] == ["open", "done"]
    state = state_after(*BATCH, *late_first, failed("agent.1.1"))
    assert state.actors["agent"].log.refs() == [2, 4, 8, 7]
    assert (state.actors["agent"].wants, state.actors["agent"].todo) == ((), "think")


def test_equal_batches_give_equal_requests_whatever_the_order_of_arrival():
    calls = (called("agent.1.1"), called("agent.1.2", "charge"))
    one = state_after(*BATCH, *calls, returned("agent.1.1", "a"), returned("agent.1.2", "b"))
    other = state_after(*BATCH, *calls, returned("agent.1.2", "b"), returned("agent.1.1", "a"))
    assert one.actors["agent"].log.chain == other.actors["agent"].log.chain


def test_a_model_that_failed_is_trouble_until_somebody_goes_on():
    broken = (HELLO, asked(), failed("agent.1", "overloaded", "too busy"), RunEnded(outcome="error"))
    assert state_after(*broken).actors["agent"].trouble == Trouble("overloaded", "too busy", False, at=4.0)
    for going_on in (Released(), Said(text="try again")):
        state = state_after(*broken, going_on)
        assert (state.ended, state.actors["agent"].trouble) == (None, None)
        assert state.actors["agent"].attempts == 1


def test_attempts_are_requests_but_no_iterations():
    state = state_after(HELLO, asked(), failed("agent.1"), Released(), asked(attempt=2), answered("agent.1", "x"))
    assert (state.meters.requests, state.meters.iterations, state.actors["agent"].attempts) == (2, 1, 0)
    state = state_after(*BATCH, called("agent.1.1"), WriterTook(process="2"), called("agent.1.1", attempt=2))
    assert state.meters.tool_calls == 1


def test_a_played_user_uses_no_iterations():
    state = state_after(started(agent(), agent("user", role="user")), ("user", TurnGiven()), ("user", asked("user.1")))
    assert (state.meters.requests, state.meters.iterations) == (1, 0)


def test_unknown_prices_and_unknown_usage_are_counted_and_never_zero():
    priced = agent().model_copy(update={"price": Price(input="2", output="10")})
    unpriced = agent().model_copy(update={"price": None})
    used = answered("agent.1", "x", usage=Usage(input=1000, output=100))
    unused = answered("agent.1", "x", usage=Usage())
    story_of = (HELLO, asked())
    assert state_after(started(priced), *story_of, used).meters.cost == Decimal("0.003")
    assert state_after(started(priced), *story_of, used).meters.unpriced == 0
    assert state_after(started(priced), *story_of, unused).meters.unpriced == 1
    assert state_after(started(unpriced), *story_of, used).meters.unpriced == 1
    assert state_after(started(), *story_of, unused).meters.unpriced == 0, "what is free costs nothing, used or not"
    meters = state_after(started(), *story_of, used).meters
    assert (meters.input_tokens, meters.output_tokens) == (1000, 100)


def test_cached_input_has_its_own_price_where_there_is_one():
    usage = Usage(input=1_000_000, output=0, cached=400_000)
    assert cost_of(usage, Price(input="1", output="2", cached="0.1")) == Decimal("0.64")
    assert cost_of(usage, Price(input="1", output="2")) == Decimal(1)
    assert cost_of(Usage(), Price(input="1", output="2", cached="0.1")) == 0


def test_a_command_that_passes_uses_up_its_hold_and_its_grant():
    held = Held(gate="step", reason="before", command="agent.1", phase="think", call="agent.1")
    state = state_after(HELLO, held)
    assert state.held == Hold("step", "before", "agent.1", "think", "agent.1", since=3.0)
    state = state_after(HELLO, held, Released(mode="step", grant="agent.1"))
    assert (state.held, state.grant, state.mode) == (None, "agent.1", "step")
    state = state_after(HELLO, held, Released(mode="step", grant="agent.1"), asked())
    assert state.grant == ""
    state = state_after(HELLO, Released(mode="step", grant="other"), asked())
    assert state.grant == "other", "another command's grant stays"


def test_a_call_with_arguments_of_any_kind_is_kept_as_it_is():
    asks = answered("agent.1", "", Call(name="lookup", arguments="{not json"))
    assert state_after(HELLO, asked(), asks).actors["agent"].wants[0].arguments == "{not json"
