"""What is asked outside: functions at every answer, the judge last, and within its own budget."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.playbook import agent, answered, asked, read, started, story
from workbench.criteria.outside import due, judge_function, judging_spent
from workbench.decide import decide
from workbench.events import (
    Check,
    Criterion,
    CriterionJudged,
    Evidence,
    FunctionChecked,
    JudgeAsked,
    Judging,
    Price,
    Said,
    Usage,
)
from workbench.state import Examine, State, Tell, Verdict, fold

ORDER = Criterion(name="order", check=Check(pattern="A-1"))
POLITE = Criterion(name="polite", check=Check(rubric="It stays polite."))
FRESH = Criterion(name="fresh", check=Check(function="checks.py:fresh"))
JUDGE = agent("judge", role="judge").model_copy(update={"tools": ()})
MET = CriterionJudged(name="order", met=True, evidence=Evidence(seq=2, words="A-1"))
TURN = (Said(text="A-1"), MET, asked(), answered("agent.1", "ok"), read(status="complete"))
EXAMINED = FunctionChecked(criterion="fresh", function="checks.py:fresh", answer=6, met=True)
JUDGED = (
    ("judge", JudgeAsked(criteria=("polite",), refs=(2, 5), answer=6, chain="0")),
    ("judge", asked("judge.1")),
)


def after(*bodies: Any, criteria: tuple[Criterion, ...] = (ORDER, POLITE), judge: Any = JUDGE, **more: Any) -> State:
    actors = (agent("agent", structured=True), *([judge] if judge else []))
    return fold(story(started(*actors, criteria=criteria, **more), *bodies))


def test_the_judge_is_asked_of_all_rubrics_once_all_else_is_met_and_the_agent_says_so():
    state = after(*TURN)
    (command,) = due(state)
    chain = f"{state.actors['agent'].log.chain:016x}"
    assert command == Tell("judge", JudgeAsked(criteria=("polite",), refs=(2, 5), answer=6, chain=chain))
    assert decide(state) == (command,)


@pytest.mark.parametrize(
    ("bodies", "more"),
    [
        ((), {}),
        ((*TURN[:4], read(status="continue")), {}),
        ((TURN[0], *TURN[2:]), {}),
        ((*TURN, CriterionJudged(name="polite", met=True)), {}),
        ((*TURN, JUDGED[0]), {}),
        (TURN, {"judge": None}),
        (TURN, {"criteria": (ORDER,)}),
        (TURN, {"judging": Judging(requests=0)}),
        (TURN, {"judging": Judging(cost="0")}),
    ],
)
def test_else_it_is_not(bodies: tuple[Any, ...], more: dict[str, Any]):
    assert due(after(*bodies, **more)) == ()


def test_a_function_is_asked_at_every_answer_and_before_the_judge():
    criteria = (ORDER, POLITE, FRESH)
    examine = Examine("agent", "fresh", "checks.py:fresh", 6)
    assert due(after(*TURN, criteria=criteria)) == (examine,)
    assert (examine.key, examine.phase) == ("", "")
    assert due(after(criteria=criteria)) == ()
    fresh = CriterionJudged(name="fresh", met=True)
    (command,) = due(after(*TURN, EXAMINED, fresh, criteria=criteria))
    assert isinstance(command, Tell)
    again = (*TURN, EXAMINED, fresh, Said(text="more"), asked("agent.2"), answered("agent.2"), read("agent.2"))
    assert due(after(*again, criteria=criteria)) == (Examine("agent", "fresh", "checks.py:fresh", 12),)


def test_a_case_begins_the_judge_anew_and_its_answer_is_nobodys_turn():
    state = after(*TURN, *JUDGED, ("judge", answered("judge.1", "{}")), ("judge", read("judge.1", "polite: met")))
    assert (state.output, state.status, state.floor) == ("", "complete", ("agent", 6))
    judge = state.actors["judge"]
    assert (judge.todo, judge.answers, len(judge.log)) == ("rest", 1, 2)
    more = after(*TURN, *JUDGED, ("judge", answered("judge.1", "{}")), ("judge", read("judge.1")), JUDGED[0])
    assert more.actors["judge"].log.refs() == [11]
    assert more.examined == {"polite": 6}


PRICED = JUDGE.model_copy(update={"price": Price(input="1000000", output="0")})
ONE = ("judge", answered("judge.1", "{}", usage=Usage(input=1, output=1)))


def test_its_budget_is_its_own():
    one = (*TURN, *JUDGED, ONE, ("judge", read("judge.1")))
    assert "1 answers is used up" in judging_spent(after(*one, judging=Judging(requests=1)))
    assert judging_spent(after(*one)) == ""
    assert "of 1 dollars" in judging_spent(after(*one, judge=PRICED, judging=Judging(cost="1")))
    assert judging_spent(after(*one, judge=PRICED, judging=Judging(cost="2"))) == ""
    unpriced = JUDGE.model_copy(update={"price": None})
    assert "its price unknown" in judging_spent(after(*one, judge=unpriced, judging=Judging(cost="2")))
    two = (*one, *JUDGED[:1], ("judge", asked("judge.2")), ("judge", answered("judge.2", "{}")))
    assert after(*two, judge=unpriced).judging is None
    assert judging_spent(after(judge=None)) == ""


def checked(**more: Any) -> FunctionChecked:
    return FunctionChecked(criterion="fresh", function="checks.py:fresh", answer=6, **more)


def change(met: bool | None, seq: int, words: str, error: str = "") -> CriterionJudged:
    reason = f"checks.py:fresh could not say: {error}" if error else ""
    return CriterionJudged(
        name="fresh", met=met, evidence=Evidence(seq=seq, words=words), reason=reason, unsure=bool(error)
    )


UNSURE = Verdict(None, 4, "A-1", "checks.py:fresh could not say: it broke", unsure=True, held=True)


@pytest.mark.parametrize(
    ("was", "fact", "changes"),
    [
        (None, checked(met=True, words="A-1"), [change(True, 2, "A-1")]),
        (None, checked(met=True, words="said by nobody"), [change(True, 9, "said by nobody")]),
        (None, checked(met=True), [change(True, 9, "checks.py:fresh")]),
        (Verdict(True), checked(met=True), []),
        (Verdict(False), checked(), []),
        (None, checked(), []),
        (Verdict(None), checked(), []),
        (Verdict(True), checked(), [change(False, 9, "checks.py:fresh")]),
        (None, checked(error="it broke"), [change(None, 9, "", "it broke")]),
        (Verdict(True), checked(error="it broke"), [change(None, 9, "", "it broke")]),
        (Verdict(True, 4, "A-1"), checked(error="it broke"), [change(None, 4, "A-1", "it broke")]),
        (UNSURE, checked(error="it broke"), []),
        (UNSURE, checked(error="and again"), [change(None, 4, "A-1", "and again")]),
        (UNSURE, checked(met=True), [change(True, 9, "checks.py:fresh")]),
        (UNSURE, checked(), [change(False, 9, "checks.py:fresh")]),
    ],
)
def test_what_a_function_says(was: Verdict | None, fact: FunctionChecked, changes: list[CriterionJudged]):
    def find(words: str) -> Evidence | None:
        return Evidence(seq=2, words=words) if words == "A-1" else None

    assert judge_function(was, fact, 9, find) == changes


@given(st.lists(st.sampled_from([True, False, None])))
def test_a_function_that_fails_makes_nothing_met_and_nothing_regressed(words: list[bool | None]):
    """None: it failed. What is met and what regressed is else as if it had not been asked then."""
    state, calm = after(*TURN, criteria=(FRESH,)), after(*TURN, criteria=(FRESH,))
    for word in words:
        fact = checked(error="it broke") if word is None else checked(met=word)
        for change in judge_function(state.verdicts.get("fresh"), fact, state.seq, lambda _: None):
            state = fold(story(change, after=state.seq), state)
        if word is not None:
            for change in judge_function(calm.verdicts.get("fresh"), fact, calm.seq, lambda _: None):
                calm = fold(story(change, after=calm.seq), calm)
        verdict, known = state.verdicts.get("fresh"), calm.verdicts.get("fresh")
        if word is None:
            assert verdict is not None
            assert verdict.standing == "unknown"
            assert verdict.held is (known is not None and known.met is True)
        else:
            assert ("unmet" if verdict is None else verdict.standing) == ("unmet" if known is None else known.standing)
            assert verdict is None or not verdict.held


def test_a_person_who_answers_for_the_judge_makes_its_cost_no_better_known():
    unpriced = JUDGE.model_copy(update={"price": None})
    one = (*TURN, *JUDGED, ONE, ("judge", read("judge.1")))
    again = (*JUDGED[:1], ("judge", asked("judge.2")), ("judge", answered("judge.2", "{}"), "human"))
    assert after(*one, *again, judge=unpriced).judging is None
