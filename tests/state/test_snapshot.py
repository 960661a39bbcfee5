"""A state as bytes and back."""

from __future__ import annotations

from typing import Any, cast

import msgspec
import pytest

from tests.playbook import agent, answered, asked, called, failed, returned, started, state_after, story
from workbench.events import (
    CriterionJudged,
    Evidence,
    Forked,
    Heard,
    Held,
    Price,
    RunEnded,
    Said,
    Undone,
    Usage,
)
from workbench.state import State, fold
from workbench.state.snapshot import freeze, thaw

TWO = started(
    agent(), agent("other", role="user").model_copy(update={"price": Price(input="1", output="2", cached="0.5")})
)
EVERYTHING = story(
    TWO,
    Said(text="hello"),
    ("other", Heard(source=2)),
    asked(),
    answered("agent.1", "", "lookup", "charge"),
    called("agent.1.1"),
    ("agent", Said(text="and quick"), "human"),
    called("agent.1.2", "charge", effect="effect"),
    returned("agent.1.1"),
    ("other", asked("other.1")),
    ("other", answered("other.1", "hm", usage=Usage(input=10, output=5, cached=3))),
    CriterionJudged(name="order", met=True, evidence=Evidence(seq=2, words="hello")),
    Held(gate="doubt", reason="nobody knows", command="agent.1.2", phase="call", call="agent.1.2"),
    Forked(parent=1, parent_seq=13, undone=(Undone(call="agent.1.2", tool="charge", arguments="{}"),)),
    failed("agent.1.2"),
    asked("agent.2"),
    failed("agent.2", "overloaded"),
    RunEnded(outcome="error", reason="overloaded", error="overloaded", retryable=True),
)


@pytest.mark.parametrize("upto", range(1, len(EVERYTHING) + 1))
def test_every_state_thaws_to_itself_and_goes_on(upto: int):
    state = fold(EVERYTHING[:upto])
    thawed = thaw(freeze(state), TWO)
    assert thawed == state
    assert fold(EVERYTHING[upto:], thawed) == fold(EVERYTHING)


def test_the_start_is_not_kept_twice():
    state = state_after(Said(text="x"))
    long = started(agent(system="a very long prompt " * 1000))
    assert len(freeze(msgspec.structs.replace(state, started=long))) < 1000


@pytest.mark.parametrize("other", [b"", b"\xc1", b"not a state", msgspec.msgpack.encode({"branch": "one"})])
def test_bytes_of_another_form_are_no_state(other: bytes):
    assert thaw(other, started()) is None


@pytest.mark.parametrize("logs", [[], [[1]], 3, None])
def test_a_broken_transcript_is_no_state(logs: Any):
    plain = cast(dict[str, Any], msgspec.msgpack.decode(freeze(state_after(Said(text="x")))))
    plain["actors"]["agent"]["log"] = logs
    assert thaw(msgspec.msgpack.encode(plain), started()) is None


def test_only_what_a_state_is_made_of_can_be_frozen():
    odd = State(verdicts=cast(Any, {"x": object()}))
    with pytest.raises(TypeError, match="cannot hold object"):
        freeze(odd)
