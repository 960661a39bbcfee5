"""Expressions as checks: what stands holds and ceases, what happened stays, and each names its values."""

from __future__ import annotations

from typing import Any

import pytest

from tests.playbook import answered, asked, called, read, returned, started, story
from workbench.criteria.expressions import criteria_named, problem_of_expression, read_expression, weigh
from workbench.events import Call, Check, Criterion, CriterionJudged, Evidence, Said
from workbench.state import fold

HI = Said(text="hi")
CALL = Call(name="lookup", arguments='{"order": "A-1"}')
CALLED = (HI, asked(), answered("agent.1", "", CALL), called("agent.1.1", arguments=CALL.arguments))


def criterion(expression: str | None) -> Criterion:
    return Criterion(name="it", check=Check(expression=expression))


def weighed(expression: str | None, *bodies: Any) -> CriterionJudged | None:
    """What the last of these changes."""
    events = story(started(), *bodies)
    return weigh(criterion(expression), fold(events), events[-1], lambda seq: events[seq - 1])


def met(seq: int, words: str) -> CriterionJudged:
    return CriterionJudged(name="it", met=True, evidence=Evidence(seq=seq, words=words))


@pytest.mark.parametrize(
    ("expression", "bodies", "seq", "words"),
    [
        ("tool_calls <= 2", (HI,), 2, "tool_calls is 0"),
        ("not (tool_calls > 0 or cost > 1)", (HI,), 2, "tool_calls is 0, cost is 0"),
        ("requests == 1 and iteration >= 1", (HI, asked()), 3, "requests is 1, iteration is 1"),
        ("1 == 1", (HI,), 2, "it holds"),
        ('tool lookup if args.order == "A-1"', CALLED, 5, "tool lookup, args.order is A-1"),
        ('result =~ "found" or cost > 5', (*CALLED, returned("agent.1.1", "it is found")), 6, "result is it is found"),
        ('not text =~ "bye"', (HI,), 2, "text is hi"),
        ("text and not args.order", (HI,), 2, "text is hi, args.order is not there"),
        ('not "a" in "b" and not args', (HI,), 2, "args is not there"),
    ],
)
def test_it_is_met_with_the_values_that_show_it(expression: str, bodies: tuple[Any, ...], seq: int, words: str):
    assert weighed(expression, *bodies) == met(seq, words)


def test_what_names_no_field_says_that_it_happened():
    assert weighed("think", HI, asked(), answered("agent.1", "hello")) == met(4, "think")


@pytest.mark.parametrize(
    ("expression", "bodies"),
    [
        (None, (HI,)),
        ("no expression at all", (HI,)),
        ("cost > 1", (HI,)),
        ('tool lookup if args.order == "A-2"', CALLED),
        ("tool lookup", (HI, asked())),
        ("tool_calls <= 2", (HI, CriterionJudged(name="it", met=True), HI)),
        ("tool other", (HI, CriterionJudged(name="it", met=True), HI)),
        ("tool_calls > 2", (HI, CriterionJudged(name="it", met=None), HI)),
    ],
)
def test_else_nothing_changes(expression: str | None, bodies: tuple[Any, ...]):
    assert weighed(expression, *bodies) is None


def test_what_stood_and_ceased_is_told_and_marked():
    bodies = (HI, CriterionJudged(name="it", met=True), asked())
    change = weighed("requests < 1", *bodies)
    assert change == CriterionJudged(
        name="it",
        met=False,
        evidence=Evidence(seq=4, words="requests is 1"),
        reason="it held before, and ceased",
    )
    assert change is not None
    verdicts = fold(story(started(), *bodies, change)).verdicts
    assert verdicts["it"].regressed
    again = CriterionJudged(name="it", met=False)
    assert fold(story(started(), *bodies, change, again)).verdicts["it"].regressed
    assert not fold(story(started(), *bodies, change, met(6, "x"))).verdicts["it"].regressed


def test_what_it_can_ask_and_what_not():
    assert problem_of_expression("criteria.paid and cost < 1") is None
    assert "column 1" in (problem_of_expression("banana == 1") or "")
    assert "; expected " in (problem_of_expression("cost >") or "")
    assert "for breakpoints" in (problem_of_expression("cost > 1 or repeat 3") or "")


def test_the_criteria_that_it_names():
    assert criteria_named("criteria.paid and (output or not criteria.met == true)") == {"paid", "met"}
    assert criteria_named("status == complete") == set()
    assert read_expression("status ==") == read_expression("also nothing")


def test_the_verdict_of_one_criterion_shows_another():
    assert weighed("criteria.paid", HI, CriterionJudged(name="paid", met=True), read()) == met(
        4, "criteria.paid is true"
    )
