"""The meters of a run as faces show them."""

from __future__ import annotations

from decimal import Decimal

from tests.playbook import agent, answered, asked, cap, started, state_after, story
from workbench.debugger.meters import costs, figure, meters, next_actor, off_by, sparkline
from workbench.debugger.steps import Steps
from workbench.events import CapReached, Forked, Origin, Price, Reserve, Said, Usage
from workbench.state import State

PRICED = agent().model_copy(update={"price": Price(input="1000", output="1000")})
BEGUN = (
    started(PRICED, caps=(cap("cost", "2", "warn"), cap("tool_calls:charge", 1))),
    Said(text="x"),
    asked(reserve=Reserve(input=120, output=5, cost="0.125")),
)


def test_the_usual_counters_come_first_and_then_every_cap():
    rows = {one.name: one for one in meters(state_after(*BEGUN))}
    assert list(rows) == ["iterations", "tool_calls", "tokens", "cost", "tool_calls:charge"]
    cost = rows["cost"]
    assert (cost.limit, cost.aside, cost.follow, cost.reached) == (2, Decimal("0.125"), "warn", False)
    assert (rows["tokens"].limit, rows["tokens"].aside, rows["tool_calls"].likely) == (None, 125, None)
    assert cost.shown(cost.aside) == figure("cost", Decimal("0.125"))
    assert [figure(name, None) for name in ("cost", "tokens")] == ["?", "?"]
    assert figure("seconds", Decimal("1.25")) == "1.2s"


def test_what_an_import_does_not_tell_is_unknown_and_not_nothing():
    told = {one.name: one.shown(one.used) for one in meters(state_after(started(origin=Origin(format="openai"))))}
    assert told == {"iterations": "0", "tool_calls": "0", "tokens": "?", "cost": "$0"}
    counted = (Said(text="x"), asked(), answered(usage=Usage(input=9, output=1)))
    assert meters(state_after(started(origin=Origin(format="tau2")), *counted))[2].used == 10
    assert meters(state_after(started()))[2].used == 0


def test_a_fork_says_what_it_added_and_a_cap_that_it_was_reached():
    reached = CapReached(name="cost", at="warn", limit="2", reason="full")
    state = state_after(*BEGUN, answered(), Forked(parent=1, parent_seq=4), reached, asked("agent.2"))
    rows = {one.name: one for one in meters(state)}
    assert (rows["iterations"].added, rows["tokens"].added, rows["tool_calls:charge"].added) == (1, 0, None)
    assert rows["cost"].reached
    unpriced = (started(agent().model_copy(update={"price": None})), Said(text="x"), asked(), answered())
    forked = state_after(*unpriced, Forked(parent=1, parent_seq=4))
    assert {one.name: one.added for one in meters(forked)}["cost"] is None


def test_what_estimates_were_off_by():
    assert off_by(state_after(*BEGUN)) == ""
    assert off_by(state_after(*BEGUN, answered(usage=Usage(input=100, output=1)))) == "20 % too high"
    assert off_by(state_after(*BEGUN, answered(usage=Usage(input=160, output=1)))) == "25 % too low"


def test_whose_model_is_asked_next():
    assert next_actor(State()) is None
    user = agent("user", role="user")
    state = state_after(started(agent(), user), ("user", Said(text="x")))
    assert [one.name for one in (next_actor(state), next_actor(state_after(started(agent(), user)))) if one] == [
        "user",
        "agent",
    ]


def test_each_iteration_has_its_bar():
    events = story(*BEGUN, answered(usage=Usage(input=10, output=0)), asked("agent.2"), answered("agent.2"))
    assert costs(Steps(events).rows) == [Decimal("0.01"), Decimal("0.002")]
    assert sparkline([Decimal(1), Decimal(4), None], 9) == "▂█?"
    assert sparkline([Decimal(1), Decimal(1), Decimal(4), Decimal(4)], 2) == "▂█"
    assert sparkline([Decimal(0)], 5) == "▁"
    assert sparkline([], 5) == sparkline([Decimal(1)], 0) == ""
