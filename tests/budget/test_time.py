"""Time that runs out while calls are under way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.playbook import agent, answered, asked, cap, started, state_after
from workbench.budget import keeps_time, running_out
from workbench.events import CapReached, LimitSet, Request, StandIn
from workbench.state import CallModel, CallTool, State

ASK = CallModel("agent", "agent.2", Request())
OTHER = CallModel("other", "other.1", Request())
TOOL = CallTool("agent", "agent.1.1", "lookup", "{}", "read")


def after_2_seconds(*caps: object) -> State:
    """One call of the agent that took two seconds."""
    return state_after(started(agent(), agent("other"), caps=caps), asked(), answered(ms=2000))


@pytest.mark.parametrize(
    ("caps", "keeps"),
    [
        ([], False),
        ([cap("seconds", 5)], True),
        ([cap("seconds@agent", 5, "pause")], True),
        ([cap("cost", 5)], False),
        ([cap("seconds", 5, "warn")], False),
        ([cap("seconds", 5, "wrap_up")], False),
        ([cap("seconds", 5, "deny_tools")], False),
        ([cap("seconds", 5, "degrade")], True),
        ([cap("seconds", 5, "degrade").model_copy(update={"to": StandIn(model="fake:small")})], False),
    ],
)
def test_only_a_cap_that_ends_or_holds_the_run_breaks_anything_off(caps: list[object], keeps: bool):
    assert keeps_time(after_2_seconds(*caps)) is keeps
    assert (running_out(after_2_seconds(*caps), [(ASK, 0.0)]) is not None) is keeps


def test_one_that_was_lifted_or_gone_beyond_breaks_nothing_off():
    lifted = state_after(started(caps=(cap("seconds", 5),)), LimitSet(name="seconds", limit=None))
    reached = CapReached(name="seconds", at="warn", limit="5", reason="5 of 5 seconds used")
    beyond = state_after(started(caps=(cap("seconds", 5),)), reached)
    assert not keeps_time(lifted)
    assert not keeps_time(beyond)


def test_calls_made_together_count_each():
    state = after_2_seconds(cap("seconds", 5))
    alone = running_out(state, [(ASK, 1.0)])
    assert alone is not None
    assert (alone.left, alone.unused, alone.reason) == (2.0, 3.0, "the 5 seconds ran out")
    both = running_out(state, [(ASK, 1.0), (TOOL, 1.0)])
    assert both is not None
    assert both.left == 0.5
    late = running_out(state, [(ASK, 9.0)])
    assert late is not None
    assert late.left == 0


def test_a_cap_of_one_actor_counts_that_actors_calls():
    state = after_2_seconds(cap("seconds@agent", 5))
    found = running_out(state, [(ASK, 1.0), (OTHER, 1.0)])
    assert found is not None
    assert (found.left, found.reason) == (2.0, "the 5 seconds by agent ran out")
    assert found.counts(TOOL)
    assert not found.counts(OTHER)
    assert running_out(state, [(OTHER, 1.0)]) is None


def test_the_cap_that_is_used_up_first_counts():
    state = after_2_seconds(cap("seconds", 9), cap("seconds@agent", 5))
    found = running_out(state, [(ASK, 0.0)])
    assert found is not None
    assert found.actor == "agent"


@given(st.lists(st.floats(0, 10), min_size=1, max_size=4), st.floats(0, 40))
def test_when_it_is_time_what_ran_has_used_up_the_cap_and_no_sooner(ran: list[float], limit: float):
    state = state_after(started(caps=(cap("seconds", f"{limit:f}"),)))
    found = running_out(state, [(TOOL, seconds) for seconds in ran])
    assert found is not None
    used = sum(ran) + found.left * len(ran)
    assert used == pytest.approx(max(float(f"{limit:f}"), sum(ran)))
