"""Requests in the form of Anthropic's Messages: blocks, thinking that goes back, markers, what is refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic.types.message_create_params import MessageCreateParamsStreaming
from pydantic import TypeAdapter

from tests.models.asking import WEATHER, request
from workbench.errors import ModelFailed
from workbench.events import Call, Media, ToolSpec
from workbench.events.messages import Answer, Message, ModelRequest
from workbench.events.wire import Wire
from workbench.models.adapters.anthropic_request import MOST_TOKENS, anthropic_body
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS

WHERE = endpoint(PROVIDERS["anthropic"], {"ANTHROPIC_API_KEY": "k"})
ACCEPTED: TypeAdapter[Any] = TypeAdapter(MessageCreateParamsStreaming)
NOT_IN_THE_SDK = ("temperature", "top_p", "top_k")


def body(asked: ModelRequest) -> dict[str, Any]:
    """The body, which the SDK's own types accept."""
    made = anthropic_body(asked, WHERE)
    ACCEPTED.validate_python({name: value for name, value in made.items() if name not in NOT_IN_THE_SDK})
    return made


def test_a_conversation_is_told_in_blocks_and_a_batch_of_results_is_one_message():
    calls = (
        Call(name="get_weather", arguments='{"place":"Oslo"}', given="toolu_x"),
        Call(name="get_weather", arguments="{"),
    )
    told = body(
        request(
            Message("user", "Weather?", name="Ann"),
            Message("assistant", "", calls=calls, ids=("agent.1.1", "agent.1.2"), thinking="secret thoughts"),
            Message("tool", "rain", call="agent.1.1", name="get_weather"),
            Message("tool", "no JSON", call="agent.1.2", name="get_weather", failed=True),
            Message("developer", "Be brief."),
            Message("assistant", "It rains."),
            Message("assistant", " "),
            Message("tool", "", call="agent.9.1", name="get_weather"),
            system="You help.",
            tools=(WEATHER, ToolSpec(name="bare")),
        )
    )
    assert told["system"] == [{"type": "text", "text": "You help."}]
    assert told["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "Ann: Weather?"}]},
        {
            "role": "assistant",
            "content": [
                {"type": "tool_use", "id": "agent_1_1", "name": "get_weather", "input": {"place": "Oslo"}},
                {"type": "tool_use", "id": "agent_1_2", "name": "get_weather", "input": {"arguments": "{"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "agent_1_1", "content": [{"type": "text", "text": "rain"}]},
                {
                    "type": "tool_result",
                    "tool_use_id": "agent_1_2",
                    "content": [{"type": "text", "text": "no JSON"}],
                    "is_error": True,
                },
            ],
        },
        {"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
        {"role": "assistant", "content": [{"type": "text", "text": "It rains."}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "agent_9_1"}]},
    ]
    assert [tool["name"] for tool in told["tools"]] == ["get_weather", "bare"]
    assert "description" not in told["tools"][1]
    assert (told["max_tokens"], told["stream"]) == (MOST_TOKENS, True)


Block = dict[str, Any]
THINKING = {"type": "thinking", "thinking": "I should look it up first.", "signature": "sig"}
HIDDEN = {"type": "redacted_thinking", "data": "secret"}


def answered(*blocks: dict[str, Any], form: str = "anthropic", **more: Any) -> Message:
    """An answer that came in these blocks."""
    text = "".join(block.get("text", "") for block in blocks)
    calls = tuple(Call(name=block["name"], arguments="{}") for block in blocks if block["type"] == "tool_use")
    said = Answer(text=text, thinking=THINKING["thinking"], calls=calls)
    raw = Wire(form, answer={"content": list(blocks)}).kept(said)
    ids = tuple(f"a.1.{place}" for place in range(1, len(calls) + 1))
    return Message("assistant", more.get("text", said.text), said.thinking, more.get("calls", calls), ids, raw=raw)


def blocks_of(message: Message) -> list[dict[str, Any]]:
    return body(request(message))["messages"][0]["content"]


def test_thinking_goes_back_with_its_signature_in_its_place():
    use: Block = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}
    sent: Block = {"type": "tool_use", "id": "a_1_1", "name": "f", "input": {}}
    text = {"type": "text", "text": "Let me see."}
    assert blocks_of(answered(THINKING, HIDDEN, text, use)) == [THINKING, HIDDEN, text, sent]
    other: Block = {"type": "tool_use", "id": "a_1_2", "name": "f", "input": {}}
    assert blocks_of(answered(THINKING, use, THINKING | {"signature": ""}, {"type": "text", "text": " "}, use)) == [
        THINKING, sent, other,
    ]  # fmt: skip


def test_an_answer_that_says_something_else_now_keeps_its_thinking():
    one, two = {"type": "text", "text": "Rain, "}, {"type": "text", "text": "all day."}
    assert blocks_of(answered(THINKING, one, two)) == [THINKING, one, two]
    assert blocks_of(answered(THINKING, one, two, text="Sun.")) == [THINKING, {"type": "text", "text": "Sun."}]


def test_what_another_provider_said_goes_as_words():
    assert blocks_of(answered(THINKING, {"type": "text", "text": "Hi"}, form="openai")) == [
        {"type": "text", "text": "Hi"}
    ]


def test_settings_find_their_places():
    told = body(
        request(
            tools=(WEATHER,),
            settings={
                "temperature": 0.5,
                "top_k": 3,
                "max_tokens": 7,
                "stop": "END",
                "tool_choice": "required",
                "parallel_tool_calls": False,
                "reasoning_effort": "low",
                "extra": {"metadata": {"user_id": "u"}},
            },
        )
    )
    assert (told["temperature"], told["top_k"], told["max_tokens"], told["stop_sequences"]) == (0.5, 3, 7, ["END"])
    assert told["tool_choice"] == {"type": "any", "disable_parallel_tool_use": True}
    assert (told["output_config"], told["metadata"]) == ({"effort": "low"}, {"user_id": "u"})


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        ("auto", {"type": "auto"}),
        ("none", {"type": "none"}),
        ({"type": "function", "function": {"name": "f"}}, {"type": "tool", "name": "f"}),
        ({"type": "any"}, {"type": "any"}),
    ],
)
def test_a_choice_of_tool_is_understood_as_openai_writes_it(choice: object, sent: object):
    assert body(request(tools=(WEATHER,), settings={"tool_choice": choice}))["tool_choice"] == sent
    assert body(request(settings={"parallel_tool_calls": False}))["tool_choice"] == {
        "type": "auto",
        "disable_parallel_tool_use": True,
    }


def test_thinking_is_asked_for_and_its_budget_comes_on_top():
    thinking = {"type": "enabled", "budget_tokens": 2000}
    told = body(request(settings={"thinking": thinking, "stop": ["a", "b"]}))
    assert (told["thinking"], told["max_tokens"], told["stop_sequences"]) == (thinking, MOST_TOKENS + 2000, ["a", "b"])
    assert body(request(settings={"reasoning_effort": "none"}))["thinking"] == {"type": "disabled"}


SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


def test_a_form_of_the_answer_is_asked_for_in_its_own_way():
    native = {"format": {"type": "json_schema", "schema": SCHEMA}}
    asked = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}
    assert body(request(settings={"response_format": asked}))["output_config"] == native
    assert (
        body(request(output_schema='{"type":"object","properties":{"a":{"type":"integer"}}}'))["output_config"]
        == native
    )
    assert "output_config" not in body(request(settings={"response_format": {"type": "text"}}))


@pytest.mark.parametrize(("lasting", "marker"), [(True, {}), ("1h", {"ttl": "1h"})])
def test_what_can_be_cached_is_marked(lasting: object, marker: dict[str, str]):
    asked = request(
        Message("user", "a"), Message("user", "b"), system="s", tools=(WEATHER,), settings={"prompt_cache": lasting}
    )
    told = body(asked)
    marked = {"cache_control": {"type": "ephemeral", **marker}}
    assert told["system"][-1].items() >= marked.items()
    assert told["tools"][-1].items() >= marked.items()
    assert "cache_control" not in told["messages"][0]["content"][-1]
    assert told["messages"][1]["content"][-1].items() >= marked.items()
    assert anthropic_body(ModelRequest("m", "", (), settings={"prompt_cache": True}), WHERE)["messages"] == []


IMAGE = Media(kind="image", mime="image/png", data="AAAA")
FAR = Media(kind="image", url="https://example.org/a.png")
PDF = Media(kind="file", mime="application/pdf", data="AAAA", name="a.pdf")
TIFF = Media(kind="image", mime="image/tiff", data="AAAA")
SOUND = Media(kind="audio", mime="audio/wav", data="AAAA")
TEXT = Media(kind="file", mime="text/csv", data="YSxi")


def test_images_and_documents_are_blocks_also_of_results():
    told = body(
        request(
            Message("user", "Look", media=(IMAGE, FAR)),
            Message("user", "", media=(PDF, TEXT)),
            Message("tool", "drawn", call="a.1.1", name="draw", media=(IMAGE,)),
        )
    )["messages"]
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
    assert told[0]["content"] == [
        image,
        {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
        {"type": "text", "text": "Look"},
    ]
    assert told[1]["content"] == [
        {
            "type": "document",
            "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"},
            "title": "a.pdf",
        },
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a,b"}},
    ]
    assert told[2]["content"][0]["content"] == [{"type": "text", "text": "drawn"}, image]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            Message("user", media=(Media(kind="image", mime="image/tiff", data="AAAA"),)),
            "it takes JPEG, PNG, GIF and WebP",
        ),
        (Message("user", media=(Media(kind="audio", mime="audio/wav", data="AAAA"),)), "it takes images, PDF and text"),
        (Message("system", "x", media=(IMAGE,)), "a system message holds text only"),
    ],
)
def test_media_that_would_be_dropped_is_refused_by_name(message: Message, words: str):
    with pytest.raises(ModelFailed) as caught:
        anthropic_body(request(message), WHERE)
    assert caught.value.type == "unsupported_media"
    assert str(caught.value).endswith(words)
