"""The fold of a replay: which recording, what was served from it, what was chosen where it differs."""

from __future__ import annotations

import pytest

from tests.playbook import agent, answered, asked, started, state_after
from workbench.events import (
    Body,
    Choice,
    DifferenceRuled,
    LimitSet,
    Price,
    Redone,
    ReplayBegan,
    Said,
    Served,
    Usage,
)
from workbench.state import Replay, State

BEGAN = ReplayBegan(source=1, upto=9, live="model")


def replay_after(*bodies: Body) -> Replay:
    state: State = state_after(*[("", body) for body in bodies])
    assert state.replay is not None
    return state.replay


def ruled(choice: Choice, **more: int) -> DifferenceRuled:
    return DifferenceRuled(choice=choice, call="" if more else "agent.1.1", leaf="tool", recorded="1", now="2", **more)


def test_nothing_is_replayed_by_itself():
    assert state_after().replay is None


def test_a_replay_begins_with_its_recording():
    assert replay_after(BEGAN) == Replay(1, 9, "model", since=2)


def test_what_was_served_is_kept_in_order():
    first, second = Served(call="agent.1.1", source="agent.1.2"), Served(call="agent.1.2", source="agent.1.1")
    served = (("agent.1.1", "agent.1.2"), ("agent.1.2", "agent.1.1"))
    assert replay_after(BEGAN, first, second).served == served
    assert replay_after(first, second).served == served


@pytest.mark.parametrize(
    ("choice", "passed", "alone", "live"),
    [
        ("recorded", ("agent.1.1",), (), "model"),
        ("once", (), ("agent.1.1",), "model"),
        ("live", (), (), "both"),
        ("stop", (), (), "model"),
    ],
)
def test_what_was_chosen_where_it_differs(choice: Choice, passed: tuple[str, ...], alone: tuple[str, ...], live: str):
    replay = replay_after(BEGAN, ruled(choice))
    assert (replay.passed, replay.alone, replay.live) == (passed, alone, live)
    assert replay.known == ((("tool", "1", "2"),) if passed or alone else ())
    assert replay.accepted == ()


def test_what_was_let_pass_in_a_check_stays_so_in_a_replay_that_begins_later():
    assert replay_after(ruled("recorded", target=5)).accepted == (5,)
    assert replay_after(ruled("recorded", target=5), BEGAN) == Replay(1, 9, "model", since=3, accepted=(5,))
    assert state_after(("", ruled("stop", target=5))).replay is None
    assert replay_after(ruled("live", target=5)) == Replay(live="both")


def test_what_was_done_again_and_what_was_chosen_about_it():
    again = replay_after(BEGAN, Redone(source=5), LimitSet(name="cost", limit="1"), Redone(source=6, already=True))
    assert again.redone == ((5, 4), (6, 0))
    assert replay_after(Redone(source=5)).redone == ((5, 3),)
    chosen = replay_after(BEGAN, ruled("recorded", change=5), ruled("once", change=6), ruled("stop", change=7))
    assert (chosen.wanted, chosen.left) == ((5,), (6,))
    assert (chosen.passed, chosen.alone, chosen.known, chosen.accepted) == ((), (), (), ())
    assert replay_after(BEGAN, ruled("live", change=5)).live == "both"


def test_a_cached_answer_uses_nothing_and_weighs_what_it_weighs():
    dear = agent().model_copy(update={"price": Price(input="1000000", output="1000000")})
    answer = answered(cached=True, usage=Usage(input=3, output=4))
    state = state_after(started(dear), Said(text="go"), asked(), answer)
    assert (state.meters.input_tokens, state.meters.output_tokens, state.meters.cost) == (0, 0, 0)
    assert (state.meters.requests, state.meters.unpriced, state.actors["agent"].weighed) == (1, 0, 7)
