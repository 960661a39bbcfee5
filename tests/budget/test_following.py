"""What follows at a cap: the events by which a run goes on, and how people say what should."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.playbook import LOOKUP, agent, answered, asked, cap, started, state_after
from workbench.budget import estimate, exceeded, going_on, parse_limit, room_to_wrap_up
from workbench.budget.following import Limit
from workbench.errors import UsedWrongly
from workbench.events import Body, Price, Recast, Request, Said, StandIn
from workbench.state import CallModel, CallTool, Command, State

ASK = CallModel("agent", "agent.2", Request())
TOOL = CallTool("agent", "agent.1.1", "lookup", "{}", "read")
SMALL = StandIn(model="fake:small", price=Price(input="1", output="1"))


def used(*caps: Any, actor: Any = None) -> State:
    """One request that asked for a tool."""
    return state_after(
        started(actor or agent("agent", LOOKUP), caps=caps), Said(text="x"), asked(), answered("agent.1", "", "lookup")
    )


def followed(state: State, command: Command) -> list[Body]:
    hold = exceeded(state, command)
    assert hold is not None
    told = going_on(state, command, hold)
    assert {actor for actor, _ in told} == {command.actor}
    return [body for _, body in told]


def test_a_warning_is_an_event_and_nothing_else():
    (reached,) = followed(used(cap("requests", 1, "warn")), ASK)
    assert reached.model_dump(exclude_defaults=True) == {
        "name": "requests",
        "at": "warn",
        "limit": "1",
        "reason": "1 of 1 model requests used",
    }


def test_a_cheaper_model_goes_on_as_the_same_actor():
    state = used(cap("requests", 1, "degrade").model_copy(update={"to": SMALL}))
    reached, recast = followed(state, ASK)
    assert reached.kind == "cap_reached"
    spec = state.specs["agent"].model_copy(update={"model": "fake:small", "price": SMALL.price})
    assert recast.model_dump() == {"spec": spec.model_dump(), "changed": (), "reverts": None}


@pytest.mark.parametrize(("name", "who"), [("cost", ["agent", "guest"]), ("cost@agent", ["agent"])])
def test_at_a_cap_for_all_the_cheaper_model_goes_on_for_all_whose_model_costs(name: str, who: list[str]):
    dear, dearer = (agent(one, price=Price(input="9", output="9")) for one in ("agent", "guest"))
    judge = agent("judge", role="judge")
    one = cap(name, 0, "degrade").model_copy(update={"to": SMALL})
    state = state_after(started(dear, dearer, judge, caps=(one,)), Said(text="x"))
    hold = exceeded(state, ASK)
    assert hold is not None
    (by, reached), *recast = going_on(state, ASK, hold)
    assert (by, reached.kind) == ("agent", "cap_reached")
    assert [actor for actor, _ in recast] == who
    assert all(isinstance(body, Recast) and body.spec.model == "fake:small" for _, body in recast)


def test_a_run_that_wraps_up_is_told_so_and_its_calls_are_refused():
    reached, said, failed = followed(used(cap("tool_calls", 0, "wrap_up")), TOOL)
    assert reached.kind == "cap_reached"
    assert isinstance(said, Said)
    assert said.role == "system"
    assert "(0 of 0 tool calls used). This is your last answer" in said.text
    assert failed.model_dump(exclude_defaults=True) == {
        "call": "agent.1.1",
        "error": "budget",
        "message": "this call was not made: 0 of 0 tool calls used",
    }
    assert [body.kind for body in followed(used(cap("requests", 1, "wrap_up")), ASK)] == ["cap_reached", "said"]


def test_a_refusal_is_said_once_and_each_call_fails():
    reached, failed = followed(used(cap("tool_calls", 0, "deny_tools")), TOOL)
    assert (reached.kind, failed.kind) == ("cap_reached", "call_failed")
    again = state_after(*_story(cap("tool_calls", 0, "deny_tools"), reached))
    assert [body.kind for body in followed(again, TOOL)] == ["call_failed"]


def _story(one: Any, reached: Body) -> list[Body]:
    start = started(agent("agent", LOOKUP), caps=(one,))
    return [start, Said(text="x"), asked(), answered("agent.1", "", "lookup"), reached]


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("cost 0.5", Limit("cost", "0.5")),
        ("cost=0.5", Limit("cost", "0.5")),
        ("cost none", Limit("cost", None)),
        ("cost off", Limit("cost", None)),
        ("cost 0.5 warn", Limit("cost", "0.5", at="warn")),
        ("cost wrap_up", Limit("cost", None, keep=True, at="wrap_up")),
        ("cost 1 degrade a:b", Limit("cost", "1", at="degrade", model="a:b")),
        ("cost degrade a:b", Limit("cost", None, keep=True, at="degrade", model="a:b")),
    ],
)
def test_a_cap_in_words(words: str, limit: Limit):
    assert parse_limit(words) == limit


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "limit what"),
        ("cost", "limit what"),
        ("cost 1 shout", "one of stop, pause, warn, wrap_up, deny_tools, degrade, not 'shout'"),
        ("cost 1 degrade", "names the model that goes on"),
        ("cost 1 warn a:b", "names the model that goes on"),
        ("cost 1 degrade a:b c:d", "names the model that goes on"),
    ],
)
def test_words_that_name_no_cap(words: str, said: str):
    with pytest.raises(UsedWrongly, match=said):
        parse_limit(words)


def test_what_one_last_answer_needs():
    state = used(cap("requests", 1), cap("tokens", 1), cap("cost", 1), cap("tool_calls", 0), cap("iterations", 9))
    assert room_to_wrap_up(state, "requests") == "2"
    assert room_to_wrap_up(state, "iterations") == "9"
    assert room_to_wrap_up(state, "tokens") == str(2 + estimate(state, "agent") + 512)
    assert room_to_wrap_up(state, "tool_calls") == "0"
    assert room_to_wrap_up(state, "output_tokens") is None
    priced = used(cap("cost", "0.5"), actor=agent().model_copy(update={"price": Price(input="1", output="1000000")}))
    reads = estimate(priced, "agent")
    assert room_to_wrap_up(priced, "cost") == f"{Decimal(513) + Decimal(reads + 1) / 1_000_000:f}"
    unpriced = used(cap("cost", "0.5"), actor=agent().model_copy(update={"price": None}))
    assert room_to_wrap_up(unpriced, "cost") == "0.5"
    dear = state_after(
        started(agent().model_copy(update={"price": None}), caps=(cap("cost", "2"),)), Said(text="x"), asked()
    )
    assert room_to_wrap_up(dear, "cost") == "2"
