"""Caps in the fold: set, reached, counted by the minute, shared with others."""

from __future__ import annotations

from tests.playbook import agent, answered, asked, called, cap, returned, started, state_after
from workbench.events import CapReached, LimitSet, Price, Reserve, Said, StandIn, Tallied, Tally, Usage
from workbench.state import Meters

REACHED = CapReached(name="requests", at="deny_tools", limit="1", reason="full")


def test_a_limit_keeps_what_follows_unless_that_is_said_anew():
    state = state_after(started(caps=(cap("cost", 1, "warn"),)), LimitSet(name="cost", limit="2"))
    assert (state.limits, state.follows) == ({"cost": "2"}, {"cost": "warn"})
    small = StandIn(model="fake:small")
    state = state_after(LimitSet(name="cost", limit="2", at="degrade", to=small))
    assert (state.follows, state.standbys) == ({"cost": "degrade"}, {"cost": small})


def test_a_cap_that_was_reached_changes_what_is_asked_until_it_is_set_anew():
    before = state_after(Said(text="x"))
    state = state_after(Said(text="x"), REACHED)
    assert (state.toolless("agent"), before.toolless("agent")) == ("requests", "")
    assert state.actors["agent"].head != before.actors["agent"].head
    again = state_after(Said(text="x"), REACHED, LimitSet(name="requests", limit="9"))
    assert again.actors["agent"].head == before.actors["agent"].head


def test_a_warning_changes_nothing_that_is_asked():
    state = state_after(Said(text="x"), REACHED.model_copy(update={"at": "warn"}))
    assert state.toolless("agent") == ""
    assert state.actors["agent"].head == state_after(Said(text="x")).actors["agent"].head


def test_one_actors_cap_leaves_the_others_their_tools():
    reached = CapReached(name="requests@user", at="wrap_up", limit="1", reason="full")
    state = state_after(started(agent(), agent("user", role="user")), reached)
    assert (state.toolless("user"), state.toolless("agent")) == ("requests@user", "")


def test_requests_are_remembered_for_a_minute_where_a_cap_counts_them():
    told = (Said(text="x"), asked(), answered(), *[Said(text="y")] * 60, asked("agent.2"))
    assert state_after(*told).recent == ()
    state = state_after(started(caps=(cap("requests_per_minute", 1), cap("cost", 1))), *told)
    assert state.recent == ((65.0, "agent"),)


def test_what_others_used_is_kept_with_what_this_run_had():
    tallied = Tallied(session=Tally(requests=3), day=Tally(requests=9), date="2026-11-24")
    state = state_after(Said(text="x"), asked(), tallied, answered())
    assert state.elsewhere is not None
    assert (state.elsewhere.day.requests, state.elsewhere.base.requests, state.elsewhere.date) == (9, 1, "2026-11-24")


def test_meters_count_time_tools_and_how_good_estimates_were():
    priced = agent().model_copy(update={"price": Price(input="1000000", output="0")})
    state = state_after(
        started(priced),
        Said(text="x"),
        asked(reserve=Reserve(input=12, output=5)),
        answered("agent.1", "", "lookup", usage=Usage(input=10, output=1), ms=40),
        called("agent.1.1"),
        returned("agent.1.1").model_copy(update={"ms": 2}),
    )
    assert state.meters == Meters(1, 1, 1, 10, 1, state.meters.cost, 0, 42, {"lookup": 1}, 12, 10)
    assert state.actors["agent"].meters is None


def test_several_actors_have_meters_of_their_own():
    state = state_after(started(agent(), agent("user", role="user")), Said(text="x"), asked(), answered())
    mine, other = state.actors["agent"].meters, state.actors["user"].meters
    assert (mine, other) == (state.meters, Meters())


def test_a_word_of_the_engine_is_none_of_the_users_lines():
    state = state_after(started(lines=["a"]), ("agent", Said(text="last", role="system"), "rule"))
    assert (state.lines, state.actors["agent"].todo) == (0, "rest")
