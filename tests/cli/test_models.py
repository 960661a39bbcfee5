"""`models list` and `models test`: what can be asked, what is known of it, and what of a model works."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.bench import Bench
from tests.models.loopback import JSON, Heard, Reply, serving, sse

UNKNOWN: dict[str, object] = {"context": None, "sight": None, "tools": None, "price": None, "known_from": {}}


@pytest.mark.slow
async def test_models_says_what_answers_and_why_others_do_not(bench: Bench):
    offered = Reply(json.dumps({"data": [{"id": "small"}, {"id": "large"}]}).encode(), type=JSON)
    async with serving(offered) as server:
        env = {"VLLM_BASE_URL": f"{server.url}/v1", "LLAMACPP_BASE_URL": "no address"}
        listed = await bench.beside("models", "list", "--json", env=env)
        told = await bench.beside("models", env=env)
    rows = {row["provider"]: row for row in listed.document["providers"]}
    assert rows["vllm"] == {
        "provider": "vllm",
        "address": f"{server.url}/v1",
        "models": [UNKNOWN | {"name": "large"}, UNKNOWN | {"name": "small"}],
        "problem": None,
    }
    assert rows["openai"]["problem"] == "no key in OPENAI_API_KEY"
    assert "LLAMACPP_BASE_URL should be a URL" in rows["llamacpp"]["problem"]
    assert (listed.code, listed.err) == (0, "")
    lines = {line.split()[0]: line for line in told.out.splitlines() if line}
    assert lines["vllm:large"].split()[1:] == ["?", "?", "?", "?"]
    assert lines["scripted:NAME"].endswith("needs nothing")
    assert lines["openai"].endswith("no key in OPENAI_API_KEY")


def answering(request: Heard) -> Reply:
    """A server that can do all of it."""
    said: dict[str, Any] = {"content": "hello"}
    if request.json().get("tools"):
        function = {"name": "add", "arguments": '{"a":19,"b":23}'}
        said = {"tool_calls": [{"index": 0, "id": "x", "function": function}]}
    return Reply(sse({"choices": [{"index": 0, "delta": said, "finish_reason": "stop"}]}))


@pytest.mark.slow
async def test_a_model_is_tried_and_what_works_is_told(bench: Bench):
    async with serving(answering) as server:
        env = {"VLLM_BASE_URL": f"{server.url}/v1"}
        told = await bench.beside("models", "test", "vllm:m", env=env)
        plain = await bench.beside("models", "test", "vllm:m", "--json", env=env)
    assert [line.split()[:2] for line in told.out.splitlines()] == [
        ["works", "call"],
        ["works", "tool"],
        ["works", "stream"],
    ]
    assert (told.code, told.err, plain.code) == (0, "", 0)
    tried = plain.document["tried"]
    assert [(one["what"], one["works"]) for one in tried] == [("call", True), ("tool call", True), ("stream", True)]
    assert tried[1]["detail"] == 'called add({"a":19,"b":23})'


@pytest.mark.slow
async def test_what_does_not_work_ends_in_one(bench: Bench):
    async with serving(Reply(b"{}", 500, JSON)) as server:
        told = await bench.beside("models", "test", "vllm:m", env={"VLLM_BASE_URL": f"{server.url}/v1"})
    assert told.code == 1
    assert [line.split()[0] for line in told.out.splitlines()] == ["FAILS"] * 3


def test_a_model_without_a_key_or_of_nobody(bench: Bench):
    keyless = bench("models", "test", "groq:x")
    assert (keyless.code, keyless.out) == (
        1,
        "no key for groq: set GROQ_API_KEY (or GROQ_BASE_URL for a server of your own)\n",
    )
    assert bench("models", "test", "groq:x", "--json").document["problem"].startswith("no key for groq")
    assert bench("models", "test", "grok:x").sentence.endswith("did you mean xai?")


@pytest.mark.slow
async def test_a_workspace_has_providers_of_its_own(bench: Bench):
    async with serving(answering) as server:
        bench.write("workbench.toml", f'[providers.house]\nurl = "{server.url}/v1"\n')
        run = await bench.beside("run", "--model", "house:m", "--say", "Hi", "--headless", "--json")
        listed = await bench.beside("models", "list", "--json")
    assert run.document["output"] == "hello"
    assert "house" in {row["provider"] for row in listed.document["providers"]}
    bench.write("workbench.toml", '[providers.house]\nurl = "http://x"\nspeek = "openai"\n')
    wrong = bench("models", "list")
    assert wrong.code == 2
    assert wrong.sentence.endswith("providers.house.speek: is no field of a provider; did you mean speaks?")
