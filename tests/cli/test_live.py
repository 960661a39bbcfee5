"""Runs against model servers: a real llama.cpp server, and one that dies in the middle of its answer."""

from __future__ import annotations

import json
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


@pytest.mark.slow
async def test_a_server_that_dies_in_mid_stream_leaves_a_session_that_goes_on_when_it_is_well(bench: Bench):
    bench.write("workbench.toml", "retry.attempts = 0\n")
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


@pytest.mark.slow
async def test_a_key_never_reaches_log_export_or_screen(bench: Bench):
    key = "a-key-of-no-known-shape-81723"
    refuses = Reply(f'{{"error": {{"message": "{key} is wrong"}}}}'.encode(), status=401, type=JSON)
    async with serving(refuses) as server:
        env = {"OPENAI_BASE_URL": f"{server.url}/v1", "OPENAI_API_KEY": key, "GROQ_API_KEY": key[::-1]}
        words = ("--model", "openai:m", "--say", f"My keys are {key} and {key[::-1]}.", "--headless", "--json")
        result = await bench.beside("run", *words, env=env)
        assert result.code == 1
        assert server.heard[0].headers["authorization"] == f"Bearer {key}"
    chat = bench.write("chat.json", json.dumps([{"role": "user", "content": f"Here: {key[::-1]}"}]))
    imported = bench.process("import", str(chat), env={"GROQ_API_KEY": key[::-1]})
    stored = [path.read_bytes() for path in (bench.root / "sessions").glob("workbench.db*") if path.is_file()]
    for secret in (key, key[::-1]):
        assert secret not in result.out + result.err + imported.out + bench("sessions", "export", "last").out
        assert not any(secret.encode() in content for content in stored)
    assert bench("sessions", "export", "last").out.count("Here: [redacted]") >= 1
