"""One set of breakpoints for several runs: each holds at them by itself."""

from __future__ import annotations

import pytest

from tests.playbook import started, story
from workbench.errors import UsedWrongly
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
