"""Caps: what has room, what has none, and what cannot be known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.playbook import agent, answered, asked, called, cap, started, state_after
from workbench.budget import check_limit, exceeded, spent
from workbench.errors import UsedWrongly
from workbench.events import LimitSet, Price, Request, Said, Usage
from workbench.state import CallModel, CallTool, Command, Conclude, Meters, State

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


def test_what_was_used():
    meters = Meters(requests=2, iterations=1, tool_calls=3, input_tokens=10, output_tokens=5, cost=Decimal("0.5"))
    names = ("requests", "iterations", "tool_calls", "input_tokens", "output_tokens", "tokens", "cost")
    assert [spent(meters, name) for name in names] == [2, 1, 3, 10, 5, 15, Decimal("0.5")]
    meters.unpriced = 1
    assert spent(meters, "cost") is None


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
    assert (hold.gate, hold.reason, hold.command, hold.ends) == ("budget", words, command.key, True)
    assert exceeded(used(cap(name, limit + 2)), command) is None


def test_money_is_counted_exactly():
    hold = exceeded(used(cap("cost", "3"), actor=PRICED), ASK)
    assert hold is not None
    assert hold.reason == "3 of 3 dollars used"
    assert exceeded(used(cap("cost", "3.01"), actor=PRICED), ASK) is None


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
    assert not hold.ends
    mine = exceeded(state_after(LimitSet(name="requests", limit="0")), ASK)
    assert mine is not None
    assert not mine.ends, "a cap that a person sets holds for that person"


def test_the_first_cap_that_has_no_room_is_named():
    hold = exceeded(used(cap("tokens", 1), cap("iterations", 1)), ASK)
    assert hold is not None
    assert "iterations" in hold.reason


@pytest.mark.parametrize(("name", "limit"), [("cost", "0.5"), ("requests", "0"), ("tokens", None)])
def test_limits_that_can_be_kept(name: str, limit: str | None):
    check_limit(name, limit)


@pytest.mark.parametrize("limit", ["", "ten", "-1", "NaN", "Infinity"])
def test_limits_that_cannot(limit: str):
    with pytest.raises(UsedWrongly, match="the limit of cost must be a number of at least 0"):
        check_limit("cost", limit)


def test_a_cap_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(UsedWrongly, match=r"no cap 'mony'; caps are iterations, .*cost"):
        check_limit("mony", "1")
