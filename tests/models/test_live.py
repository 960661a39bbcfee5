"""The adapters against real servers: llama.cpp with random weights, in three dialects, and aimock for Ollama's."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.bench import Bench
from tests.models.asking import WEATHER, ask, request
from workbench.errors import ModelFailed
from workbench.events import Call
from workbench.events.messages import Message
from workbench.models.adapters.openai_chat import OpenAIChat
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS
from workbench.models.providers import adapter
from workbench.models.reachable import list_models

URL = os.environ.get("WORKBENCH_LLAMA_URL", "")
AIMOCK = os.environ.get("WORKBENCH_AIMOCK_URL", "")
llama = pytest.mark.skipif(not URL, reason="WORKBENCH_LLAMA_URL names no llama.cpp server")
aimock = pytest.mark.skipif(not AIMOCK, reason="WORKBENCH_AIMOCK_URL names no aimock server")
pytestmark = [pytest.mark.live]


def model(provider: str = "openai", url: str = URL) -> OpenAIChat:
    row = PROVIDERS[provider]
    return OpenAIChat(f"{provider}:tiny", endpoint(row, {row.url_env: url}))


@llama
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


@llama
async def test_it_refuses_what_it_cannot_do_in_one_sentence():
    with pytest.raises(ModelFailed, match="openai refuses the request as it is: ") as caught:
        await ask(model(), request(model="tiny", settings={"temperature": "hot"}))
    assert (caught.value.type, caught.value.retryable) == ("bad_request", False)
    with pytest.raises(ModelFailed, match="the conversation is too long for tiny: ") as caught:
        await ask(model(), request(Message("user", "word " * 40_000), model="tiny"))
    assert caught.value.type == "too_long"
    with pytest.raises(ModelFailed, match="is no address of a model server: check LLAMACPP_BASE_URL"):
        await ask(model("llamacpp", f"{URL}/elsewhere"))


@llama
async def test_its_models_are_listed():
    found = {status.provider: status for status in await list_models(5, {"LLAMACPP_BASE_URL": URL})}
    tiny = found["llamacpp"].models[0]
    assert (tiny.name, tiny.context, tiny.known["context"]) == ("tiny", 8192, "llamacpp")


@llama
@pytest.mark.parametrize(("provider", "url"), [("openai-responses", URL), ("anthropic", URL.removesuffix("/v1"))])
async def test_other_dialects_call_and_take_the_result(provider: str, url: str):
    row = PROVIDERS[provider]
    speaks = adapter(row)(f"{provider}:tiny", endpoint(row, {row.url_env: url}))
    asked = Message("user", "What is the weather in Oslo?")
    forced = {"tool_choice": "required", "max_tokens": 300}
    answer, _ = await ask(speaks, request(asked, model="tiny", tools=(WEATHER,), settings=forced))
    assert {call.name for call in answer.calls} <= {"get_weather"}
    assert answer.usage.output
    ids = tuple(f"agent.1.{place}" for place in range(1, len(answer.calls) + 1))
    # Arguments may have been cut, and this server refuses those: somebody mended them.
    calls = tuple(call.model_copy(update={"arguments": '{"place":"Oslo"}'}) for call in answer.calls)
    said = Message("assistant", answer.text, answer.thinking, calls, ids, raw=answer.raw)
    results = [Message("tool", "rain", call=call, name="get_weather") for call in ids]
    more = request(asked, said, *results, Message("user", "Go on."), model="tiny", settings={"max_tokens": 16})
    words, shown = await ask(speaks, more)
    assert words.text == "".join(delta.text for delta in shown)
    assert words.finish in ("stop", "length")


@pytest.mark.slow
@llama
@pytest.mark.parametrize("provider", ["openai", "openai-responses", "anthropic"])
async def test_models_test_passes_against_llama(tmp_path: Path, provider: str):
    env = {"OPENAI_BASE_URL": URL, "ANTHROPIC_BASE_URL": URL.removesuffix("/v1")}
    told = await Bench(tmp_path).beside("models", "test", f"{provider}:tiny", env=env)
    assert told.code == 0, told.out + told.err


@aimock
async def test_models_test_passes_against_aimock_in_ollamas_dialect(tmp_path: Path):
    told = await Bench(tmp_path).beside("models", "test", "ollama:llama3", env={"OLLAMA_HOST": AIMOCK})
    assert told.code == 0, told.out + told.err
    assert 'called add({"a":19,"b":23})' in told.out


@aimock
async def test_ollamas_dialect_takes_results():
    row = PROVIDERS["ollama"]
    speaks = adapter(row)("ollama:llama3", endpoint(row, {"OLLAMA_HOST": AIMOCK}))
    call = (Call(name="add", arguments='{"a":19,"b":23}'),)
    told = (Message("user", "add"), Message("assistant", "", calls=call, ids=("a.1.1",)))
    result = Message("tool", "42", call="a.1.1", name="add")
    answer, _ = await ask(speaks, request(*told, result, Message("user", "Say hello"), model="llama3"))
    assert answer.text == "Hello!"
