"""Ollama's own types take what is sent, and what they would drop of a tool's schema is sent all the same."""

from __future__ import annotations

import json

from ollama._types import ChatRequest

from tests.models.asking import WEATHER, request
from workbench.events import Call, Media, ToolSpec
from workbench.events.messages import Message
from workbench.models.adapters.ollama_request import ollama_body
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS

WHERE = endpoint(PROVIDERS["ollama"], {})
IMAGE = Media(kind="image", mime="image/png", data="AAAA")
DEEP = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "integer", "minimum": 3}}}}


def test_the_sdks_own_types_accept_it():
    body = ollama_body(
        request(
            Message("user", "Look", media=(IMAGE,)),
            Message("assistant", "so", "hm", (Call(name="get_weather", arguments='{"place":"Oslo"}'),), ("a.1.1",)),
            Message("tool", "rain", call="a.1.1", name="get_weather"),
            system="You help.",
            tools=(WEATHER,),
            settings={"temperature": 1, "reasoning_effort": "low", "keep_alive": "5m"},
            output_schema=json.dumps(DEEP),
        ),
        WHERE,
    )
    ChatRequest.model_validate(body)
    assert body["format"] == DEEP


def test_all_of_a_tools_schema_is_told():
    body = ollama_body(request(tools=(ToolSpec(name="f", parameters=json.dumps(DEEP)),)), WHERE)
    assert body["tools"][0]["function"]["parameters"] == DEEP
