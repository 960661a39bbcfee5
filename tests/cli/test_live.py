"""Runs against model servers: a real llama.cpp server, and one that dies in the middle of its answer."""

from __future__ import annotations

import os

import pytest

from tests.cli.bench import Bench
from tests.models.loopback import JSON, Reply, serving, sse

URL = os.environ.get("WORKBENCH_LLAMA_URL", "")
SCENARIO = """
name: coins
title: Random weights, true calls
persona: assistant
model: openai:tiny
tools: [weather]
user: [What is the weather in Oslo?]
budget: {tool_calls: 3, iterations: 6, at: stop}
settings: {tool_choice: required, max_tokens: 400, temperature: 1}
seed: 1
"""


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.skipif(not URL, reason="WORKBENCH_LLAMA_URL names no llama.cpp server")
def test_a_scenario_runs_live_through_real_tool_calls_and_replays(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_BASE_URL", URL)
    bench.write("scenarios/coins.yaml", SCENARIO)
    result = bench("run", "coins", "--headless", "--json")
    told = result.document
    assert result.code == 3, result.err
    assert told["usage"]["tool_calls"] >= 1
    assert told["usage"]["input_tokens"] > 0
    assert told["cost"] is None or float(told["cost"]) >= 0
    assert bench("replay", told["session"]).code == 0
    kinds = [line["kind"] for line in bench.exported(told["session"])]
    assert "tool_called" in kinds
    assert "tool_returned" in kinds or "call_failed" in kinds


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.skipif(not URL, reason="WORKBENCH_LLAMA_URL names no llama.cpp server")
def test_a_shipped_scenario_takes_a_live_model_in_place_of_its_script(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_BASE_URL", URL)
    result = bench("run", "flaky-parts", "--model", "openai:tiny", "--max-iterations", "2", "--headless", "--json")
    assert result.code in (1, 3, 4), result.err
    assert result.document["usage"]["requests"] >= 1
    assert bench("replay", "last").code == 0


def chunk(text: str, finish: str | None = None) -> dict[str, object]:
    """A piece of a streamed answer, as OpenAI's API sends it."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


async def test_a_server_that_dies_in_mid_stream_leaves_a_session_that_goes_on_when_it_is_well(bench: Bench):
    dies = Reply(sse(chunk("The answer is"), done=False), drops=True)
    lives = Reply(sse(chunk("The answer is"), chunk(" 42.", "stop")))
    async with serving([dies, lives]) as server:
        env = {"OPENAI_BASE_URL": f"{server.url}/v1"}
        words = ("--model", "openai:m", "--say", "What is it?", "--headless", "--json")
        failed = await bench.beside("run", *words, env=env)
        assert failed.code == 1, failed.err
        told = failed.document
        assert told["error"] == {
            "type": "cut_off",
            "message": f"{server.url}/v1 broke off in the middle of its answer: ask again",
            "retryable": True,
        }
        assert "Traceback" not in failed.err
        done = await bench.beside("resume", told["session"], "--headless", "--json", env=env)
        assert (done.code, done.document["output"]) == (0, "The answer is 42.")
        assert len(server.heard) == 2
    assert bench.process("replay", told["session"]).code == 0


async def test_a_key_never_reaches_log_export_or_screen(bench: Bench):
    key = "a-key-of-no-known-shape-81723"
    refuses = Reply(
        b'{"error": {"message": "the key a-key-of-no-known-shape-81723 is wrong"}}', status=401, type="json"
    )
    async with serving(refuses) as server:
        env = {"OPENAI_BASE_URL": f"{server.url}/v1", "OPENAI_API_KEY": key}
        words = ("--model", "openai:m", "--say", f"My key is {key}.", "--headless", "--json")
        result = await bench.beside("run", *words, env=env)
        assert result.code == 1
        assert server.heard[0].headers["authorization"] == f"Bearer {key}"
        assert key not in result.out + result.err
    database = bench.root / "sessions"
    assert all(key.encode() not in path.read_bytes() for path in database.glob("workbench.db*") if path.is_file())
