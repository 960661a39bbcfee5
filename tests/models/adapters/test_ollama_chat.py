"""The Ollama adapter against a loopback server: lines of JSON, tools, thinking, and what goes wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.models.asking import KEY, WEATHER, ask, request
from tests.models.loopback import JSON, NDJSON, Answers, Reply, ndjson, serving
from workbench.errors import ModelFailed
from workbench.events import Call, Media
from workbench.events.messages import Delta, Message
from workbench.events.wire import digest_of, wire_of
from workbench.models.adapters.ollama_chat import OllamaChat
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS


def line(content: str = "", **more: Any) -> dict[str, Any]:
    told = {name: more.pop(name) for name in ("thinking", "tool_calls") if name in more}
    return {"model": "llama3", "message": {"role": "assistant", "content": content, **told}, "done": False, **more}


HELLO = (line("Hel"), line("lo é"))
END = line(done=True, done_reason="stop", prompt_eval_count=7, eval_count=2, total_duration=12)
SAID = "Hello é"


def model(url: str, **more: Any) -> OllamaChat:
    return OllamaChat("test", endpoint(PROVIDERS["ollama"], {"OLLAMA_HOST": url, "OLLAMA_API_KEY": KEY}), **more)


def streamed(*lines: object, **more: Any) -> Reply:
    return Reply(ndjson(*lines), type=NDJSON, **more)


async def failure(answer: Answers | Reply | Sequence[Reply], **more: Any) -> ModelFailed:
    async with serving(answer) as server:
        with pytest.raises(ModelFailed) as caught:
            await ask(model(server.url, **more))
        words = str(caught.value).replace(server.url, "URL")
        assert KEY not in repr(caught.value)
        return ModelFailed(caught.value.type, words, retryable=caught.value.retryable, partial=caught.value.partial)


async def test_an_answer_streams_however_it_is_cut():
    whole = ndjson(line(thinking="hm"), *HELLO, END)
    async with serving(Reply(whole, type=NDJSON, splits=range(len(whole)))) as server:
        answer, deltas = await ask(model(server.url))
    assert (answer.text, answer.thinking, answer.finish, answer.model) == (SAID, "hm", "stop", "llama3")
    assert (answer.usage.input, answer.usage.output, answer.usage.cached) == (7, 2, None)
    wire = wire_of(answer.raw, answer)
    assert wire is not None
    assert wire.sent == digest_of(server.heard[0].json())
    assert wire.answer == {**END, "message": {"role": "assistant", "thinking": "hm", "content": SAID}}
    assert [delta.thinking or delta.text for delta in deltas] == ["hm", "Hel", "lo é"]
    assert server.heard[0].path == "/api/chat"
    assert server.heard[0].headers["authorization"] == f"Bearer {KEY}"


async def test_calls_come_as_objects_and_are_kept_as_json():
    calls: list[dict[str, Any]] = [
        {"function": {"name": "get_weather", "arguments": {"place": "Ålesund"}}},
        {"function": {"name": "now", "arguments": {}}},
    ]
    async with serving(streamed(line(tool_calls=calls), END)) as server:
        answer, deltas = await ask(model(server.url), request(tools=(WEATHER,)))
    assert [(call.name, call.arguments) for call in answer.calls] == [
        ("get_weather", '{"place":"Ålesund"}'),
        ("now", "{}"),
    ]
    assert [delta.call for delta in deltas] == ["get_weather", "now"]
    assert server.heard[0].json()["tools"][0]["function"]["parameters"]["required"] == ["place"]


async def test_a_conversation_is_told_in_its_form():
    asked = request(
        Message("user", "Weather?"),
        Message(
            "assistant",
            thinking="hm",
            calls=(Call(name="f", arguments='{"a":1}'), Call(name="g", arguments="{broken")),
            ids=("a.1.1", "a.1.2"),
        ),
        Message("tool", "rain", call="a.1.1", name="f"),
        Message("tool", "no JSON", call="a.1.2", name="g", failed=True),
        Message("developer", "Be brief."),
        system="You help.",
    )
    async with serving(streamed(*HELLO, END)) as server:
        await ask(model(server.url), asked)
    system, user, said, *results, aside = server.heard[0].json()["messages"]
    assert (system, user) == ({"role": "system", "content": "You help."}, {"role": "user", "content": "Weather?"})
    assert said["thinking"] == "hm"
    assert [call["function"]["arguments"] for call in said["tool_calls"]] == [{"a": 1}, {"arguments": "{broken"}]
    assert results == [
        {"role": "tool", "content": "rain", "tool_name": "f"},
        {"role": "tool", "content": "Error: no JSON", "tool_name": "g"},
    ]
    assert aside["role"] == "system"


async def test_settings_find_their_places():
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    given = {
        "temperature": 0, "max_tokens": 5, "stop": "END", "seed": 3, "reasoning_effort": "none", "keep_alive": "5m",
        "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}},
        "extra": {"num_ctx": 4096},
    }  # fmt: skip
    async with serving(streamed(*HELLO, END)) as server:
        await ask(model(server.url), request(settings=given))
    heard = server.heard[0].json()
    assert heard["options"] == {"temperature": 0, "num_predict": 5, "stop": ["END"], "seed": 3, "num_ctx": 4096}
    assert (heard["think"], heard["keep_alive"], heard["format"]) == (False, "5m", schema)


@pytest.mark.parametrize(
    ("asked", "format"),
    [
        ({"type": "json_object"}, "json"),
        ("json", "json"),
        ({"type": "text"}, ""),
        ({"type": "object"}, {"type": "object"}),
    ],
)
async def test_a_format_may_be_asked_for_in_several_ways(asked: object, format: object):
    async with serving(streamed(*HELLO, END)) as server:
        await ask(model(server.url), request(settings={"response_format": asked, "stop": ["a", "b"]}))
    assert server.heard[0].json()["format"] == format
    assert server.heard[0].json()["options"]["stop"] == ["a", "b"]


@pytest.mark.parametrize("setting", ["tool_choice", "parallel_tool_calls", "temprature"])
async def test_an_unknown_setting_is_refused_by_name_and_nothing_is_sent(setting: str):
    async with serving(streamed(*HELLO, END)) as server:
        with pytest.raises(ModelFailed, match=f"ollama cannot be sent the setting '{setting}'") as caught:
            await ask(model(server.url), request(settings={setting: 1}))
        assert (caught.value.type, server.heard) == ("unsupported_setting", [])


CUT = b'{"model":"llama3","message":{"role":"assis'


@pytest.mark.parametrize(
    "how",
    [
        streamed(*HELLO),
        streamed(*HELLO, quiet=True),
        streamed(*HELLO, drops=True),
        Reply(ndjson(*HELLO) + CUT, type=NDJSON),
        Reply(ndjson(*HELLO) + CUT, type=NDJSON, quiet=True),
        Reply(ndjson(*HELLO) + CUT, type=NDJSON, drops=True),
    ],
    ids=["ended", "closed", "dropped", "ended in a line", "closed in a line", "dropped in a line"],
)
async def test_a_stream_that_breaks_off_keeps_what_came(how: Reply):
    failed = await failure(how)
    assert (failed.type, failed.retryable, failed.partial) == ("cut_off", True, SAID)
    assert str(failed) == "URL broke off in the middle of its answer: ask again"


async def test_a_server_that_breaks_off_before_a_word_says_so():
    failed = await failure(lambda _: None)
    assert (failed.type, str(failed)) == ("cut_off", "URL broke off before its answer was whole: ask again")


async def test_nobody_there():
    async with serving(Reply()) as server:
        pass
    with pytest.raises(ModelFailed) as caught:
        await ask(model(server.url))
    expected = f"no server answers at {server.url}: start it or set OLLAMA_HOST"
    assert (caught.value.type, caught.value.retryable, str(caught.value)) == ("connection", True, expected)


async def test_a_server_that_falls_silent():
    failed = await failure(streamed(*HELLO, stalls=True), patience=0.2)
    assert (failed.type, failed.partial) == ("timeout", SAID)


@pytest.mark.parametrize(
    ("reply", "type", "retryable", "words"),
    [
        (
            Reply(b'{"error":"model \'test\' not found"}', 404, JSON),
            "not_found", False, "ollama has no model 'test': 'workbench models list' shows what there is",
        ),
        (
            Reply(b"404 page not found", 404, "text/plain"),
            "not_found", False, "URL is no address of a model server: check OLLAMA_HOST",
        ),
        (
            Reply(b'{"error":"test does not support tools"}', 400, JSON),
            "bad_request", False, "ollama refuses the request as it is: test does not support tools",
        ),
        (
            Reply(b'{"error":"unauthorized"}', 401, JSON),
            "auth", False, "ollama does not accept the key in OLLAMA_API_KEY: set a valid one",
        ),
        (Reply(b"", 500, JSON), "server_error", True, "ollama is in trouble, ask again (HTTP 500)"),
        (Reply(b'{"error":"busy"}', 503, JSON), "overloaded", True, "ollama is in trouble, ask again: busy"),
    ],
)  # fmt: skip
async def test_every_refusal_is_one_sentence(reply: Reply, type: str, retryable: bool, words: str):
    failed = await failure(reply)
    assert (failed.type, failed.retryable, str(failed)) == (type, retryable, words)


async def test_an_error_inside_a_stream_keeps_what_came():
    failed = await failure(streamed(*HELLO, {"error": "an error was encountered while running the model"}))
    assert (failed.type, failed.retryable, failed.partial) == ("server_error", True, SAID)
    assert str(failed) == "ollama is in trouble, ask again: an error was encountered while running the model"


@pytest.mark.parametrize(
    "odd", [b"<html>\n", b"\n", b"[1]\n", b"{}\n", b'{"message": 3}\n', b'{"error": {"message": "x"}}\n', b"null\n"]
)
async def test_lines_that_are_no_chat_answer(odd: bytes):
    failed = await failure(Reply(ndjson(*HELLO) + odd + ndjson(END), type=NDJSON))
    assert (failed.type, failed.retryable, failed.partial) == ("bad_answer", True, SAID)


@pytest.mark.parametrize("body", [b"[]", b"3", b'"words"'])
async def test_refusals_that_are_no_objects(body: bytes):
    failed = await failure(Reply(body, 500, JSON))
    assert failed.type in ("server_error", "bad_answer")


async def test_cancelling_closes_the_connection():
    async with serving(streamed(*HELLO, stalls=True)) as server:
        streaming = asyncio.Event()

        async def listen() -> None:
            async for piece in model(server.url).ask(request()):
                if isinstance(piece, Delta):
                    streaming.set()

        task = asyncio.create_task(listen())
        await streaming.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(10):
            await server.hung_up.wait()


IMAGE = Media(kind="image", mime="image/png", data="AAAA")


async def test_images_go_beside_the_words():
    sees = json.dumps({"capabilities": ["completion", "vision"]}).encode()
    for shown in (Reply(sees, type=JSON), Reply(b"{}", 404, JSON)):
        async with serving([shown, streamed(*HELLO, END), streamed(*HELLO, END)]) as server:
            asked = model(server.url)
            for _ in range(2):
                await ask(asked, request(Message("user", "Look", media=(IMAGE,))))
        assert [heard.path for heard in server.heard] == ["/api/show", "/api/chat", "/api/chat"], "asked once"
        assert server.heard[1].json()["messages"] == [{"role": "user", "content": "Look", "images": ["AAAA"]}]


async def test_an_image_for_a_model_without_sight_is_refused_by_name():
    async with serving(Reply(b'{"capabilities": ["completion"]}', type=JSON)) as server:
        with pytest.raises(ModelFailed, match="test has no sight") as caught:
            await ask(model(server.url), request(Message("user", "Look", media=(IMAGE,))))
    assert caught.value.type == "unsupported_media"
    assert [heard.path for heard in server.heard] == ["/api/show"]


@pytest.mark.parametrize(
    "media", [Media(kind="image", url="https://example.org/a.png"), Media(kind="audio", mime="audio/wav", data="AAAA")]
)
async def test_other_media_is_refused_by_name_and_nothing_is_sent(media: Media):
    async with serving(streamed(*HELLO, END)) as server:
        with pytest.raises(ModelFailed, match="ollama cannot be sent") as caught:
            await ask(model(server.url), request(Message("user", "Look", media=(media,))))
    assert caught.value.type == "unsupported_media"
    assert media.words in str(caught.value)
    assert server.heard == []
