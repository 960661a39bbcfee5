"""Requests in the form of OpenAI's Responses: items, reasoning that goes back, and what is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai.types.responses.response_create_params import ResponseCreateParamsStreaming
from pydantic import TypeAdapter

from tests.models.asking import WEATHER, request
from workbench.errors import ModelFailed
from workbench.events import Call, Media
from workbench.events.messages import Answer, Message, ModelRequest
from workbench.events.wire import Wire
from workbench.models.adapters.responses_request import responses_body
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS

WHERE = endpoint(PROVIDERS["openai-responses"], {"OPENAI_API_KEY": "k"})
ACCEPTED: TypeAdapter[Any] = TypeAdapter(ResponseCreateParamsStreaming)
Item = dict[str, Any]


def body(asked: ModelRequest) -> dict[str, Any]:
    """The body, which the SDK's own types accept."""
    made = responses_body(asked, WHERE)
    ACCEPTED.validate_python(made)
    return made


def test_a_conversation_is_a_list_of_items():
    calls = (Call(name="get_weather", arguments='{"place":"Oslo"}', given="call_x"), Call(name="f", arguments="{"))
    told = body(
        request(
            Message("user", "Weather?", name="Ann"),
            Message("assistant", "Let me see.", calls=calls, ids=("agent.1.1", "agent.1.2"), thinking="hm"),
            Message("tool", "rain", call="agent.1.1", name="get_weather"),
            Message("tool", "no JSON", call="agent.1.2", name="f", failed=True),
            Message("developer", "Be brief."),
            Message("assistant", "It rains."),
            system="You help.",
            tools=(WEATHER,),
        )
    )
    assert told["instructions"] == "You help."
    assert told["input"] == [
        {"role": "user", "content": "Ann: Weather?"},
        {"role": "assistant", "content": "Let me see."},
        {"type": "function_call", "call_id": "agent_1_1", "name": "get_weather", "arguments": '{"place":"Oslo"}'},
        {"type": "function_call", "call_id": "agent_1_2", "name": "f", "arguments": "{"},
        {"type": "function_call_output", "call_id": "agent_1_1", "output": "rain"},
        {"type": "function_call_output", "call_id": "agent_1_2", "output": "Error: no JSON"},
        {"role": "developer", "content": "Be brief."},
        {"role": "assistant", "content": "It rains."},
    ]
    assert told["tools"] == [
        {
            "type": "function",
            "name": "get_weather",
            "description": "The weather somewhere.",
            "parameters": json.loads(WEATHER.parameters),
            "strict": False,
        }
    ]
    assert (told["stream"], told["store"], told["include"]) == (True, False, ["reasoning.encrypted_content"])


REASONING: Item = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAAA"}
SAID: Item = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "output_text", "text": "Let me see.", "annotations": []}],
}
CALL: Item = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "call_x",
    "name": "f",
    "arguments": "{}",
    "status": "completed",
}


def answered(*items: Item, text: str = "Let me see.", form: str = "responses") -> list[Item]:
    """What goes back of an answer that came in these items."""
    calls = (Call(name="f"),)
    raw = Wire(form, answer={"output": list(items)}).kept(Answer(text="Let me see.", calls=calls))
    return body(request(Message("assistant", text, calls=calls, ids=("a.1.1",), raw=raw)))["input"]


def test_reasoning_goes_back_as_it_came_with_what_followed_it():
    call = {"type": "function_call", "id": "fc_1", "call_id": "a_1_1", "name": "f", "arguments": "{}"}
    assert answered(REASONING | {"status": None}, SAID, CALL) == [REASONING, SAID, call]


def test_an_answer_that_says_something_else_now_goes_as_words():
    plain = [
        {"role": "assistant", "content": "Sun."},
        {"type": "function_call", "call_id": "a_1_1", "name": "f", "arguments": "{}"},
    ]
    assert answered(REASONING, SAID, CALL, text="Sun.") == plain
    assert answered(REASONING, SAID, CALL, form="openai")[0] == {"role": "assistant", "content": "Let me see."}


def test_settings_find_their_places():
    settings = {
        "temperature": 0.5,
        "max_tokens": 7,
        "parallel_tool_calls": False,
        "reasoning_effort": "low",
        "tool_choice": {"type": "function", "function": {"name": "get_weather"}},
        "extra": {"truncation": "auto"},
    }
    told = body(request(settings=settings, tools=(WEATHER,)))
    assert (told["temperature"], told["max_output_tokens"], told["parallel_tool_calls"]) == (0.5, 7, False)
    assert (told["reasoning"], told["truncation"]) == ({"effort": "low"}, "auto")
    assert told["tool_choice"] == {"type": "function", "name": "get_weather"}
    assert body(request(settings={"tool_choice": "required"}))["tool_choice"] == "required"


SCHEMA: Item = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
CLOSED: Item = SCHEMA | {"additionalProperties": False}


@pytest.mark.parametrize(("schema", "strict"), [(SCHEMA, False), (CLOSED, True), ({"anyOf": [CLOSED, SCHEMA]}, False)])
def test_a_form_of_the_answer_is_asked_for_in_its_own_way(schema: Item, strict: bool):
    form = {"type": "json_schema", "name": "answer", "schema": schema, "strict": strict}
    assert body(request(output_schema=json.dumps(schema)))["text"] == {"format": form}
    named = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": strict}}
    assert body(request(settings={"response_format": named}))["text"] == {"format": form}
    assert body(request(settings={"response_format": {"type": "json_object"}}))["text"]["format"] == {
        "type": "json_object"
    }


def test_images_and_files_are_parts_also_of_results():
    image = Media(kind="image", mime="image/png", data="AAAA")
    paper, far = Media(kind="file", mime="text/csv", data="AAAA"), Media(kind="file", url="https://example.org/a.pdf")
    told = body(
        request(
            Message("user", "Look", media=(image, paper, far)),
            Message("tool", "drawn", call="a.1.1", name="draw", media=(image,)),
        )
    )["input"]
    part = {"type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "auto"}
    assert told[0]["content"] == [
        {"type": "input_text", "text": "Look"},
        part,
        {"type": "input_file", "filename": "file", "file_data": "data:text/csv;base64,AAAA"},
        {"type": "input_file", "file_url": "https://example.org/a.pdf"},
    ]
    assert told[1]["output"] == [{"type": "input_text", "text": "drawn"}, part]
    sound = Media(kind="audio", mime="audio/wav", data="AAAA")
    with pytest.raises(ModelFailed, match="sounds go by chat completions"):
        responses_body(request(Message("user", media=(sound,))), WHERE)
