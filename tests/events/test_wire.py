"""What went over the wire is kept without saying anything twice, and comes back as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.events import Call
from workbench.events.messages import Answer
from workbench.events.text import STRUCK, as_json, register_secret
from workbench.events.wire import Wire, digest_of, wire_of

LONG = "It rains in Oslo, and it will rain tomorrow, too."
SAID = Answer(
    text=LONG,
    thinking="The user asks about the weather.",
    calls=(Call(name="f", arguments='{"a":"' + "x" * 40 + '"}'),),
)

texts = st.text(max_size=60) | st.sampled_from([SAID.text, SAID.thinking, SAID.calls[0].arguments, LONG[3:40]])
documents: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["$", "text", "content"]) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.slow
@given(documents)
def test_any_document_comes_back_as_it_was(document: Any):
    kept = Wire("openai", answer=document).kept(SAID)
    assert wire_of(kept, SAID) == Wire("openai", answer=document)


def test_what_the_answer_holds_is_not_held_twice():
    document = {
        "content": [
            {"type": "thinking", "thinking": SAID.thinking, "signature": "s" * 30},
            {"type": "text", "text": LONG[:30]},
            {"type": "text", "text": LONG[30:]},
            {"type": "tool_use", "input": json.loads(SAID.calls[0].arguments)},
        ],
        "usage": {"$": ["text"]},
    }
    kept = Wire("anthropic", "https://example.org", "d", answer=document).kept(SAID)
    for text in (SAID.thinking, "Oslo", "x" * 40):
        assert text not in kept
    assert "s" * 30 in kept
    assert wire_of(kept, SAID) == Wire("anthropic", "https://example.org", "d", answer=document)


def test_an_edited_answer_edits_the_document_and_what_points_nowhere_stays():
    kept = Wire("openai", answer={"content": LONG, "input": json.loads(SAID.calls[0].arguments)}).kept(SAID)
    edited = Answer(text="It is dry.", calls=(Call(name="f", arguments="no JSON"),))
    wire = wire_of(kept, edited)
    assert wire is not None
    assert wire.answer == {"content": "It is dry.", "input": "no JSON"}
    bare = wire_of(kept, Answer())
    assert bare is not None
    assert bare.answer == {"content": "", "input": {"$": ["calls.0.arguments", "json"]}}


@pytest.mark.parametrize("raw", [None, "", "null", "{}", "[1]", "no JSON", '{"form":7}', "[" * 100_000])
def test_older_logs_keep_none(raw: str | None):
    assert wire_of(raw) is None
    assert wire_of(raw, SAID) is None


def test_a_failure_is_kept_as_it_came():
    wire = Wire("openai", "https://example.org/v1", "d", ("stream_options",), 429, {"error": {"message": LONG}})
    assert wire_of(wire.kept()) == wire


def test_a_key_in_an_answer_does_not_shift_what_is_said_after_it():
    secret = "a-very-secret-key-of-somebody"
    register_secret(secret)
    text = f"Your key is {secret}, keep it, and do not tell anybody about it."
    kept = Wire("openai", answer={"content": text, "part": text[20:]}).kept(Answer(text=text))
    assert secret not in kept
    cleaned = text.replace(secret, STRUCK)
    wire = wire_of(kept, Answer(text=cleaned))
    assert wire is not None
    assert wire.answer["content"] == cleaned


def test_a_digest_tells_bodies_apart():
    assert digest_of({"a": 1, "b": "é"}) == digest_of(json.loads(as_json({"a": 1, "b": "é"})))
    assert len({digest_of(body) for body in ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1}, {})}) == 4
