"""Exchanges recorded from real providers, and what each answer must hold.

That is read from the recorded body here, by other means than the adapters': by index, from the whole body at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.models.asking import KEY
from tests.models.loopback import SSE
from workbench.events.messages import Model
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS
from workbench.models.providers import adapter

Json = dict[str, Any]

NATIVE_GEMINI = "generativelanguage.googleapis.com/v1beta/models/"
"""Not spoken here: Gemini is, by its compatible endpoint."""

_PATHS = {
    "/api/chat": "ollama",
    "/chat/completions": "openai",
    "/v1/messages": "anthropic",
    "/v1/responses": "openai-responses",
}
_CHUNKS = {
    "mistral__incremental-tool-name-empty": "openai",
    "anthropic__refusal-chunks": "anthropic",
    "anthropic__tool-no-args-chunks": "anthropic",
    "openai-responses__midstream-failure": "openai-responses",
}
_FINISHES = {"end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length", "tool_use": "tool_calls"}


@dataclass(frozen=True)
class Exchange:
    """One answer of a provider: `speaks` is the name of a provider whose adapter reads it."""

    name: str
    status: int
    type: str
    body: bytes
    speaks: str
    exact: bool = True

    def documents(self) -> list[Json]:
        """The JSON documents of the body, however they are wrapped."""
        lines = self.body.decode().splitlines()
        if any(line.startswith("data: ") for line in lines):
            told = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
            return [json.loads(line) for line in told if line != "[DONE]"]
        try:
            return [json.loads(self.body)]
        except ValueError:
            return [json.loads(line) for line in lines]

    def model(self, url: str) -> Model:
        """A model of the recorded provider's kind, at `url`."""
        row = PROVIDERS[self.speaks]
        where = endpoint(row, {row.url_env: url, row.key_env: KEY})
        return adapter(row)("recorded", where)


@dataclass
class Expected:
    """What an answer must hold."""

    text: str = ""
    thinking: str = ""
    calls: tuple[tuple[str, object], ...] = ()
    input: int | None = None
    output: int | None = None
    finish: str | None = None


def exchanges(data_dir: Path) -> list[Exchange]:
    """Everything recorded that an adapter reads."""
    found: list[Exchange] = []
    for file in sorted((data_dir / "wire" / "decoded").glob("*.meta.json")):
        meta = json.loads(file.read_text())
        url = meta["url"].partition("?")[0]
        speaks = next((name for path, name in _PATHS.items() if url.endswith(path)), None)
        if speaks is None:
            assert NATIVE_GEMINI in url, url
            continue
        stem = file.name.removesuffix(".meta.json")
        body = next(file.parent.glob(f"{stem}.response.*")).read_bytes()
        kind = meta["content_type"] or ("application/x-ndjson" if speaks == "ollama" else "application/json")
        if speaks == "ollama" and meta["response_kind"] == "json":
            body = body.strip() + b"\n"
        found.append(Exchange(stem, meta["status"], kind, body, speaks))
    loose = data_dir / "wire" / "anthropic-compat__tool-index-1.sse"
    found.append(Exchange(loose.stem, 200, SSE, loose.read_bytes(), "openai"))
    for stem, speaks in _CHUNKS.items():
        lines = (data_dir / "wire" / f"{stem}.chunks.txt").read_bytes().splitlines()
        body = b"".join(_event(line) for line in lines if line)
        found.append(Exchange(stem, 200, SSE, body, speaks))
    return found


def _event(line: bytes) -> bytes:
    kind = json.loads(line).get("type")
    head = f"event: {kind}\n".encode() if kind else b""
    return b"%bdata: %b\n\n" % (head, line)


def is_failure(exchange: Exchange) -> bool:
    """The recorded body is no answer."""
    told = exchange.documents()
    if exchange.status >= 400 or any(document.get("error") for document in told):
        return True
    return exchange.speaks in ("openai", "ollama") and not any(_chat_messages(exchange))


def expected(exchange: Exchange) -> Expected:
    """What the recorded body says."""
    match exchange.speaks:
        case "anthropic":
            return _of_blocks(exchange)
        case "openai-responses":
            return _of_items(exchange)
        case _:
            return _of_chat(exchange)


def said(exchange: Exchange) -> str:
    """The text that had come before a stream failed."""
    return "".join(message.get("content") or "" for message in _chat_messages(exchange))


def decoded(arguments: str) -> object:
    """Arguments as the value that they are."""
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments


def _chat_messages(exchange: Exchange) -> Iterator[Json]:
    for document in exchange.documents():
        if exchange.speaks == "ollama":
            yield document["message"]
        for choice in document.get("choices", ()):
            if choice["index"] == 0:
                yield choice.get("delta") or choice.get("message") or {}


def _of_chat(exchange: Exchange) -> Expected:
    want = Expected()
    calls: dict[int, list[str]] = {}
    for message in _chat_messages(exchange):
        want.text += message.get("content") or ""
        details = message.get("reasoning_details") or ()
        plain = message.get("reasoning_content") or message.get("reasoning") or message.get("thinking")
        want.thinking += plain or "".join(detail.get("text") or "" for detail in details)
        pieces: list[Json] = list(message.get("tool_calls") or ())
        if message.get("function_call", {}).get("name"):
            pieces.append({"index": 0, "function": message["function_call"]})
        for place, piece in enumerate(pieces):
            function: Json = piece.get("function") or piece["custom"]
            written = function.get("arguments") or function.get("input") or ""
            call = calls.setdefault(piece.get("index", place), ["", ""])
            call[0] = call[0] or function.get("name", "")
            call[1] += written if isinstance(written, str) else json.dumps(written)
    # One gateway sends each form of a call in every answer, those that it does not mean empty.
    want.calls = tuple((name, decoded(arguments or "{}")) for name, arguments in calls.values() if name)
    for document in exchange.documents():
        usage: Json = document.get("usage") or {}
        want.input = usage.get("prompt_tokens", document.get("prompt_eval_count", want.input))
        want.output = usage.get("completion_tokens", document.get("eval_count", want.output))
        for choice in document.get("choices", ()):
            want.finish = choice.get("finish_reason") or want.finish if choice["index"] == 0 else want.finish
    return want


def _of_blocks(exchange: Exchange) -> Expected:
    documents = exchange.documents()
    whole = documents[0] if documents[0]["type"] == "message" else documents[0]["message"]
    usage, reason = dict(whole["usage"]), whole["stop_reason"]
    content: list[Json] = whole["content"]
    blocks: dict[int, Json] = dict(enumerate(content))
    written: dict[int, str] = {}
    for document in documents[1:]:
        match document["type"]:
            case "content_block_start":
                blocks[document["index"]] = document["content_block"]
            case "content_block_delta":
                block, delta = blocks[document["index"]], document["delta"]
                for name in ("text", "thinking"):
                    if name in delta:
                        block[name] += delta[name]
                written[document["index"]] = written.get(document["index"], "") + delta.get("partial_json", "")
            case "message_delta":
                usage |= document["usage"]
                reason = document["delta"]["stop_reason"]
            case _:
                assert document["type"] in ("content_block_stop", "message_stop", "ping")
    cached = (usage.get("cache_read_input_tokens") or 0) + (usage.get("cache_creation_input_tokens") or 0)
    return Expected(
        text="".join(block["text"] for block in blocks.values() if block["type"] == "text"),
        thinking="".join(block["thinking"] for block in blocks.values() if block["type"] == "thinking"),
        calls=tuple(
            (block["name"], decoded(written[place]) if written.get(place) else block["input"])
            for place, block in blocks.items()
            if block["type"] == "tool_use"
        ),
        input=usage["input_tokens"] + cached,
        output=usage["output_tokens"],
        finish=_FINISHES.get(reason, reason),
    )


def _of_items(exchange: Exchange) -> Expected:
    documents = exchange.documents()
    words = "".join(one["delta"] for one in documents if one["type"] == "response.output_text.delta")
    written: dict[int, str] = {}
    for document in documents:
        if document["type"] == "response.function_call_arguments.delta":
            place = document["output_index"]
            written[place] = written.get(place, "") + document["delta"]
    response = documents[-1]["response"]
    calls = [(item["name"], place) for place, item in enumerate(response["output"]) if item["type"] == "function_call"]
    return Expected(
        text=words,
        calls=tuple((name, decoded(written[place])) for name, place in calls),
        input=response["usage"]["input_tokens"],
        output=response["usage"]["output_tokens"],
        finish="tool_calls" if calls else "stop",
    )
