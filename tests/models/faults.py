"""Faults on schedule, in each wire format: what a bad server sends, by the words that docs/bad-days.md has for it."""

from __future__ import annotations

from typing import Any

from tests.models.loopback import JSON, NDJSON, Reply, ndjson, sse

REFUSES = Reply(status=0)
"""No reply at all: nobody listens where the adapter asks."""
FORMS = ("openai", "openai-responses", "anthropic", "ollama")


def error(status: int, words: str = "oops", **more: Any) -> Reply:
    """A refusal, in the form that all of them understand."""
    body = b'{"type": "error", "error": {"type": "api_error", "message": "%b"}}' % words.encode()
    return Reply(body, status=status, type=JSON, **more)


def chunk(delta: dict[str, Any] | None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """A piece of a chat completion."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, **more}


def call(index: int | None, name: str | None, arguments: Any, given: str | None = "c1") -> dict[str, Any]:
    """A piece of a tool call."""
    plain = {"index": index, "id": given, "type": "function", "function": {"name": name, "arguments": arguments}}
    return {"tool_calls": [plain]}


START: dict[str, list[dict[str, Any]]] = {
    "openai": [chunk({"role": "assistant", "content": "It is"})],
    "openai-responses": [
        {"type": "response.created", "sequence_number": 0, "response": {"id": "r", "output": []}},
        {"type": "response.output_text.delta", "sequence_number": 1, "item_id": "i", "output_index": 0,
         "content_index": 0, "delta": "It is", "logprobs": []},
    ],
    "anthropic": [
        {"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "model": "m",
         "content": [], "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "It is"}},
    ],
    "ollama": [{"model": "m", "created_at": "2026-01-01T00:00:00Z", "done": False,
                "message": {"role": "assistant", "content": "It is"}}],
}  # fmt: skip


def stream(form: str, events: list[dict[str, Any]], tail: bytes = b"", **more: Any) -> Reply:
    """Events as a server of that form streams them, without the end being announced."""
    if form == "ollama":
        return Reply(ndjson(*events) + tail, type=NDJSON, **more)
    if form == "openai":
        return Reply(sse(*events, done=False) + tail, **more)
    return Reply(
        b"".join(b"event: %b\n" % one["type"].encode() + sse(one, done=False) for one in events) + tail, **more
    )


_DEEP = b'{"type": "response.output_text.delta", "message": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001
DEEP = {
    "openai": b"data: " + _DEEP + b"\n\n",
    "openai-responses": b"event: response.output_text.delta\ndata: " + _DEEP + b"\n\n",
    "anthropic": b"event: content_block_delta\ndata: " + _DEEP + b"\n\n",
    "ollama": _DEEP + b"\n",
}


def everywhere(form: str) -> dict[str, Reply | None]:
    """The faults that every form can have."""
    begun = START[form]
    broken: dict[str, Any] = {"type": "error", "error": {"type": "overloaded_error", "message": "overloaded"}}
    return {
        "refuses the connection": REFUSES,
        "hangs up at once": None,
        "408": error(408),
        "409": error(409),
        "429": error(429),
        "500": error(500),
        "503": error(503),
        "529": error(529),
        "a page of HTML with 502": Reply(b"<html>bad gateway</html>", status=502, type="text/html"),
        "an error's body with 200": error(200),
        "an empty body with 200": stream(form, []),
        "a page of HTML with 200": Reply(b"<html>hello</html>", type="text/html"),
        "dies in mid-stream": stream(form, begun, drops=True),
        "ends in mid-stream in good order": stream(form, begun),
        "is cut in the middle of an event": stream(form, begun, b'data: {"cho' if form != "ollama" else b'{"mod'),
        "an error inside a stream": stream(form, [*begun, {"error": "overloaded"} if form == "ollama" else broken]),
        "JSON nested beyond reason": stream(form, begun, DEEP[form]),
        "hangs before the first token": stream(form, [], stalls=True),
        "hangs between tokens": stream(form, begun, stalls=True),
    }


CHAT: dict[str, Reply] = {
    "`[DONE]` is missing": Reply(sse(chunk({"content": "hi"}, "stop"), done=False)),
    "no choices at all": Reply(sse(chunk(None))),
    "usage is missing": Reply(sse(chunk({"content": "hi"}, "stop"))),
    "usage in every chunk": Reply(
        sse(
            *[
                chunk({"content": "h"}, end, usage={"prompt_tokens": 1, "completion_tokens": 2})
                for end in (None, "stop")
            ]
        )
    ),
    "choices interleaved": Reply(
        sse(
            chunk({"content": "h"}),
            chunk(None) | {"choices": [{"index": 1, "delta": {"content": "no"}, "finish_reason": "stop"}]},
            chunk({"content": "i"}, "stop"),
        )
    ),
    "finish by length": Reply(sse(chunk({"content": "hi"}, "length"))),
    "finish by filter": Reply(sse(chunk({"content": "hi"}, "content_filter"))),
    "call indexes with gaps": Reply(sse(chunk(call(3, "a", "{}")), chunk(call(7, "b", "{}", "c2"), "tool_calls"))),
    "a call's name repeated": Reply(sse(chunk(call(0, "a", "{")), chunk(call(0, "a", "}"), "tool_calls"))),
    "call ids empty": Reply(sse(chunk(call(0, "a", "{}", "")), chunk(call(1, "b", "{}", ""), "tool_calls"))),
    "call ids repeated": Reply(sse(chunk(call(0, "a", "{}")), chunk(call(1, "b", "{}"), "tool_calls"))),
    "arguments empty": Reply(sse(chunk(call(0, "a", ""), "tool_calls"))),
    "arguments `null`": Reply(sse(chunk(call(0, "a", None), "tool_calls"))),
    "usage beyond belief": Reply(
        sse(chunk({"content": "hi"}, "stop", usage={"prompt_tokens": 2**63, "completion_tokens": 10**30}))
    ),
    "lists where words and numbers should be": Reply(
        sse(
            chunk(None)
            | {"model": ["m"], "choices": [{"index": [0], "delta": {"content": "no"}, "finish_reason": ["stop"]}]},
            chunk({"content": "hi"}, "stop"),
        )
    ),
    "arguments invalid or cut": Reply(sse(chunk(call(0, "a", '{"x": '), "tool_calls"))),
}
