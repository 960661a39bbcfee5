"""The Responses adapter against a loopback server: streams, whole documents, and what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.models.adapters.test_responses_answer import CALL, CREATED, MESSAGE, REASONING, STREAM, completed
from tests.models.asking import KEY, ask, request
from tests.models.loopback import JSON, Answers, Reply, serving
from workbench.errors import ModelFailed
from workbench.events.messages import Message
from workbench.events.wire import digest_of, wire_of
from workbench.models.adapters.openai_responses import OpenAIResponses
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS

WHOLE = completed(REASONING, MESSAGE, CALL)


def model(url: str, **more: Any) -> OpenAIResponses:
    row = PROVIDERS["openai-responses"]
    return OpenAIResponses("test", endpoint(row, {row.url_env: f"{url}/v1", row.key_env: KEY}), **more)


def sse(*events: dict[str, Any]) -> bytes:
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()


async def failure(answer: Answers | Reply | Sequence[Reply]) -> ModelFailed:
    async with serving(answer) as server:
        with pytest.raises(ModelFailed) as caught:
            await ask(model(server.url))
        assert KEY not in repr(caught.value)
        return caught.value


@pytest.mark.slow
async def test_an_answer_streams_however_it_is_cut_and_its_reasoning_goes_back():
    whole = sse(*STREAM, WHOLE)
    async with serving([Reply(whole, splits=range(len(whole))), Reply(sse(CREATED, completed(MESSAGE)))]) as server:
        asked = model(server.url)
        answer, deltas = await ask(asked)
        said = Message("assistant", answer.text, answer.thinking, answer.calls, ("agent.1.1",), raw=answer.raw)
        await ask(asked, request(Message("user", "Hello"), said))
    assert "".join(piece.text for piece in deltas) == answer.text == "Hello"
    first, second = server.heard
    assert (first.path, first.headers["authorization"]) == ("/v1/responses", f"Bearer {KEY}")
    wire = wire_of(answer.raw, answer)
    assert wire is not None
    assert (wire.form, wire.sent, wire.answer) == ("responses", digest_of(first.json()), WHOLE["response"])
    assert second.json()["input"][1] == REASONING


async def test_a_server_that_does_not_stream_is_understood():
    async with serving(Reply(json.dumps(WHOLE["response"]).encode(), type=JSON)) as server:
        answer, _ = await ask(model(server.url))
    assert (answer.text, answer.calls[0].name) == ("Hello", "f")


def refused(status: int, code: str, message: str = "because") -> Reply:
    return Reply(json.dumps({"error": {"code": code, "message": message}}).encode(), status, JSON)


async def test_a_model_that_does_not_reason_is_asked_once_more_without_its_reasoning():
    no = refused(400, "invalid", "Encrypted content is not supported with this model.")
    answers = [no, Reply(sse(CREATED, completed(MESSAGE))), Reply(sse(CREATED, completed(MESSAGE)))]
    async with serving(answers) as server:
        asked = model(server.url)
        answer, _ = await ask(asked)
        await ask(asked)
    assert ["include" in heard.json() for heard in server.heard] == [True, False, False]
    wire = wire_of(answer.raw)
    assert wire is not None
    assert (wire.without, wire.sent) == (("include",), digest_of(server.heard[1].json()))


ERROR = {"type": "error", "error": {"code": "insufficient_quota", "message": "no credit"}}
FLAT = {"type": "error", "code": "server_error", "message": "busy"}
FAILED = {"type": "response.failed", "response": {"error": {"code": "rate_limit_exceeded", "message": "slow down"}}}


@pytest.mark.parametrize(
    ("reply", "type", "partial"),
    [
        (refused(401, "invalid_api_key"), "auth", ""),
        (refused(400, "invalid_value"), "bad_request", ""),
        (refused(429, "rate_limit_exceeded"), "rate_limited", ""),
        (Reply(sse(*STREAM, ERROR)), "quota", "Hello"),
        (Reply(sse(*STREAM, FLAT)), "server_error", "Hello"),
        (Reply(sse(*STREAM, FAILED)), "rate_limited", "Hello"),
        (Reply(sse(*STREAM)), "cut_off", "Hello"),
        (Reply(sse(*STREAM), drops=True), "cut_off", "Hello"),
        (Reply(b"<html>", type="text/html"), "bad_answer", ""),
        (Reply(b"{}", type=JSON), "bad_answer", ""),
    ],
)
async def test_every_failure_is_one_word_and_keeps_what_came(reply: Reply, type: str, partial: str):
    failed = await failure(reply)
    assert (failed.type, failed.partial) == (type, partial), str(failed)
    told = wire_of(failed.raw)
    assert (told is not None) == (type not in ("cut_off", "bad_answer"))
