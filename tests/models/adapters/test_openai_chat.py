"""The OpenAI adapter against a loopback server: streams, faults on schedule, and sentences that a person can use."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from tests.models.asking import KEY, WEATHER, ask, request
from tests.models.loopback import JSON, Answers, Heard, Reply, serving, sse
from workbench.errors import ModelFailed
from workbench.events.messages import Delta, ModelRequest
from workbench.models.adapters.openai_chat import OpenAIChat
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS

HELLO = (
    {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}], "model": "test-1"},
    {"choices": [{"index": 0, "delta": {"content": "Hel"}}]},
    {"choices": [{"index": 0, "delta": {"content": "lo\u2028\x85é"}}]},
)
END: dict[str, Any] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
USAGE: dict[str, Any] = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}
FOREIGN = "is it a server that openai can speak to?"
SAID = "Hello\u2028\x85é"


def model(url: str, provider: str = "openai", **more: Any) -> OpenAIChat:
    row = PROVIDERS[provider]
    return OpenAIChat("test", endpoint(row, {row.url_env: f"{url}/v1", row.key_env: KEY}), **more)


async def failure(
    answer: Answers | Reply | Sequence[Reply], asked: ModelRequest | None = None, **more: Any
) -> ModelFailed:
    """What asking a server that answers so fails with; a key is in none of it."""
    async with serving(answer) as server:
        with pytest.raises(ModelFailed) as caught:
            await ask(model(server.url, **more), asked)
        words = str(caught.value).replace(server.url, "URL")
        assert KEY not in repr(caught.value)
        assert caught.value.__cause__ is None
        return ModelFailed(caught.value.type, words, retryable=caught.value.retryable, partial=caught.value.partial)


def error(status: int, told: object, type: str = JSON) -> Reply:
    import json

    return Reply(told.encode() if isinstance(told, str) else json.dumps(told).encode(), status, type)


async def test_an_answer_streams_and_its_usage_is_kept():
    async with serving(Reply(sse(*HELLO, END, USAGE))) as server:
        answer, deltas = await ask(model(server.url), request(settings={"temperature": 0.5}, tools=(WEATHER,)))
    assert (answer.text, answer.finish, answer.model) == (SAID, "stop", "test-1")
    assert (answer.usage.input, answer.usage.output) == (3, 2)
    assert [delta.text for delta in deltas] == ["Hel", "lo\u2028\x85é"]
    heard = server.heard[0]
    assert (heard.method, heard.path, heard.headers["authorization"]) == (
        "POST",
        "/v1/chat/completions",
        f"Bearer {KEY}",
    )
    assert heard.json()["temperature"] == 0.5
    assert heard.json()["tools"][0]["function"]["name"] == "get_weather"


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
async def test_every_byte_may_come_alone(newline: bytes):
    body = sse(*HELLO, END, USAGE).replace(b"\n", newline)
    async with serving(Reply(body, splits=range(len(body)))) as server:
        assert (await ask(model(server.url)))[0].text == SAID


async def test_a_server_without_a_key_is_asked_with_a_placeholder():
    async with serving(Reply(sse(*HELLO, END))) as server:
        where = endpoint(PROVIDERS["openai"], {"OPENAI_BASE_URL": f"{server.url}/v1/"})
        answer, _ = await ask(OpenAIChat("test", where))
    assert answer.text == SAID
    assert answer.usage.input is None
    assert server.heard[0].headers["authorization"] == "Bearer none"
    assert server.heard[0].path == "/v1/chat/completions"


async def test_a_server_that_knows_no_stream_options_is_asked_once_more_without_them_and_never_again_with():
    refusal = error(400, {"error": {"message": "Unknown parameter", "param": "stream_options"}})
    async with serving([refusal, Reply(sse(*HELLO, END)), Reply(sse(*HELLO, END))]) as server:
        asked = model(server.url)
        await ask(asked)
        await ask(asked)
    assert ["stream_options" in heard.json() for heard in server.heard] == [True, False, False]


async def test_a_server_that_does_not_stream_is_understood():
    whole = {
        "choices": [{"index": 0, "message": {"content": "Hello"}, "finish_reason": "stop"}],
        "usage": USAGE["usage"],
    }
    async with serving(error(200, whole)) as server:
        answer, deltas = await ask(model(server.url))
    assert (answer.text, answer.usage.output, [delta.text for delta in deltas]) == ("Hello", 2, ["Hello"])


@pytest.mark.parametrize("finish", ["length", "content_filter", "tool_calls"])
async def test_why_it_stopped_is_told(finish: str):
    last: dict[str, Any] = {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}
    async with serving(Reply(sse(*HELLO, last))) as server:
        assert (await ask(model(server.url)))[0].finish == finish


async def test_the_end_may_be_told_in_one_of_two_ways():
    for body in (sse(*HELLO, END, done=False), sse(*HELLO, done=True)):
        async with serving(Reply(body)) as server:
            answer, _ = await ask(model(server.url))
            assert (answer.text, answer.finish) == (SAID, "stop")


@pytest.mark.parametrize(
    "how",
    [
        Reply(sse(*HELLO, done=False)),
        Reply(sse(*HELLO, done=False), quiet=True),
        Reply(sse(*HELLO, done=False), drops=True),
        Reply(sse(*HELLO, done=False) + b'data: {"choices": [{"ind', drops=True),
        Reply(sse(*HELLO, done=False) + b'data: {"choices": [{"ind', quiet=True),
        Reply(sse(*HELLO, done=False) + b'data: {"choices": [{"ind'),
    ],
    ids=["ended", "closed", "dropped", "dropped in a line", "closed in a line", "ended in a line"],
)
async def test_a_stream_that_breaks_off_keeps_what_came(how: Reply):
    failed = await failure(how)
    assert (failed.type, failed.retryable, failed.partial) == ("cut_off", True, SAID)
    assert str(failed) == "URL/v1 broke off in the middle of its answer: ask again"


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_a_document_that_breaks_off_is_cut_off_or_refused(status: int):
    failed = await failure(Reply(b'{"choices": [', status, JSON, drops=True))
    assert failed.type in ("cut_off", "bad_request", "server_error")
    assert (await failure(Reply(b"{", status, JSON, stalls=True), patience=0.2)).type == "timeout"


@pytest.mark.parametrize("how", [None, Reply(drops=True), Reply(quiet=True), Reply(b": waiting\n\n")])
async def test_a_server_that_breaks_off_before_a_word_says_so(how: Reply | None):
    failed = await failure(lambda _: how)
    assert (failed.type, failed.retryable, failed.partial) == ("cut_off", True, "")
    assert str(failed) == "URL/v1 broke off before its answer was whole: ask again"


async def test_nobody_there():
    async with serving(Reply()) as server:
        pass
    with pytest.raises(ModelFailed) as caught:
        await ask(model(server.url))
    expected = f"no server answers at {server.url}/v1: start it or set OPENAI_BASE_URL"
    assert (caught.value.type, caught.value.retryable, str(caught.value)) == ("connection", True, expected)


async def test_a_password_in_the_address_is_not_shown():
    where = endpoint(PROVIDERS["openai"], {"OPENAI_BASE_URL": "http://me:hunter2hunter2@127.0.0.1:1/v1"})
    with pytest.raises(ModelFailed, match=r"no server answers at http://127\.0\.0\.1:1/v1: start it") as caught:
        await ask(OpenAIChat("test", where))
    assert "hunter2" not in repr(caught.value)


@pytest.mark.parametrize("body", [b"", sse(*HELLO, done=False)], ids=["before the answer", "in its middle"])
async def test_a_server_that_falls_silent(body: bytes):
    failed = await failure(Reply(body, stalls=True), patience=0.2)
    assert (failed.type, failed.retryable, failed.partial) == ("timeout", True, SAID if body else "")
    assert str(failed) == "URL/v1 said nothing for 0.2 seconds: ask again"


@pytest.mark.parametrize(
    ("reply", "type", "retryable", "words"),
    [
        (
            error(401, {"error": {"message": f"Incorrect API key provided: {KEY}.", "code": "invalid_api_key"}}),
            "auth", False, "openai does not accept the key in OPENAI_API_KEY: set a valid one",
        ),
        (error(401, ""), "auth", False, "openai does not accept the key in OPENAI_API_KEY: set a valid one"),
        (
            error(403, {"error": {"message": f"Country not supported (key {KEY})"}}),
            "auth", False, "openai does not permit this: Country not supported (key [redacted])",
        ),
        (
            error(404, {"error": {"message": "The model `test` does not exist", "code": "model_not_found"}}),
            "not_found", False, "openai has no model 'test': 'workbench models list' shows what there is",
        ),
        (
            error(404, "<html>nginx</html>", "text/html"),
            "not_found", False, "URL/v1 is no address of a model server: check OPENAI_BASE_URL",
        ),
        (
            error(400, {"error": {"message": "Unsupported value: 'temperature'", "type": "invalid_request_error"}}),
            "bad_request", False, "openai refuses the request as it is: Unsupported value: 'temperature'",
        ),
        (
            error(422, {"detail": "no such field"}),
            "bad_request", False, "openai refuses the request as it is: no such field",
        ),
        (
            error(400, "plain words", "text/plain"),
            "bad_request", False, "openai refuses the request as it is: plain words",
        ),
        (
            error(429, {"error": {"message": "Upstream", "metadata": {"raw": "limited"}}}),
            "rate_limited", True, "openai wants fewer requests at a time, wait and ask again: Upstream: limited",
        ),
        (
            error(400, [{"error": {"message": "Bad key", "status": "INVALID_ARGUMENT"}}]),
            "bad_request", False, "openai refuses the request as it is: Bad key",
        ),
        (error(400, "[]"), "bad_request", False, "openai refuses the request as it is (HTTP 400)"),
        (
            error(400, {"error": {"message": "8193 tokens\nare too many", "code": "context_length_exceeded"}}),
            "too_long", False, "the conversation is too long for test: 8193 tokens are too many",
        ),
        (error(413, ""), "too_long", False, "the conversation is too long for test (HTTP 413)"),
        (
            error(400, {"error": {"message": "Bad words.", "code": "content_filter"}}),
            "refused", False, "a content policy of openai refuses this request: Bad words",
        ),
        (
            error(429, {"error": {"message": "Slow down.", "type": "requests"}}),
            "rate_limited", True, "openai wants fewer requests at a time, wait and ask again: Slow down",
        ),
        (
            error(429, {"error": {"message": "Pay.", "code": "insufficient_quota"}}),
            "quota", False, "the account at openai has no credit left: Pay",
        ),
        (error(408, ""), "timeout", True, "openai is in trouble, ask again (HTTP 408)"),
        (error(500, {"error": "boom"}), "server_error", True, "openai is in trouble, ask again: boom"),
        (
            error(502, "<html>Bad gateway</html>", "text/html"),
            "server_error", True, "openai is in trouble, ask again (HTTP 502)",
        ),
        (error(503, ""), "overloaded", True, "openai is in trouble, ask again (HTTP 503)"),
        (
            error(529, {"error": {"message": "Overloaded"}}),
            "overloaded", True, "openai is in trouble, ask again: Overloaded",
        ),
        (
            error(200, {"hello": "world"}),
            "bad_answer", True, f"URL/v1 answered with something that is no chat completion: {FOREIGN}",
        ),
        (
            error(200, "<html>Welcome</html>", "text/html; charset=utf-8"),
            "bad_answer", True, f"URL/v1 answered with text/html: {FOREIGN}",
        ),
        (
            Reply(sse()),
            "bad_answer", True, f"URL/v1 answered with something that is no chat completion: {FOREIGN}",
        ),
        (
            error(200, "{broken"),
            "bad_answer", True, f"URL/v1 answered with something that is not JSON: {FOREIGN}",
        ),
    ],
)  # fmt: skip
async def test_every_refusal_is_one_sentence(reply: Reply, type: str, retryable: bool, words: str):
    failed = await failure(reply)
    assert (failed.type, failed.retryable, str(failed)) == (type, retryable, words)


@pytest.mark.parametrize(
    ("told", "type", "retryable"),
    [
        (
            {"error": {"code": 400, "message": "Token limit reached"}, "choices": [{"delta": {"content": ""}}]},
            "bad_request",
            False,
        ),
        ({"error": {"code": 502, "message": "upstream"}}, "server_error", True),
        ({"error": {"message": "Overloaded", "type": "overloaded_error"}}, "overloaded", True),
        ({"error": {"message": "no", "type": "invalid_request_error", "code": None}}, "bad_request", False),
        ({"error": {"message": "call", "code": "tool_use_failed", "status_code": 400}}, "bad_request", True),
        ({"error": "the engine died"}, "server_error", True),
        ("{not json", "bad_answer", True),
    ],
)
async def test_an_error_inside_a_stream_keeps_what_came(told: object, type: str, retryable: bool):
    failed = await failure(Reply(sse(*HELLO, told)))
    assert (failed.type, failed.retryable, failed.partial) == (type, retryable, SAID)


async def test_another_provider_is_named_and_hears_nothing_of_openai(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")

    def answer(heard: Heard) -> Reply:
        assert "secret" not in str(heard.headers)
        return error(401, {"error": {"message": "No"}})

    failed = await failure(answer, provider="groq")
    assert str(failed) == "groq does not accept the key in GROQ_API_KEY: set a valid one"


async def test_cancelling_closes_the_connection():
    async with serving(Reply(sse(*HELLO, done=False), stalls=True)) as server:
        streaming = asyncio.Event()

        async def listen() -> None:
            async for piece in model(server.url).ask(request()):
                if isinstance(piece, Delta) and piece.text.endswith("é"):
                    streaming.set()

        task = asyncio.create_task(listen())
        await streaming.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(10):
            await server.hung_up.wait()


async def test_nothing_is_sent_where_a_setting_is_unknown():
    async with serving(Reply(sse(*HELLO, END))) as server:
        with pytest.raises(ModelFailed, match="mirostat"):
            await ask(model(server.url), request(settings={"mirostat": 2}))
        assert server.heard == []
