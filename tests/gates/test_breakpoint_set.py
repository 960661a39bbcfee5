"""One set of breakpoints for several runs: each holds at them by itself."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.playbook import started, story
from workbench.errors import NotFound, UsedWrongly
from workbench.events import Said
from workbench.gates import Breakpoint, Breakpoints
from workbench.state import CallTool, State, fold

CHARGE = CallTool("agent", "agent.1.1", "charge", '{"amount":150}', "effect")


def followed(points: Breakpoints) -> tuple[Breakpoints, State]:
    events = story(started(), Said(text="hi"))
    state = fold(events)
    points.follow(lambda seq: events[seq - 1], state)
    return points, state


def test_what_is_set_in_one_is_set_in_all_and_numbered_once():
    first = Breakpoints()
    second = Breakpoints(first)
    assert first.add("model").number == 1
    assert second.add("error").number == 2
    second.enable(1, enabled=False)
    first.ignore(2, 3)
    assert list(first) == list(second) == [Breakpoint(1, "model", enabled=False), Breakpoint(2, "error", ignore=3)]
    second.remove(1)
    first.clear()
    assert (len(first), len(second), second.add("error").number) == (0, 0, 3)


def test_each_run_is_held_by_itself_and_the_hits_are_counted_together():
    first, state = followed(Breakpoints())
    second, _ = followed(Breakpoints(first))
    first.add("tool charge")
    assert first.gate(state, CHARGE)
    assert first.gate(state, CHARGE)
    assert second.gate(state, CHARGE)
    assert second[1].hits == 2
    first.remove(1)
    assert not second.gate(state, CHARGE)


def test_once_holds_in_the_run_that_comes_first():
    first, state = followed(Breakpoints())
    second, _ = followed(Breakpoints(first))
    second.add("tool charge", once=True)
    assert first.gate(state, CHARGE)
    assert not second.gate(state, CHARGE)
    assert first.gate(state, CHARGE)
    assert not len(second)


def test_who_counts_alone_uses_up_nothing_of_the_others():
    first, state = followed(Breakpoints())
    first.add("tool charge", once=True)
    first.add("tool charge")
    first.ignore(2, 1)
    alone = [followed(Breakpoints(first))[0] for _ in range(2)]
    for one in alone:
        one.count_alone()
    for one in alone:
        held = one.gate(state, CHARGE)
        assert held
        assert held.reason == "breakpoint 1: tool charge"
        assert [(mine.number, mine.ignore) for mine in one] == [(2, 0)]
        assert len(one) == 1
        with pytest.raises(NotFound, match="there is no breakpoint 1; there are 2"):
            one.enable(1)
    assert list(first) == [
        Breakpoint(1, "tool charge", once=True, hits=2),
        Breakpoint(2, "tool charge", ignore=1, hits=2),
    ]
    assert first.kept() == [
        Breakpoint(1, "tool charge", once=True),
        Breakpoint(2, "tool charge", ignore=1),
    ]


def test_what_a_person_says_counts_anew_for_who_counts_alone_too():
    first, state = followed(Breakpoints())
    alone, _ = followed(Breakpoints(first))
    alone.count_alone()
    alone.add("tool charge", once=True)
    assert alone.gate(state, CHARGE)
    assert (len(alone), len(first)) == (0, 1)
    alone.clear()
    assert not len(first)
    first.add("tool charge")
    first.ignore(2, 1)
    assert not alone.gate(state, replace(CHARGE, attempt=2))
    assert alone.enable(2, enabled=False).ignore == 0
    assert (first[2].ignore, first[2].enabled) == (1, False)
    assert first.ignore(2, 2) == alone[2]


def test_the_set_knows_whether_it_is_kept_as_it_is():
    points = Breakpoints([Breakpoint(4, "model")])
    other = Breakpoints(points)
    assert not points.unkept
    other.add("error")
    assert points.unkept
    assert [one.number for one in points.kept()] == [4, 5]
    assert not other.unkept
    points.take([Breakpoint(1, "cost > 1", hits=3)])
    assert (list(other), other.unkept) == ([Breakpoint(1, "cost > 1", hits=3)], False)
    assert other.add("error").number == 6


def test_a_rule_that_only_tells_is_refused():
    points = Breakpoints()
    with pytest.raises(UsedWrongly, match="trace only tells"):
        points.add("tool charge do skip", trace=True)
    assert not len(points)
