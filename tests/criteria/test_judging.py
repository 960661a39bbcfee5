"""Judging: a criterion is met with evidence or not at all, and only changes are told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.criteria.complete import all_met, checkable, percentage
from workbench.criteria.judging import Witness, judge, judge_claims, stated
from workbench.events import AnswerRead, Check, Criterion, CriterionJudged, Evidence
from workbench.events.text import as_json

ORDER = Criterion(name="order_id", check=Check(pattern=r"\b[A-Z]-\d{4}\b"))
REFUND = Criterion(name="refunded", kind="condition", check=Check(tool="refund"))
REFUND_NUMBER = Criterion(name="number", kind="condition", check=Check(tool="refund", pattern=r"re_\d+"))
APOLOGY = Criterion(name="apology", kind="indicator", check=Check(source="agent", pattern="sorry"))
ANY_RESULT = Criterion(name="stock", check=Check(source="result", pattern=r'"stock": (\d+)'))
NAME = Criterion(name="name")
CALM = Criterion(name="calm", kind="condition")
CALLED_WITH = Criterion(name="called_with", check=Check(tool="refund", arguments='{"amount": {">": 100}}'))
STATUS = Criterion(name="status", check=Check(tool="find", field="order.status", pattern="^sent"))
EMAIL = Criterion(name="email", check=Check(field="email", pattern=r"^\S+@\S+$"))
EMPTY_CHECK = Criterion(name="empty", check=Check())


def met(name: str, seq: int, words: str) -> CriterionJudged:
    return CriterionJudged(name=name, met=True, evidence=Evidence(seq=seq, words=words))


@pytest.mark.parametrize(
    ("witness", "changes"),
    [
        (Witness(3, "user", "it is a-1007"), [met("order_id", 3, "a-1007")]),
        (Witness(3, "agent", "is it A-1007? Sorry."), [met("apology", 3, "Sorry")]),
        (Witness(3, "result", "A-1007 sorry", tool="find"), []),
        (
            Witness(5, "result", " refunded re_17 ", tool="refund"),
            [met("refunded", 5, "refunded re_17"), met("number", 5, "re_17")],
        ),
        (Witness(5, "result", "", tool="refund"), [met("refunded", 5, "refund returned")]),
        (Witness(5, "result", "re_17", tool="refund", failed=True), []),
        (Witness(5, "user", "re_17", tool="refund"), []),
        (Witness(6, "result", '{"stock": 42}', tool="find"), [met("stock", 6, "42")]),
        (
            Witness(7, "result", "re_1", tool="refund", arguments='{"amount": "129.00"}'),
            [
                met("refunded", 7, "re_1"),
                met("number", 7, "re_1"),
                CriterionJudged(
                    name="called_with",
                    met=True,
                    evidence=Evidence(seq=7, words="re_1"),
                    reason='called with {"amount": "129.00"}',
                ),
            ],
        ),
        (
            Witness(8, "result", "sent", tool="find", data='{"order": {"status": "sent today"}}'),
            [met("status", 8, "sent")],
        ),
        (Witness(8, "result", '{"order": {"status": "sent"}}', tool="find"), [met("status", 8, "sent")]),
        (Witness(8, "result", '{"order": {"status": "lost"}}', tool="find"), []),
        (Witness(9, "user", "a@b.de"), []),
    ],
)
def test_what_a_witness_shows(witness: Witness, changes: list[CriterionJudged]):
    criteria = (ORDER, REFUND, REFUND_NUMBER, APOLOGY, ANY_RESULT, NAME, EMPTY_CHECK, CALLED_WITH, STATUS, EMAIL)
    assert judge(criteria, {}, witness) == changes


def test_what_is_met_stays_as_it_was():
    assert judge((ORDER,), {"order_id": True}, Witness(9, "user", "or A-1008")) == []
    assert judge((ORDER,), {"order_id": None}, Witness(9, "user", "A-1008")) == [met("order_id", 9, "A-1008")]
    assert judge((ORDER,), {"order_id": False}, Witness(9, "user", "A-1008")) == [met("order_id", 9, "A-1008")]


def answer(claims: Any = None, status: str = "continue") -> AnswerRead:
    return AnswerRead.model_validate(
        {"call": "agent.1", "output": "", "status": status, "claims": None if claims is None else as_json(claims)}
    )


def claim(name: str, words: str, reason: str = "only the agent says so") -> CriterionJudged:
    return CriterionJudged(name=name, met=None, evidence=Evidence(seq=8, words=words), reason=reason)


def said_by_user(value: str) -> Evidence | None:
    words = stated(value, "I am Maria Keller, 5 people, in [Ghent]")
    return Evidence(seq=2, words=words) if words else None


@pytest.mark.parametrize(
    ("answered", "changes"),
    [
        (answer({"name": "maria keller"}), [met("name", 2, "Maria Keller")]),
        (answer({"name": " Maria "}), [met("name", 2, "Maria")]),
        (answer({"name": 5}), [met("name", 2, "5")]),
        (answer({"name": "Eve"}), [claim("name", "Eve")]),
        (answer({"name": ["Eve"]}), [claim("name", '["Eve"]')]),
        (answer({"name": True}), [claim("name", "")]),
        (answer({"name": 0}), [claim("name", "0")]),
        (answer({"name": ""}), []),
        (answer({"name": None}), []),
        (answer({"calm": False}), []),
        (answer({"calm": True}), [claim("calm", "")]),
        (answer(status="complete"), [claim("calm", "")]),
        (answer({"order_id": "A-1"}), [claim("order_id", "A-1", "only the agent says so; its check has not seen it")]),
        (answer({"other": "x"}), []),
        (answer(["name"]), []),
    ],
)
def test_what_an_answer_claims(answered: AnswerRead, changes: list[CriterionJudged]):
    assert judge_claims((NAME, CALM, ORDER), {}, answered, 8, said_by_user) == changes


def test_a_claim_is_told_once_and_can_be_proved_later():
    assert judge_claims((NAME,), {"name": None}, answer({"name": "Eve"}), 8, said_by_user) == []
    assert judge_claims((NAME,), {"name": None}, answer({"name": "Maria"}), 8, said_by_user) == [
        met("name", 2, "Maria")
    ]
    assert judge_claims((NAME,), {"name": True}, answer({"name": "Maria"}), 8, said_by_user) == []


@pytest.mark.parametrize("claims", ["no json", "[" * 100_000])
def test_claims_that_are_no_json_claim_nothing(claims: str):
    answered = AnswerRead(call="agent.1", output="", status="continue", claims=claims)
    assert judge_claims((NAME,), {}, answered, 8, said_by_user) == []


@pytest.mark.parametrize(
    ("value", "text", "words"),
    [
        ("a-1007", "Order A-1007.", "A-1007"),
        ("5", "order A-1005", ""),
        ("100", "A-1007", ""),
        ("a.b", "axb a.b", "a.b"),
        ("  ", "a b", ""),
        ("(x)", "f (x) y", "(x)"),
    ],
)
def test_a_value_must_stand_by_itself(value: str, text: str, words: str):
    assert stated(value, text) == words


def test_a_claim_counts_only_where_nothing_could_check_it():
    assert [checkable(criterion) for criterion in (ORDER, REFUND, NAME, EMPTY_CHECK)] == [True, True, False, False]
    assert all_met((), {})
    assert all_met((ORDER, NAME), {"order_id": True, "name": None})
    assert not all_met((ORDER, NAME), {"order_id": None, "name": True})
    assert not all_met((ORDER, NAME), {"order_id": True})
    assert not all_met((NAME,), {"name": False})


def test_a_collected_field_is_judged_at_every_answer_that_has_it():
    def judged(was: bool | None, claims: Any) -> list[CriterionJudged]:
        return judge_claims((EMAIL,), {"email": was}, answer(claims), 8, lambda words: None)

    assert judged(None, {"email": "a@b.de"}) == [met("email", 8, "a@b.de")]
    assert judged(None, {"email": "nothing"}) == []
    assert judged(None, {"name": "Ada"}) == []
    assert judged(None, None) == []
    assert judged(True, {"email": "b@c.de"}) == []
    (fallen,) = judged(True, {"email": "at home"})
    assert (fallen.met, fallen.evidence) == (False, Evidence(seq=8, words="at home"))
    said = judge_claims((EMAIL,), {}, answer({"email": "a@b.de"}), 8, lambda words: Evidence(seq=3, words=words))
    assert said == [met("email", 3, "a@b.de")]


def test_how_much_is_met_is_a_percentage():
    criteria = (ORDER, REFUND, NAME)
    assert percentage((), {}) == 100
    assert percentage(criteria, {}) == 0
    assert percentage(criteria, {"order_id": True, "name": None}) == 66
    assert percentage(criteria, {"order_id": True, "name": None, "refunded": True}) == 100


verdicts = st.dictionaries(st.sampled_from(["order_id", "name", "calm"]), st.sampled_from([True, False, None]))


@given(
    verdicts,
    st.dictionaries(
        st.sampled_from(["order_id", "name", "calm"]), st.none() | st.booleans() | st.integers() | st.text()
    ),
    st.sampled_from(["continue", "complete"]),
)
def test_nothing_is_met_without_evidence(known: dict[str, bool | None], claims: dict[str, Any], status: str):
    for change in judge_claims((ORDER, NAME, CALM), known, answer(claims, status), 8, said_by_user):
        assert known.get(change.name) is not True
        assert change.met is None or (change.evidence is not None and change.evidence.seq == 2)
