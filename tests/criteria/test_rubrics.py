"""The judge: its answer is read with fallbacks, and its verdicts have evidence in the run where it quotes it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.criteria.rubrics import PROMPT, judge_rubrics, prompt_signature, read_verdicts
from workbench.events import AnswerRead, Check, Criterion, CriterionJudged, Evidence

POLITE = Criterion(name="polite", check=Check(rubric="The agent stays polite."))
BRIEF = Criterion(name="brief", check=Check(rubric="The agent is brief."))
ORDER = Criterion(name="order", check=Check(pattern="A-1"))
PLAIN = Criterion(name="plain")


def verdict(name: str, met: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "met": met, **more}


WHOLE = json.dumps({"verdicts": [verdict("polite", True, quote="Thank you", reason="it thanks")]})
READ = {"polite": {"met": True, "quote": "Thank you", "reason": "it thanks"}}


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (WHOLE, "json"),
        (f"```json\n{WHOLE}\n```", "embedded"),
        (f"I think {{this}}:\n{WHOLE} So much for that.", "embedded"),
        (WHOLE[:-2], "repaired"),
        (json.dumps({"verdicts": {"polite": {"met": True, "quote": "Thank you", "reason": "it thanks"}}}), "json"),
    ],
)
def test_verdicts_are_read_with_fallbacks(text: str, how: str):
    reading = read_verdicts(text)
    assert (reading.claims, reading.how, reading.output) == (READ, how, "polite: met")


@pytest.mark.parametrize(
    "text",
    [
        "It was polite.",
        "[1]",
        '{"verdicts": 5}',
        '{"verdicts": {"polite": true}}',
        '{"verdicts": [5, {"name": 1, "met": true}, {"name": "x", "met": "yes"}]}',
        "{" * 60_000,
    ],
)
def test_what_holds_no_verdict_is_text(text: str):
    reading = read_verdicts(text)
    assert (reading.claims, reading.how, reading.output) == (None, "text", text)


def test_what_is_left_out_is_empty():
    reading = read_verdicts(json.dumps({"verdicts": [verdict("polite", False, quote=5)]}))
    assert reading.claims == {"polite": {"met": False, "quote": "", "reason": ""}}
    assert reading.output == "polite: not met"


@pytest.mark.slow
@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str):
    assert read_verdicts(text).status is None


def answered(*entries: dict[str, Any]) -> AnswerRead:
    claims = read_verdicts(json.dumps({"verdicts": list(entries)})).claims
    return AnswerRead(call="judge.1", output="", claims=None if claims is None else json.dumps(claims))


def judged(answer: AnswerRead, **verdicts: bool | None) -> list[CriterionJudged]:
    def find(words: str) -> Evidence | None:
        return Evidence(seq=4, words=words) if words == "Thank you" else None

    return judge_rubrics((POLITE, BRIEF, ORDER, PLAIN), verdicts, answer, 9, find)


def change(name: str, met: bool, seq: int, words: str, reason: str = "") -> CriterionJudged:
    return CriterionJudged(name=name, met=met, evidence=Evidence(seq=seq, words=words), reason=reason)


def test_a_quote_that_stands_in_the_run_is_the_evidence_and_else_the_judges_answer_is():
    answer = answered(
        verdict("polite", True, quote=" Thank you ", reason="it thanks"),
        verdict("brief", False, quote="never said", reason="it rambles"),
    )
    assert judged(answer) == [
        change("polite", True, 4, "Thank you", "it thanks"),
        change("brief", False, 9, "never said", "it rambles"),
    ]


def test_what_is_met_is_not_judged_again_and_silence_is_not_met():
    assert judged(answered(verdict("brief", True, reason="two lines")), polite=True) == [
        change("brief", True, 9, "two lines", "two lines")
    ]
    silent = "the judge's answer does not say"
    assert judged(answered(), polite=True) == [change("brief", False, 9, silent, silent)]


def test_the_prompt_asks_for_what_is_read_and_its_signature_changes_with_it():
    shown = next(line for line in PROMPT.splitlines() if line.startswith('{"verdicts"'))
    assert read_verdicts(shown).claims is not None
    signed = prompt_signature()
    assert (signed.name, signed.version) == ("judge", "1.0.0")
    # Who changes the words raises the version, and writes both here.
    assert signed.digest.startswith("a2bd99c7d87396ae")
