"""The OpenAI adapter against a real llama.cpp server, whose weights are random: true tool calls, then words."""

from __future__ import annotations

import json
import os

import pytest

from tests.models.asking import WEATHER, ask, request
from workbench.errors import ModelFailed
from workbench.events.messages import Message
from workbench.models.endpoints import PROVIDERS, endpoint
from workbench.models.openai_chat import OpenAIChat
from workbench.models.reachable import list_models

URL = os.environ.get("WORKBENCH_LLAMA_URL", "")
pytestmark = [pytest.mark.live, pytest.mark.skipif(not URL, reason="WORKBENCH_LLAMA_URL names no llama.cpp server")]


def model(provider: str = "openai", url: str = URL) -> OpenAIChat:
    row = PROVIDERS[provider]
    return OpenAIChat(f"{provider}:tiny", endpoint(row, {row.url_env: url}))


async def test_a_call_that_is_required_then_words_about_its_result():
    asked = Message("user", "What is the weather in Oslo?")
    forced = {"tool_choice": "required", "max_tokens": 500, "seed": 1, "temperature": 1}
    answer, deltas = await ask(model(), request(asked, model="tiny", tools=(WEATHER,), settings=forced))
    assert answer.calls, answer
    assert {call.name for call in answer.calls} == {"get_weather"}
    assert [delta.call for delta in deltas if delta.call] == [call.name for call in answer.calls]
    assert answer.finish in ("tool_calls", "length")
    whole = answer.calls if answer.finish == "tool_calls" else answer.calls[:-1]
    assert all(isinstance(json.loads(call.arguments)["place"], str) for call in whole)
    assert answer.usage.input
    assert answer.usage.output

    ids = tuple(f"agent.1.{place}" for place in range(1, len(answer.calls) + 1))
    results = [Message("tool", "rain", call=name, name="get_weather") for name in ids]
    told = (asked, Message("assistant", answer.text, calls=answer.calls, ids=ids), *results)
    free = {"tool_choice": "none", "max_tokens": 24, "seed": 1}
    words, shown = await ask(model(), request(*told, model="tiny", tools=(WEATHER,), settings=free))
    assert not words.calls
    assert words.text == "".join(delta.text for delta in shown)
    assert (words.usage.output or 0) <= 24


async def test_it_refuses_what_it_cannot_do_in_one_sentence():
    with pytest.raises(ModelFailed, match="openai refuses the request as it is: ") as caught:
        await ask(model(), request(model="tiny", settings={"temperature": "hot"}))
    assert (caught.value.type, caught.value.retryable) == ("bad_request", False)
    with pytest.raises(ModelFailed, match="the conversation is too long for tiny: ") as caught:
        await ask(model(), request(Message("user", "word " * 40_000), model="tiny"))
    assert caught.value.type == "too_long"
    with pytest.raises(ModelFailed, match="is no address of a model server: check LLAMACPP_BASE_URL"):
        await ask(model("llamacpp", f"{URL}/elsewhere"))


async def test_its_models_are_listed():
    found = {status.provider: status for status in await list_models(5, {"LLAMACPP_BASE_URL": URL})}
    tiny = found["llamacpp"].models[0]
    assert (tiny.name, tiny.context, tiny.known["context"]) == ("tiny", 8192, "llamacpp")
