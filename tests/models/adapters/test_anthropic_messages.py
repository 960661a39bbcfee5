"""The Anthropic adapter against a loopback server: streams, whole documents, and what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.models.adapters.test_anthropic_answer import START, STOP, THOUGHT, block, delta, ends
from tests.models.asking import KEY, ask, request
from tests.models.loopback import JSON, Answers, Reply, serving
from workbench.errors import ModelFailed
from workbench.events.messages import Message
from workbench.events.wire import digest_of, wire_of
from workbench.models.adapters.anthropic_messages import AnthropicMessages
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS

HELLO = (START, block(0, type="text", text=""), delta(0, "text_delta", text="Hel"), delta(0, "text_delta", text="lo é"))
SAID = "Hello é"
BUSY = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}


def model(url: str, **more: Any) -> AnthropicMessages:
    where = endpoint(PROVIDERS["anthropic"], {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": KEY})
    return AnthropicMessages("test", where, **more)


def sse(*events: dict[str, Any], named: bool = True) -> bytes:
    heads = [f"event: {event['type']}\n" if named else "" for event in events]
    return "".join(f"{head}data: {json.dumps(event)}\n\n" for head, event in zip(heads, events, strict=True)).encode()


async def failure(answer: Answers | Reply | Sequence[Reply], **more: Any) -> ModelFailed:
    async with serving(answer) as server:
        with pytest.raises(ModelFailed) as caught:
            await ask(model(server.url, **more))
        assert KEY not in repr(caught.value)
        assert KEY not in (caught.value.raw or "")
        return caught.value


@pytest.mark.slow
async def test_an_answer_streams_however_it_is_cut():
    whole = sse(*HELLO, ends(), STOP)
    async with serving(Reply(whole, splits=range(len(whole)))) as server:
        answer, deltas = await ask(model(server.url), request(settings={"temperature": 0.5}))
    assert (answer.text, answer.finish, [piece.text for piece in deltas]) == (SAID, "stop", ["Hel", "lo é"])
    heard = server.heard[0]
    assert (heard.path, heard.headers["authorization"]) == ("/v1/messages", f"Bearer {KEY}")
    assert "anthropic-version" in heard.headers
    assert heard.json()["temperature"] == 0.5


@pytest.mark.parametrize("named", [True, False])
async def test_what_went_over_the_wire_is_kept_and_thinking_goes_back(named: bool):
    async with serving([Reply(sse(*THOUGHT, named=named)), Reply(sse(*HELLO, ends(), STOP))]) as server:
        asked = model(server.url)
        answer, _ = await ask(asked)
        ids = ("agent.1.1", "agent.1.2")
        said = Message("assistant", answer.text, answer.thinking, answer.calls, ids, raw=answer.raw)
        await ask(asked, request(Message("user", "Hello"), said))
    wire = wire_of(answer.raw, answer)
    assert wire is not None
    assert (wire.form, wire.url, wire.sent) == ("anthropic", server.url, digest_of(server.heard[0].json()))
    assert wire.answer["content"][0] == {"type": "thinking", "thinking": "hm well", "signature": "sig"}
    assert server.heard[1].json()["messages"][1]["content"][0] == wire.answer["content"][0]


async def test_a_server_that_does_not_stream_is_understood():
    whole = START["message"] | {"content": [{"type": "text", "text": "Hi"}], "stop_reason": "end_turn"}
    async with serving(Reply(json.dumps(whole).encode(), type=JSON)) as server:
        answer, deltas = await ask(model(server.url))
    assert (answer.text, [piece.text for piece in deltas]) == ("Hi", ["Hi"])


def refused(status: int, kind: str, message: str = "because") -> Reply:
    return Reply(json.dumps({"type": "error", "error": {"type": kind, "message": message}}).encode(), status, JSON)


@pytest.mark.parametrize(
    ("reply", "type", "retryable"),
    [
        (refused(401, "authentication_error"), "auth", False),
        (refused(400, "invalid_request_error"), "bad_request", False),
        (refused(404, "not_found_error", "model: test"), "not_found", False),
        (refused(413, "request_too_large"), "too_long", False),
        (refused(429, "rate_limit_error"), "rate_limited", True),
        (refused(500, "api_error"), "server_error", True),
        (refused(529, "overloaded_error"), "overloaded", True),
        (Reply(sse(*HELLO, BUSY)), "overloaded", True),
        (Reply(sse(*HELLO, BUSY, named=False)), "overloaded", True),
        (refused(200, "api_error"), "server_error", True),
        (Reply(sse(*HELLO)), "cut_off", True),
        (Reply(sse(*HELLO) + b"event: content_block_delta\ndata: {", drops=True), "cut_off", True),
        (Reply(b"<html>", type="text/html"), "bad_answer", True),
        (Reply(b"{}", type=JSON), "bad_answer", True),
        (Reply(b"event: message_start\ndata: {no json\n\n"), "bad_answer", True),
        (Reply(sse(STOP)), "bad_answer", True),
    ],
)  # fmt: skip
async def test_every_failure_is_one_word_and_keeps_what_came(reply: Reply, type: str, retryable: bool):
    failed = await failure(reply)
    assert (failed.type, failed.retryable) == (type, retryable), str(failed)
    assert failed.partial == (SAID if b"lo" in reply.body and b"Hel" in reply.body else "")


async def test_what_the_server_said_no_with_is_kept():
    failed = await failure(refused(429, "rate_limit_error"))
    wire = wire_of(failed.raw)
    assert wire is not None
    assert (wire.status, wire.answer["error"]["type"]) == (429, "rate_limit_error")


async def test_nobody_there_and_a_server_that_falls_silent():
    assert (await failure(lambda _: None)).type == "cut_off"
    async with serving(Reply()) as server:
        url = server.url
    with pytest.raises(ModelFailed, match="no server answers") as caught:
        await ask(model(url))
    assert caught.value.type == "connection"
    silent = await failure(Reply(sse(*HELLO), stalls=True), patience=0.05)
    assert (silent.type, silent.partial) == ("timeout", SAID)
