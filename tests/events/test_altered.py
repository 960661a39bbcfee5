"""What middleware changed of a request, told and made again."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from workbench.events import AnswerChanged, Call, Media, RequestChanged, ToolSpec
from workbench.events.altered import altered, changes_of, in_words
from workbench.events.messages import Message, ModelRequest

HISTORY = [
    Message("user", "look", media=(Media(kind="image", url="https://example.org/cat.png"),), seq=2),
    Message("assistant", calls=(Call(name="now", arguments='{"tz":"UTC"}'),), ids=("agent.1.1",), seq=4),
    Message("tool", "noon", call="agent.1.1", name="now", seq=6),
    Message("assistant", "it is noon", seq=8, raw='{"form":"x"}'),
]
ASKED = ModelRequest("m", "You help.", HISTORY, (ToolSpec(name="now", effect="read"),), {"seed": 1}, call="agent.3")


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """One of the history, as it was or with other words, or one of its own."""
    text, known = draw(st.text(max_size=3)), draw(st.sampled_from(HISTORY))
    own = Message(draw(st.sampled_from(["user", "tool"])), text, seq=draw(st.integers(0, 9)))
    return draw(st.sampled_from([known, replace(known, text=text), own]))


@st.composite
def requests(draw: st.DrawFn) -> ModelRequest:
    return replace(
        ASKED,
        model=draw(st.sampled_from(["m", "n"])),
        system=draw(st.sampled_from(["You help.", "", "Hm."])),
        messages=draw(st.one_of(st.just(HISTORY), st.lists(messages(), max_size=6))),
        tools=draw(st.sampled_from([ASKED.tools, (), (ToolSpec(name="then", timeout=2.5),)])),
        settings=draw(st.sampled_from([{"seed": 1}, {}, {"stop": ["x"]}])),
        structured=draw(st.booleans()),
        output_schema=draw(st.sampled_from([None, "{}"])),
        no_tools=draw(st.booleans()),
    )


@pytest.mark.slow
@given(requests(), requests())
def test_what_was_sent_is_made_again_of_what_was_asked_and_what_was_changed(asked: ModelRequest, sent: ModelRequest):
    changes = changes_of(asked, sent)
    again = altered(asked, changes)
    assert again == sent
    assert (changes == "{}") is (asked == sent)
    assert bool(in_words(changes)) is (changes != "{}")


def test_what_stayed_is_not_told_again():
    sent = replace(ASKED, messages=[Message("user", "so far"), *HISTORY[2:], HISTORY[0]])
    assert json.loads(changes_of(ASKED, sent)) == {"messages": [{"role": "user", "text": "so far"}, [2, 4], [0, 1]]}


def test_it_is_told_in_words():
    for sent, words in (
        (replace(ASKED, system="x", messages=[Message("user", "hi"), *HISTORY[1:]]), "system prompt, 1 of 4 messages"),
        (replace(ASKED, messages=HISTORY[2:], tools=()), "tools, all but 2 messages left out"),
        (replace(ASKED, structured=True, output_schema="{}"), "form of the answer"),
    ):
        assert in_words(changes_of(ASKED, sent)) == words
        told = RequestChanged(call="agent.3", by=("A", "B"), changes=changes_of(ASKED, sent))
        assert told.words == f"A, B changed what is asked: {words}"
    assert RequestChanged(call="agent.3", by=(), changes="{}").words == "the model is asked as it was to be"


def test_what_was_made_of_an_answer_is_told_in_words():
    for was, again, words in (
        (None, False, "A answered, and no model was asked"),
        ('{"text":"no","calls":[{"name":"now"}]}', False, "A changed the answer; the model said: no"),
        ('{"text":"","calls":[{"name":"now"}]}', True, "A asks the model again; the model said: now()"),
        ('{"thinking":"hm"}', False, "A changed the answer; the model said: hm"),
        ('{"finish":"length"}', False, "A changed the answer; the model said: nothing"),
        ('{"error":"overloaded","message":"busy"}', True, "A asks the model again; the model failed: overloaded: busy"),
    ):
        assert AnswerChanged(call="agent.3", by=("A",), was=was, again=again).words == words
