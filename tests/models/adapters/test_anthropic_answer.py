"""Anthropic's events become an answer, and the message that would have come whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.events.messages import Answer, Delta
from workbench.models.adapters.anthropic_answer import AnthropicAnswer

Event = dict[str, Any]
START: Event = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-test",
        "content": [],
        "stop_reason": None,
        "usage": {
            "input_tokens": 5,
            "cache_read_input_tokens": 20,
            "cache_creation_input_tokens": 3,
            "output_tokens": 1,
        },
    },
}
STOP: Event = {"type": "message_stop"}


def block(index: int, **content: Any) -> Event:
    return {"type": "content_block_start", "index": index, "content_block": content}


def delta(index: int, kind: str, **content: Any) -> Event:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **content}}


def ends(reason: str = "end_turn", **more: Any) -> Event:
    return {"type": "message_delta", "delta": {"stop_reason": reason, **more}, "usage": {"output_tokens": 9}}


def told(*events: Event | str) -> tuple[AnthropicAnswer, Answer, list[Delta]]:
    gathered = AnthropicAnswer()
    deltas = [piece for event in events for piece in gathered.take(event)]
    return gathered, gathered.whole(), deltas


THOUGHT = (
    START,
    block(0, type="thinking", thinking="", signature=""),
    delta(0, "thinking_delta", thinking="hm "),
    delta(0, "thinking_delta", thinking="well"),
    delta(0, "signature_delta", signature="sig"),
    {"type": "content_block_stop", "index": 0},
    {"type": "ping"},
    block(1, type="text", text=""),
    delta(1, "text_delta", text="Let me "),
    delta(1, "text_delta", text="see."),
    block(2, type="tool_use", id="toolu_1", name="get_weather", input={}),
    delta(2, "input_json_delta", partial_json=""),
    delta(2, "input_json_delta", partial_json='{"place": "Os'),
    delta(2, "input_json_delta", partial_json='lo"}'),
    block(3, type="tool_use", id="toolu_2", name="now", input={}),
    ends("tool_use"),
    STOP,
)


def test_thinking_text_and_calls_stream():
    gathered, answer, deltas = told(*THOUGHT)
    assert (answer.text, answer.thinking, answer.finish, answer.model) == (
        "Let me see.",
        "hm well",
        "tool_calls",
        "claude-test",
    )
    assert [(call.name, call.arguments, call.given) for call in answer.calls] == [
        ("get_weather", '{"place": "Oslo"}', "toolu_1"),
        ("now", "{}", "toolu_2"),
    ]
    assert (answer.usage.input, answer.usage.output, answer.usage.cached) == (28, 9, 20)
    assert [piece.thinking or piece.text or piece.call for piece in deltas] == [
        "hm ", "well", "Let me ", "see.", "get_weather", "now",
    ]  # fmt: skip
    assert gathered.ended
    assert gathered.begun


def test_the_folded_message_is_what_a_whole_one_says():
    gathered, answer, _ = told(*THOUGHT)
    document = gathered.document()
    assert document["content"] == [
        {"type": "thinking", "thinking": "hm well", "signature": "sig"},
        {"type": "text", "text": "Let me see."},
        {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"place": "Oslo"}},
        {"type": "tool_use", "id": "toolu_2", "name": "now", "input": {}},
    ]
    again, whole, deltas = told(document)
    assert again.document() == document
    assert (whole.text, whole.thinking, whole.usage, whole.finish) == (
        answer.text, answer.thinking, answer.usage, answer.finish,
    )  # fmt: skip
    assert [json.loads(call.arguments) for call in whole.calls] == [{"place": "Oslo"}, {}]
    assert "".join(piece.text for piece in deltas) == "Let me see."


@pytest.mark.parametrize(
    ("reason", "finish"),
    [("stop_sequence", "stop"), ("max_tokens", "length"), ("refusal", "refusal"), ("pause_turn", "pause_turn")],
)
def test_why_it_stopped_is_told_in_everybodys_words(reason: str, finish: str):
    assert told(START, ends(reason))[1].finish == finish


def test_arguments_that_were_cut_stay_as_the_model_wrote_them():
    gathered, answer, _ = told(
        START,
        block(0, type="tool_use", id="t", name="f", input={}),
        delta(0, "input_json_delta", partial_json='{"a": '),
        ends("max_tokens"),
    )
    assert answer.calls[0].arguments == '{"a":'
    assert gathered.document()["content"][0]["input"] == '{"a":'


def test_what_nobody_knows_is_kept():
    details = {"type": "refusal", "category": "cyber"}
    gathered, answer, _ = told(
        START,
        block(0, type="server_tool_use", id="s", name="web_search", input={"q": "x"}),
        block(1, type="text", text="", citations=None),
        delta(1, "text_delta", text="so"),
        delta(1, "citations_delta", citation={"url": "u"}),
        {"type": "novelty", "x": 1},
        ends("refusal", stop_details=details) | {"context_management": {"applied": []}},
    )
    assert answer.calls == ()
    document = gathered.document()
    assert (document["stop_details"], document["context_management"]) == (details, {"applied": []})
    assert document["content"] == [
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"q": "x"}},
        {"type": "text", "text": "so", "citations": [{"url": "u"}]},
    ]


def test_a_delta_of_a_block_that_never_began_is_taken_all_the_same():
    gathered, answer, _ = told(
        delta(4, "text_delta", text="so"),
        delta(5, "signature_delta", signature="s"),
        "noise",
        ends(),
    )
    assert (answer.text, answer.usage.input) == ("so", None)
    assert [found["type"] for found in gathered.document()["content"]] == ["text", "thinking"]
    assert not gathered.begun
