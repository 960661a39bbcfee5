"""The events of Responses become an answer, and the response that would have come whole."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.events.messages import Answer, Delta
from workbench.models.adapters.responses_answer import ResponsesAnswer
from workbench.models.adapters.sdk_errors import RefusedInStream

Event = dict[str, Any]
BASE: Event = {"id": "resp_1", "object": "response", "model": "gpt-x", "status": "in_progress", "output": [], "new": 1}
CREATED: Event = {"type": "response.created", "response": BASE | {"instructions": "long", "tools": [{}]}}
USAGE: Event = {
    "input_tokens": 9,
    "output_tokens": 5,
    "input_tokens_details": {"cached_tokens": 4},
    "output_tokens_details": {"reasoning_tokens": 2},
}
REASONING: Event = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [{"type": "summary_text", "text": "First."}, {"type": "summary_text", "text": "Then."}],
    "encrypted_content": "gAAAA",
}
MESSAGE: Event = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "content": [{"type": "output_text", "text": "Hello", "annotations": []}],
}
CALL: Event = {"type": "function_call", "id": "fc_1", "call_id": "call_x", "name": "f", "arguments": '{"a":1}'}


def event(kind: str, place: int = 0, **more: Any) -> Event:
    return {"type": f"response.{kind}", "output_index": place, **more}


def completed(*items: Event, **more: Any) -> Event:
    return event("completed", response=BASE | {"status": "completed", "usage": USAGE, "output": list(items)} | more)


STREAM = (
    CREATED,
    event("output_item.added", item=REASONING | {"summary": []}),
    event("reasoning_summary_text.delta", delta="Fir", summary_index=0),
    event("reasoning_summary_text.delta", delta="st.", summary_index=0),
    event("reasoning_summary_text.delta", delta="Then.", summary_index=1),
    event("output_item.done", item=REASONING),
    event("output_item.added", 1, item=MESSAGE | {"content": []}),
    event("output_text.delta", 1, delta="Hel"),
    event("output_text.delta", 1, delta="lo"),
    event("output_item.done", 1, item=MESSAGE),
    event("output_item.added", 2, item=CALL | {"arguments": ""}),
    event("function_call_arguments.delta", 2, delta='{"a"'),
    event("function_call_arguments.delta", 2, delta=":1}"),
    event("function_call_arguments.done", 2, arguments='{"a":1}'),
    event("output_item.done", 2, item=CALL),
)


def told(*events: object) -> tuple[ResponsesAnswer, Answer, list[Delta]]:
    gathered = ResponsesAnswer()
    deltas = [piece for one in events for piece in gathered.take(one)]
    return gathered, gathered.whole(), deltas


@pytest.mark.parametrize("last", [completed(REASONING, MESSAGE, CALL), completed()], ids=["whole", "without items"])
def test_reasoning_text_and_calls_stream(last: Event):
    gathered, answer, deltas = told(*STREAM, last)
    assert (answer.text, answer.thinking, answer.finish, answer.model) == (
        "Hello",
        "First.\n\nThen.",
        "tool_calls",
        "gpt-x",
    )
    assert [(call.name, call.arguments, call.given) for call in answer.calls] == [("f", '{"a":1}', "call_x")]
    usage = answer.usage
    assert (usage.input, usage.output, usage.cached, usage.reasoning) == (9, 5, 4, 2)
    assert "".join(piece.thinking for piece in deltas) == answer.thinking
    assert "".join(piece.text for piece in deltas) == answer.text
    assert [piece.call for piece in deltas if piece.call] == ["f"]
    assert (gathered.begun, gathered.ended, gathered.text) == (True, True, "Hello")
    document = gathered.document()
    assert document["output"] == [REASONING, MESSAGE, CALL]
    assert (document["new"], "instructions" in document, "tools" in document) == (1, False, False)


def test_a_whole_response_says_the_same():
    whole = completed(REASONING, MESSAGE, CALL)["response"]
    gathered, answer, deltas = told(whole)
    _, streamed, _ = told(*STREAM, completed(REASONING, MESSAGE, CALL))
    assert answer == streamed
    assert [piece.thinking or piece.text or piece.call for piece in deltas] == ["First.\n\nThen.", "Hello", "f"]
    assert gathered.document() == whole
    assert [piece.text for piece in told(completed(MESSAGE)["response"])[2]] == ["Hello"]
    assert told(completed()["response"])[2] == []


def test_a_response_that_was_cut_keeps_what_came():
    cut = event("incomplete", response=BASE | {"incomplete_details": {"reason": "max_output_tokens"}})
    gathered, answer, _ = told(
        CREATED,
        event("output_item.added", item=CALL | {"arguments": ""}),
        event("function_call_arguments.delta", delta='{"a'),
        cut,
    )
    assert (answer.finish, answer.calls[0].arguments, gathered.ended) == ("length", '{"a', True)
    filtered = event("incomplete", response=BASE | {"incomplete_details": {"reason": "content_filter"}})
    assert told(filtered)[1].finish == "content_filter"


def test_a_refusal_and_plain_reasoning_are_read():
    refused = MESSAGE | {"content": [{"type": "refusal", "refusal": "I can't."}]}
    plain = {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]}
    _, answer, deltas = told(
        event("reasoning_text.delta", delta="hm", content_index=0),
        event("refusal.delta", 1, delta="I can't."),
        {"type": "response.novelty"},
        "noise",
        completed(plain, refused),
    )
    assert (answer.text, answer.thinking, answer.calls, answer.finish) == ("I can't.", "hm", (), "stop")
    assert [piece.thinking or piece.text for piece in deltas] == ["hm", "I can't."]


def test_calls_without_arguments_and_of_custom_tools():
    custom = {"type": "custom_tool_call", "call_id": "c", "name": "run", "input": "print(1)"}
    _, answer, _ = told(completed(CALL | {"arguments": ""}, custom))
    assert [(call.name, call.arguments) for call in answer.calls] == [("f", "{}"), ("run", "print(1)")]


@pytest.mark.parametrize(
    "last",
    [
        {"type": "error", "code": "server_error", "message": "busy"},
        {"type": "response.failed", "response": BASE | {"error": {"code": "server_error", "message": "busy"}}},
        BASE | {"status": "failed", "error": {"code": "server_error", "message": "busy"}},
    ],
)
def test_a_failure_inside_the_stream_is_raised(last: Event):
    with pytest.raises(RefusedInStream) as caught:
        told(CREATED, last)
    assert (caught.value.message, caught.value.body["code"]) == ("busy", "server_error")
