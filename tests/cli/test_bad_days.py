"""A headless run on bad days, through the real command line: what fails in turn, what is spent, what is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.bench import Bench, ended
from tests.cli.test_live import chunk
from tests.models.loopback import JSON, Reply, serving, sse

WELL = Reply(sse(chunk("The answer is"), chunk(" 42.", "stop")))
BUSY = Reply(b'{"error": {"message": "slow down"}}', status=429, type=JSON, headers={"retry-after": "0"})
BROKEN = Reply(b'{"error": {"message": "oops"}}', status=500, type=JSON)
DIES = Reply(sse(chunk("The answer"), done=False), drops=True)
HANGS = Reply(sse(chunk("The"), done=False), stalls=True)
SETTINGS = """
[retry]
attempts = 4
first = 0.01

[models."openai:*"]
between_tokens = 0.3
"""
ASK = ("--model", "openai:m", "--say", "What is it?", "--headless", "--json")


def told(log: list[dict[str, Any]]) -> list[str]:
    """The story of the model's calls: kind, and why."""
    kinds = ("model_called", "call_failed", "wait_began", "wait_ended", "recast", "model_answered", "run_ended")
    return [" ".join(filter(None, [one["kind"], one.get("error")])) for one in log if one.get("kind") in kinds]


def attempt(error: str) -> list[str]:
    return ["model_called", f"call_failed {error}", f"wait_began {error}", "wait_ended"]


@pytest.mark.slow
async def test_a_run_through_every_bad_day_ends_with_the_right_answer(bench: Bench):
    bench.write("workbench.toml", SETTINGS)
    async with serving([BUSY, BROKEN, DIES, HANGS, WELL]) as server:
        env = {"OPENAI_BASE_URL": f"{server.url}/v1"}
        result = await bench.beside("run", *ASK, env=env)
        assert (result.code, result.document["output"]) == (0, "The answer is 42.")
        assert server.hung_up.is_set(), "nobody holds on to the server that hung"
    log = bench.exported(result.document["session"])
    assert told(log) == [
        *attempt("rate_limited"),
        *attempt("server_error"),
        *attempt("cut_off"),
        *attempt("timeout"),
        "model_called",
        "model_answered",
        "run_ended",
    ]
    failures = [one for one in log if one["kind"] == "call_failed"]
    assert failures[0]["retry_after"] == 0
    assert [one.get("partial", "") for one in failures] == ["", "", "The answer", "The"]
    assert [one["attempt"] for one in log if one["kind"] == "model_called" and "attempt" in one] == [2, 3, 4, 5]
    assert result.document["usage"]["requests"] == 5
    assert "asked again in 0 s: rate limited, 1 of 4" in result.err
    assert bench.process("replay", result.document["session"]).code == 0


@pytest.mark.slow
async def test_with_retries_spent_it_fails_in_one_sentence_and_resume_finishes_it(bench: Bench):
    bench.write("workbench.toml", "[retry]\nattempts = 1\nfirst = 0.01\n")
    async with serving([BUSY, BROKEN, WELL]) as server:
        env = {"OPENAI_BASE_URL": f"{server.url}/v1"}
        spent = await bench.beside("run", *ASK, env=env)
        assert spent.code == 1
        document = spent.document
        assert document["error"] == {
            "type": "server_error",
            "message": "openai is in trouble, ask again: oops",
            "retryable": True,
        }
        assert "Traceback" not in spent.err
        done = await bench.beside("resume", document["session"], "--headless", "--json", env=env)
        assert (done.code, done.document["output"]) == (0, "The answer is 42.")
    log = bench.exported(document["session"])
    assert told(log)[4:7] == ["model_called", "call_failed server_error", "run_ended server_error"]
    assert bench.process("replay", document["session"]).code == 0


@pytest.mark.slow
async def test_another_model_takes_over_and_the_log_says_who_answered(bench: Bench):
    bench.write(
        "scenarios/relay.yaml",
        """
name: relay
title: One for another
model: openai:first
fallback_models: [vllm:second]
retry: {attempts: 0}
user: [What is it?]
""",
    )
    async with serving(BROKEN) as broken, serving(WELL) as well:
        env = {"OPENAI_BASE_URL": f"{broken.url}/v1", "VLLM_BASE_URL": f"{well.url}/v1"}
        result = await bench.beside("run", "relay", "--headless", "--json", env=env)
        assert (result.code, result.document["output"]) == (0, "The answer is 42.")
        assert [heard.json()["model"] for heard in (*broken.heard, *well.heard)] == ["first", "second"]
    assert "model   vllm:second takes over" in result.err
    (recast,) = [one for one in bench.exported(result.document["session"]) if one["kind"] == "recast"]
    assert (recast["by"], recast["spec"]["model"]) == ("rule", "vllm:second")
    assert bench.process("replay", result.document["session"]).code == 0


@pytest.mark.slow
async def test_a_process_that_is_killed_while_it_waits_loses_nothing(bench: Bench):
    bench.write("workbench.toml", "[retry]\nfirst = 3600\nlongest = 3600\nseconds = 86400\n")
    async with serving([BROKEN, WELL]) as server:
        env = {"OPENAI_BASE_URL": f"{server.url}/v1"}
        process = await bench.spawn("run", *ASK, env=env)
        assert process.stderr is not None
        while b"asked again in" not in (line := await process.stderr.readline()):
            assert line, "it waits"
        process.kill()
        await process.wait()
        (row,) = bench.sessions()
        assert row["status"] == "interrupted"
        waiting = await bench.spawn("resume", row["id"], "--headless", "--json", env=env)
        assert waiting.stderr is not None
        while b"asked again in" not in (line := await waiting.stderr.readline()):
            assert line, "it waits for what is left"
        waiting.send_signal(2)
        held = await ended(waiting)
        assert (held.code, held.document["held"]["gate"]) == (6, "pause")
        done = await bench.beside("resume", row["id"], "--headless", "--json", env=env)
        assert (done.code, done.document["output"]) == (0, "The answer is 42.")


@pytest.mark.slow
async def test_an_answer_that_is_kept_is_not_asked_for_again(bench: Bench):
    bench.write("workbench.toml", 'cache.answers = "sqlite"\n')
    async with serving([WELL]) as server:
        env = {"OPENAI_BASE_URL": f"{server.url}/v1"}
        first, second = [await bench.beside("run", *ASK, env=env) for _ in range(2)]
        assert [result.document["output"] for result in (first, second)] == ["The answer is 42."] * 2
        assert len(server.heard) == 1
    assert "(cached)" in second.err
    logs = [bench.exported(result.document["session"]) for result in (first, second)]
    answers = [one for log in logs for one in log if one["kind"] == "model_answered"]
    assert [one.get("cached", False) for one in answers] == [False, True]
    assert json.loads(second.out)["usage"]["input_tokens"] == 0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("[retry]\nattempts = -1", "retry.attempts: should be greater than or equal to 0"),
        ('[models."openai:*"]\nrequests = 3', "models.openai:*.requests: there is no such field"),
    ],
)
def test_what_the_settings_may_not_say_is_one_sentence(bench: Bench, settings: str, words: str):
    bench.write("workbench.toml", settings)
    result = bench("run", *ASK[:-1])
    assert result.code == 2
    assert words in result.sentence
