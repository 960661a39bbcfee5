"""Walking through what happened: every state is the fold of its prefix, and stops are where one would stand."""

from __future__ import annotations

import random

import pytest

from tests.memory import Memory
from tests.playbook import Stage, answered, asked, called, read, returned, started, story, wants
from workbench.debugger.past import Past, following, preceding, stops
from workbench.events import Event, Said
from workbench.state import State, apply


def states(events: list[Event]) -> list[State]:
    """The state after each event, from the empty one on."""
    folded = [State()]
    for event in events:
        folded.append(apply(folded[-1], event))
    return folded


@pytest.fixture(scope="module")
def long() -> Memory:
    """A run of 5,000 events, as stored."""
    turns: list[Said] = [Said(text="go")]
    bodies = [started(), *turns]
    number = 0
    while len(bodies) < 4998:
        number += 1
        call = f"agent.{number}"
        bodies += [
            asked(call),
            answered(call, "", "lookup"),
            called(f"{call}.1"),
            returned(f"{call}.1", f"result {number}"),
        ]
    bodies += [asked(f"agent.{number + 1}"), answered(f"agent.{number + 1}", "done"), read(f"agent.{number + 1}")]
    return Memory(story(*bodies[:5000]))


@pytest.mark.slow
def test_every_state_of_a_long_run_whatever_the_order(long: Memory):
    wanted = states(list(long.events()))
    past = Past(long)
    forwards = range(0, long.last_seq + 1, 37)
    for seq in [*forwards, *reversed(forwards), *random.Random(1).sample(range(long.last_seq + 1), 200)]:
        assert past.state(seq) == wanted[seq]


@pytest.mark.slow
def test_a_visit_reads_only_from_the_nearest_state_that_is_kept(long: Memory):
    read: list[int] = []

    class Counting(Memory):
        def events(self, after: int = 0, upto: int | None = None):
            for event in super().events(after, upto):
                read.append(event.seq)
                yield event

    past = Past(Counting(long.events()))
    past.state(4000)
    read.clear()
    for seq in range(3990, 3500, -1):
        past.state(seq)
    assert len(read) <= 490 * 8 + 256, "one stretch, then a few events a step"
    read.clear()
    past.state(3900)
    assert len(read) < 256


async def test_states_are_the_same_with_snapshots_in_the_log():
    stage = Stage(*[wants("lookup")] * 140, "done")
    await stage.start(lines=["go"]).drive()
    assert stage.log.snapshots
    wanted = states(list(stage.log.events()))
    past = Past(stage.log)
    for seq in (stage.log.last_seq, 511, 512, 513, 530, 1, 0):
        assert past.state(seq) == wanted[seq]


KINDS = list(
    enumerate(
        (
            "run_started said model_called model_answered tool_called tool_returned held released model_called"
            " model_answered answer_read held"
        ).split(),
        1,
    )
)


def test_where_each_stride_stands():
    assert stops(KINDS, "step") == [1, 2, 4, 6, 10, 11, 12]
    assert stops(KINDS, "next") == [1, 2, 8, 12]
    assert stops(KINDS, "run") == [1, 12]
    assert stops([], "step") == []
    assert stops([(1, "model_called")], "next") == [1]


def test_walking_from_anywhere():
    places = [1, 4, 9]
    assert [following(places, seq) for seq in (0, 1, 3, 4, 8, 9, 20)] == [1, 4, 4, 9, 9, None, None]
    assert [preceding(places, seq) for seq in (0, 1, 3, 4, 8, 9, 20)] == [None, None, 1, 1, 4, 4, 9]
