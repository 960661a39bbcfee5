"""Structured answers while they stream."""

from __future__ import annotations

import pytest

from workbench.criteria.coming import said_in, so_far, spoken
from workbench.events import ActorSpec, ModelAnswered


def test_a_structured_answer_is_heard_while_it_streams() -> None:
    whole = '{"agent_output": "Say \\"hi\\"\\nto Zo\\u00eb", "system_status": "continue"}'
    heard = [spoken(whole[:end]) for end in range(len(whole) + 1)]
    assert heard[0] == ""
    assert heard[-1] == 'Say "hi"\nto Zoë'
    assert all("agent_output" not in words and "\\u" not in words for words in heard)


def test_words_that_are_escaped_wrongly_are_shown_as_they_came() -> None:
    assert spoken(r'{"agent_output": "under C:\dir') == r"under C:\dir"


@pytest.mark.parametrize("text", ["plain words", "{not json", '{"other": 1}', "```json\n{}\n```"])
def test_other_text_is_shown_as_it_is(text: str) -> None:
    assert spoken(text) == text


def test_what_is_said_so_far_depends_on_who_speaks() -> None:
    part = '{"agent_output": "It is d'
    plain, structured = ActorSpec(name="agent", model="x:y"), ActorSpec(name="agent", model="x:y", structured=True)
    judge = ActorSpec(name="judge", model="x:y", role="judge")
    assert [so_far(part, spec) for spec in (None, plain, structured, judge)] == [part, part, "It is d", ""]


def test_what_an_answer_says_to_its_reader() -> None:
    whole = '{"agent_output": "It is done.", "system_status": "complete"}'
    plain, structured = ActorSpec(name="agent", model="x:y"), ActorSpec(name="agent", model="x:y", structured=True)
    judge = ActorSpec(name="judge", model="x:y", role="judge")
    verdicts = '{"verdicts": [{"name": "polite", "met": true, "quote": "please", "reason": ""}]}'

    def said(text: str, spec: ActorSpec | None, *, partial: bool = False) -> str:
        return said_in(ModelAnswered(call="agent.1", text=text, partial=partial), spec)

    assert [said(whole, spec) for spec in (None, plain, structured)] == [whole, whole, "It is done."]
    assert said(verdicts, judge) == "polite: met"
    assert said(whole[:26], structured, partial=True) == "It is do"
