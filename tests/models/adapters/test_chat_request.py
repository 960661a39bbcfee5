"""Requests in chat-completions form: messages, ids, tools, settings, and what is refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
from pydantic import TypeAdapter

from tests.models.asking import WEATHER, request
from workbench.errors import ModelFailed
from workbench.events import Call, Media
from workbench.events.messages import Message, ModelRequest, takes_schemas
from workbench.models.adapters.chat_request import chat_body, nine_letters, plain_id
from workbench.models.endpoints import Endpoint, endpoint
from workbench.models.human import HumanModel
from workbench.models.provider_rows import PROVIDERS, own_rows
from workbench.models.providers import adapter


def at(name: str = "openai", **environ: str) -> Endpoint:
    return endpoint(PROVIDERS[name], environ)


ACCEPTED: TypeAdapter[Any] = TypeAdapter(CompletionCreateParamsStreaming)
_BEYOND = ("top_k", "min_p")


def body(asked: ModelRequest, where: Endpoint | None = None) -> dict[str, Any]:
    """The body, which the SDK's own types accept but for what they do not know."""
    made = chat_body(asked, where or at())
    ACCEPTED.validate_python({name: value for name, value in made.items() if name not in _BEYOND})
    return made


def test_a_conversation_keeps_its_order_and_pairs_calls_with_results():
    calls = (
        Call(name="get_weather", arguments='{"place":"Oslo"}', given="call_x"),
        Call(name="get_weather", arguments="{"),
    )
    told = body(
        request(
            Message("user", "Weather?", name="Ann Lee"),
            Message("assistant", calls=calls, ids=("agent.1.1", "agent.1.2"), thinking="secret thoughts"),
            Message("tool", "rain", call="agent.1.1", name="get_weather"),
            Message("tool", "arguments are no JSON", call="agent.1.2", name="get_weather", failed=True),
            Message("developer", "Be brief."),
            Message("assistant", "It rains."),
            system="You help.",
        )
    )["messages"]
    assert told[:2] == [
        {"role": "system", "content": "You help."},
        {"role": "user", "content": "Weather?", "name": "Ann_Lee"},
    ]
    assert told[2]["content"] is None
    assert [call["id"] for call in told[2]["tool_calls"]] == ["agent_1_1", "agent_1_2"]
    assert told[2]["tool_calls"][1]["function"] == {"name": "get_weather", "arguments": "{"}
    assert [(message["tool_call_id"], message["content"]) for message in told[3:5]] == [
        ("agent_1_1", "rain"),
        ("agent_1_2", "Error: arguments are no JSON"),
    ]
    assert told[5:] == [{"role": "system", "content": "Be brief."}, {"role": "assistant", "content": "It rains."}]


def test_ids_are_such_as_providers_take():
    assert plain_id("agent.3.1") == "agent_3_1"
    long = plain_id("a very long actor's name, with signs in it.12.3")
    assert len(long) <= 40
    assert long.replace("_", "").isalnum()
    assert plain_id("é.1.1") == "__1_1"
    nine = [nine_letters(f"agent.{turn}.1") for turn in range(200)]
    assert len(set(nine)) == 200
    assert all(len(name) == 9 and name.isalnum() for name in nine)


def test_mistral_is_told_the_same_nine_letters_by_call_and_result():
    asked = request(
        Message("assistant", calls=(Call(name="f"),), ids=("agent.1.1",)), Message("tool", "r", call="agent.1.1")
    )
    call, result = body(asked, at("mistral", MISTRAL_API_KEY="k"))["messages"]
    assert call["tool_calls"][0]["id"] == result["tool_call_id"] == nine_letters("agent.1.1")


def test_what_a_provider_hung_on_a_call_goes_back_to_it():
    call = Call(name="f", extra='{"extra_content":{"google":{"thought_signature":"abc"}},"other":1}')
    told = body(request(Message("assistant", calls=(call,), ids=("a.1.1",))))["messages"][0]["tool_calls"][0]
    assert told["extra_content"] == {"google": {"thought_signature": "abc"}}
    assert "other" not in told


def test_settings_go_out_under_their_names():
    settings = {"temperature": 0, "seed": 7, "stop": ["\n"], "max_tokens": 5, "extra": {"top_k": 3}}
    hosted = body(request(settings=settings))
    assert (hosted["temperature"], hosted["seed"], hosted["stop"], hosted["top_k"]) == (0, 7, ["\n"], 3)
    assert (hosted["max_completion_tokens"], "max_tokens" in hosted, "extra" in hosted) == (5, False, False)
    own = body(request(settings=settings), at(OPENAI_BASE_URL="http://127.0.0.1:9/v1"))
    assert (own["max_tokens"], "max_completion_tokens" in own) == (5, False)
    assert own["stream"] is True
    assert own["stream_options"] == {"include_usage": True}


def test_tools_are_told_with_their_schema():
    told = body(request(tools=(WEATHER,)))["tools"]
    assert told == [
        {
            "type": "function",
            "function": {
                "name": "get_weather",
                "description": "The weather somewhere.",
                "parameters": {
                    "type": "object",
                    "properties": {"place": {"type": "string"}},
                    "required": ["place"],
                },
            },
        }
    ]
    assert "tools" not in body(request())


IMAGE = Media(kind="image", mime="image/png", data="AAAA", name="a.png")
SOUND_ELSEWHERE = Media(kind="audio", url="https://example.org/a.mp3")


def test_images_are_parts_of_the_users_message_and_those_of_tools_follow_their_batch():
    told = body(
        request(
            Message("user", "Look", media=(IMAGE,)),
            Message("assistant", calls=(Call(name="draw"), Call(name="f")), ids=("a.1.1", "a.1.2")),
            Message("tool", "drawn", call="a.1.1", name="draw", media=(IMAGE,)),
            Message("tool", "7", call="a.1.2", name="f"),
            Message("assistant", "Nice.", calls=(Call(name="draw"),), ids=("a.2.1",)),
            Message("tool", "", call="a.2.1", name="draw", media=(IMAGE,)),
        )
    )["messages"]
    part = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    given = {"role": "user", "content": [{"type": "text", "text": "draw gave this:"}, part]}
    assert told[0] == {"role": "user", "content": [{"type": "text", "text": "Look"}, part]}
    assert [message["role"] for message in told] == [
        "user",
        "assistant",
        "tool",
        "tool",
        "user",
        "assistant",
        "tool",
        "user",
    ]
    assert told[4] == told[7] == given


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (Message("user", media=(SOUND_ELSEWHERE,)), "give its bytes instead of its address"),
        (Message("system", media=(IMAGE,)), "a system message holds text only"),
    ],
)
def test_what_cannot_go_with_a_message_is_refused_by_name(message: Message, words: str):
    with pytest.raises(ModelFailed) as caught:
        body(request(message))
    assert (caught.value.type, caught.value.retryable) == ("unsupported_media", False)
    assert str(caught.value) == f"openai cannot be sent {message.media[0].words}: {words}"


def test_an_image_for_a_provider_without_sight_is_refused_by_name():
    blind = own_rows({"blind": {"url": "http://127.0.0.1:1/v1", "sight": False}}, Path("workbench.toml"))["blind"]
    with pytest.raises(ModelFailed, match="its models read text only"):
        chat_body(request(Message("user", "Look", media=(IMAGE,))), endpoint(blind, {}))


@pytest.mark.parametrize("strict", [True, False])
def test_a_schema_for_the_answer_goes_out_as_a_response_format(strict: bool):
    schema: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    schema |= {"additionalProperties": False} if strict else {}
    wanted = {"name": "answer", "schema": schema, "strict": strict}
    told = body(request(output_schema=json.dumps(schema)))
    assert told["response_format"] == {"type": "json_schema", "json_schema": wanted}


def test_who_holds_answers_to_schemas_is_told():
    def native(provider: str) -> bool:
        row = PROVIDERS[provider]
        return takes_schemas(adapter(row)(f"{provider}:m", endpoint(row, {row.key_env: "k"})))

    named = ("openai", "openai-responses", "anthropic", "ollama", "deepseek")
    assert [native(name) for name in named] == [True, True, True, True, False]
    assert takes_schemas(HumanModel("human", None)) is False
