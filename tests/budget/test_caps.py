"""Caps: what has room, what has none, and what cannot be known."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.playbook import LOOKUP, agent, answered, asked, called, cap, failed, started, state_after
from workbench.budget import estimate, exceeded, only_others, reserve_for
from workbench.events import (
    CapReached,
    LimitSet,
    Price,
    Recast,
    Request,
    Reserve,
    Said,
    StandIn,
    Tallied,
    Tally,
    Tier,
    Usage,
)
from workbench.state import CallModel, CallTool, Command, Conclude, State

ASK = CallModel("agent", "agent.2", Request())
RETRY = CallModel("agent", "agent.2", Request(), attempt=2)
TOOL = CallTool("agent", "agent.1.1", "lookup", "{}", "read")
TOOL_AGAIN = CallTool("agent", "agent.1.1", "lookup", "{}", "read", attempt=2)
PRICED = agent().model_copy(update={"price": Price(input="1000000", output="0")})
UNPRICED = agent().model_copy(update={"price": None})


def used(*caps: Any, actor: Any = None, usage: Usage | None = None) -> State:
    """One request with 3 tokens in, 2 out, and one tool call."""
    return state_after(
        started(actor or agent(), agent("user", role="user"), caps=caps),
        Said(text="x"),
        asked(),
        answered("agent.1", "", "lookup", usage=usage or Usage(input=3, output=2)),
        called("agent.1.1"),
    )


@pytest.mark.parametrize(
    ("name", "limit", "command", "words"),
    [
        ("iterations", 1, ASK, "1 of 1 iterations used"),
        ("requests", 1, ASK, "1 of 1 model requests used"),
        ("requests", 1, RETRY, "1 of 1 model requests used"),
        ("tool_calls", 1, TOOL, "1 of 1 tool calls used"),
        ("input_tokens", 2, ASK, "3 of 2 input tokens used"),
        ("output_tokens", 2, ASK, "2 of 2 output tokens used"),
        ("tokens", 5, ASK, "5 of 5 tokens used"),
    ],
)
def test_a_cap_that_is_reached_holds(name: str, limit: int, command: Command, words: str):
    hold = exceeded(used(cap(name, limit)), command)
    assert hold is not None
    assert (hold.gate, hold.reason, hold.command, hold.follow) == ("budget", words, command.key, "stop")
    assert exceeded(used(cap(name, limit + 400)), command) is None


def test_money_is_counted_exactly():
    hold = exceeded(used(cap("cost", "3"), actor=PRICED), ASK)
    assert hold is not None
    assert hold.reason == "3 of 3 dollars used"
    reads = estimate(used(actor=PRICED), "agent")
    assert exceeded(used(cap("cost", str(3 + reads)), actor=PRICED), ASK) is None
    hold = exceeded(used(cap("cost", str(2 + reads)), actor=PRICED), ASK)
    assert hold is not None
    assert hold.reason == f"3 of {2 + reads} dollars used; the next call needs {reads}"


def test_a_cost_cap_that_cannot_be_kept_holds_and_says_why():
    hold = exceeded(used(cap("cost", "3"), actor=UNPRICED), ASK)
    assert hold is not None
    assert hold.reason.startswith("the price of fake:agent is unknown")
    hold = exceeded(used(cap("cost", "9"), actor=PRICED, usage=Usage()), ASK)
    assert hold is not None
    assert hold.reason.startswith("the cost so far is unknown")
    assert exceeded(used(cap("cost", "3"), actor=UNPRICED), TOOL) is None


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("iterations", RETRY),
        ("iterations", CallModel("user", "user.1", Request())),
        ("iterations", TOOL),
        ("tool_calls", TOOL_AGAIN),
        ("tool_calls", ASK),
        ("tool_calls", Conclude("agent", "agent.1")),
    ],
)
def test_what_uses_nothing_of_a_cap_passes(name: str, command: Command):
    assert exceeded(used(cap(name, 0)), command) is None


def test_without_caps_everything_passes():
    assert exceeded(used(), ASK) is None


def test_a_lifted_cap_passes_and_a_pausing_one_does_not_end_the_run():
    state = used(cap("requests", 1))
    lifted = state_after(started(caps=(cap("requests", 0),)), LimitSet(name="requests", limit=None))
    assert exceeded(state, ASK) is not None
    assert exceeded(lifted, ASK) is None
    hold = exceeded(used(cap("requests", 1, "pause")), ASK)
    assert hold is not None
    assert hold.follow == "pause"
    mine = exceeded(state_after(LimitSet(name="requests", limit="0")), ASK)
    assert mine is not None
    assert mine.follow == "pause", "a cap that a person sets holds for that person"


def test_the_first_cap_that_has_no_room_is_named():
    hold = exceeded(used(cap("tokens", 1), cap("iterations", 1)), ASK)
    assert hold is not None
    assert "iterations" in hold.reason


# --- what is set aside -----------------------------------------------------------------------------------------------


def thinking(*caps: Any, actor: Any = None, said: str = "x" * 288) -> State:
    """Before a first call that is estimated at 100 tokens."""
    return state_after(started(actor or agent("agent", LOOKUP, system=""), caps=caps), Said(text=said))


def reserved(state: State, command: CallModel = ASK) -> Reserve:
    reserve = reserve_for(state, command)
    assert reserve is not None
    return reserve


def test_without_a_cap_on_tokens_or_money_nothing_is_set_aside():
    assert reserve_for(thinking(), ASK) is None
    assert reserve_for(thinking(cap("requests", 3)), ASK) is None
    assert reserve_for(thinking(cap("requests", 0)), ASK) is None
    lifted = state_after(started(caps=(cap("tokens", 3),)), Said(text="x"), LimitSet(name="tokens", limit=None))
    assert reserve_for(lifted, ASK) is None


def test_the_answer_may_be_as_long_as_what_is_left():
    asks = estimate(thinking(), "agent")
    assert reserved(thinking(cap("tokens", 400))) == Reserve(
        input=asks, output=400 - asks, cost="0", max_tokens=400 - asks
    )
    assert reserved(thinking(cap("tokens", 400), cap("output_tokens", 50))).max_tokens == 50
    assert reserved(thinking(cap("input_tokens", 400))) == Reserve(input=asks, output=0, cost="0")


def test_an_answer_that_the_settings_bound_needs_all_that_it_may_have():
    bound = agent("agent", LOOKUP, settings='{"max_tokens": 100}')
    asks = estimate(thinking(actor=bound), "agent")
    assert reserved(thinking(cap("tokens", asks + 100), actor=bound)) == Reserve(input=asks, output=100, cost="0")
    hold = exceeded(thinking(cap("tokens", asks + 99), actor=bound), ASK)
    assert hold is not None
    assert hold.reason == f"0 of {asks + 99} tokens used; the next call needs {asks + 100}"


def test_an_answer_is_no_longer_than_the_model_can_give():
    small = agent("agent", LOOKUP).model_copy(
        update={"price": Price(input="1000000", output="2000000", largest_answer=64)}
    )
    asks = estimate(thinking(actor=small), "agent")
    most = Reserve(input=asks, output=64, cost=str(asks + 128), max_tokens=64)
    assert reserved(thinking(cap("cost", 100_000), actor=small)) == most
    assert reserved(thinking(cap("tokens", 100_000))).max_tokens == 16_384, "nobody says how long it can be"
    tight = reserved(thinking(cap("cost", asks + 100), actor=small))
    assert (tight.output, tight.max_tokens, tight.cost) == (50, 50, str(asks + 100))


def test_what_others_have_set_aside_is_not_there_any_more():
    both = (agent("agent", LOOKUP), agent("other", LOOKUP))
    first = state_after(
        started(*both, caps=(cap("tokens", 300), cap("tokens@other", 300))),
        Said(text="x"),
        ("other", Said(text="x")),
        asked(reserve=Reserve(input=50, output=220)),
    )
    other = CallModel("other", "other.1", Request())
    hold = exceeded(first, other)
    assert hold is not None
    needs = estimate(first, "other") + 16
    assert hold.reason == f"0 of 300 tokens used, 270 set aside; the next call needs {needs}"
    settled = state_after(
        started(*both, caps=(cap("tokens", 300), cap("tokens@other", 300))),
        Said(text="x"),
        ("other", Said(text="x")),
        asked(reserve=Reserve(input=50, output=220)),
        answered(usage=Usage(input=60, output=10)),
    )
    assert reserved(settled, other).output == 230 - estimate(settled, "other")
    again = CallModel("agent", "agent.1", Request(), attempt=2)
    assert exceeded(first, again) is None, "its own is given back before it is asked again"


def test_what_only_others_have_set_aside_is_told_from_what_was_used():
    def state(used: int, aside: int) -> State:
        tallied = Tallied(
            session=Tally(), day=Tally(input_tokens=used), date="2026-11-24", day_aside=Tally(input_tokens=aside)
        )
        return state_after(started(agent(), caps=(cap("day.tokens", 1000),)), Said(text="x"), tallied)

    for used, aside, holds, waits in ((0, 0, False, True), (0, 990, True, True), (990, 0, True, False)):
        there = state(used, aside)
        assert (exceeded(there, ASK) is not None, only_others(there, ASK)) == (holds, waits)
    assert not only_others(thinking(cap("tokens", 1)), ASK), "nobody else shares it"


def test_a_long_request_is_reckoned_at_what_long_ones_cost():
    tiers = (Tier(input="4000000", output="0", above=10),)
    dear = agent("agent", LOOKUP).model_copy(update={"price": Price(input="1", output="0", tiers=tiers)})
    state = thinking(cap("cost", 1_000_000), actor=dear)
    assert reserved(state).cost == str(4 * estimate(state, "agent"))


# --- by tool, actor and time -----------------------------------------------------------------------------------------


def test_one_tool_can_be_capped_alone():
    assert exceeded(used(cap("tool_calls:charge", 0)), TOOL) is None
    hold = exceeded(used(cap("tool_calls:lookup", 1)), TOOL)
    assert hold is not None
    assert hold.reason == "1 of 1 tool calls of lookup used"


def test_one_actor_can_be_capped_alone():
    user = CallModel("user", "user.1", Request())
    assert exceeded(used(cap("requests@agent", 1)), user) is None
    hold = exceeded(used(cap("requests@agent", 1)), ASK)
    assert hold is not None
    assert hold.reason == "1 of 1 model requests by agent used"


def test_time_in_calls_is_asked_before_both_kinds():
    state = state_after(
        started(caps=(cap("seconds", "1.5"),)),
        Said(text="x"),
        asked(),
        answered("agent.1", "", "lookup", "lookup", ms=1500),
    )
    for command in (ASK, TOOL):
        hold = exceeded(state, command)
        assert hold is not None
        assert hold.reason == "1.5 of 1.5 seconds used"


def test_requests_are_counted_for_a_minute():
    state = used(cap("requests_per_minute", 1))
    hold = exceeded(state, ASK)
    assert hold is not None
    assert hold.reason == "1 of 1 model requests a minute used"
    assert exceeded(msgspec.structs.replace(state, at=state.at + 60), ASK) is None


# --- what follows ----------------------------------------------------------------------------------------------------


def reached(name: str, limit: int, at: Any, *more: Any, **said: Any) -> State:
    """A cap that was reached after one answer, and what came then."""
    return state_after(
        started(agent(), agent("user", role="user"), caps=(cap(name, limit, at),)),
        Said(text="x"),
        asked(),
        answered("agent.1", "", "lookup", "lookup"),
        CapReached(name=name, at=at, limit=str(limit), reason="full"),
        *more,
    )


@pytest.mark.parametrize("at", ["warn", "deny_tools", "degrade"])
def test_a_cap_that_lets_go_on_holds_no_more_model_calls(at: str):
    assert exceeded(reached("requests", 1, at), ASK) is None


def test_a_degrading_cap_without_a_model_to_go_on_with_pauses():
    hold = exceeded(used(cap("requests", 1, "degrade")), ASK)
    assert hold is not None
    assert hold.follow == "pause"
    standby = cap("requests", 1, "degrade").model_copy(update={"to": StandIn(model="fake:small")})
    hold = exceeded(used(standby), ASK)
    assert hold is not None
    assert hold.follow == "degrade"


@pytest.mark.parametrize("at", ["deny_tools", "wrap_up"])
def test_without_tools_each_call_is_refused(at: str):
    hold = exceeded(reached("tokens", 1, at), TOOL)
    assert hold is not None
    assert (hold.follow, hold.cap) == ("deny_tools", "tokens")
    assert hold.reason == "the cap on tokens is reached, so no more tools are called"


def test_one_tool_that_is_refused_leaves_the_others():
    state = reached("tool_calls:lookup", 0, "deny_tools")
    hold = exceeded(state, TOOL)
    assert hold is not None
    assert hold.follow == "deny_tools"
    assert exceeded(state, CallTool("agent", "agent.1.2", "charge", "{}", "effect")) is None
    assert exceeded(state, ASK) is None


def test_a_run_that_wraps_up_has_one_answer_more():
    batch = (failed("agent.1.1", "budget"), failed("agent.1.2", "budget"))
    state = reached("requests", 2, "wrap_up", *batch)
    assert exceeded(state, ASK) is None
    asked_again = reached("requests", 3, "wrap_up", *batch, asked("agent.2"), failed("agent.2"))
    assert exceeded(asked_again, CallModel("agent", "agent.2", Request(), attempt=2)) is None
    after = reached("requests", 9, "wrap_up", *batch, asked("agent.2"), answered("agent.2"))
    hold = exceeded(after, CallModel("agent", "agent.3", Request()))
    assert hold is not None
    assert (hold.follow, hold.reason) == ("stop", "the cap on model requests is reached, and the last answer was given")
    full = exceeded(reached("requests", 1, "wrap_up", *batch), ASK)
    assert full is not None
    assert full.follow == "stop", "a cap is a cap: not even the last answer goes over it"


@pytest.mark.parametrize(
    ("name", "limit", "fits"), [("requests", 3, True), ("requests", 2, False), ("iterations", 2, False)]
)
def test_room_for_the_last_answer_is_kept(name: str, limit: int, fits: bool):
    hold = exceeded(used(cap(name, limit, "wrap_up")), ASK)
    assert (hold is None) == fits
    if hold is not None:
        assert hold.follow == "wrap_up"
        assert hold.reason.endswith("; what is left is for the last answer")


def test_the_last_answer_reads_what_this_one_reads_and_says():
    asks = estimate(thinking(), "agent")
    state = thinking(cap("tokens", 2 * asks + 512 + 100, "wrap_up"))
    assert reserved(state).max_tokens == 50
    hold = exceeded(thinking(cap("tokens", 2 * asks + 512 + 31, "wrap_up")), ASK)
    assert hold is not None
    assert hold.follow == "wrap_up"
    assert reserve_for(thinking(cap("input_tokens", 2 * asks, "wrap_up")), ASK) is not None
    assert reserve_for(thinking(cap("input_tokens", 2 * asks - 1, "wrap_up")), ASK) is None


def test_who_plays_the_user_gives_no_last_answer():
    hold = exceeded(used(cap("requests", 1, "wrap_up")), CallModel("user", "user.1", Request()))
    assert hold is not None
    assert hold.follow == "stop"


def test_another_limit_makes_it_a_cap_again():
    state = reached("requests", 1, "warn", LimitSet(name="requests", limit="1"))
    assert exceeded(state, ASK) is not None
    assert state.reached == {}


def test_another_cast_is_still_without_tools():
    state = reached("requests", 1, "deny_tools")
    head = state.actors["agent"].head
    recast = reached("requests", 1, "deny_tools", Recast(spec=agent()))
    assert recast.actors["agent"].head == head != used().actors["agent"].head
    freed = reached("requests", 1, "deny_tools", LimitSet(name="requests", limit=None))
    assert freed.actors["agent"].head == used().actors["agent"].head
