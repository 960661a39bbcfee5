"""Exchanges recorded from real providers, replayed byte for byte through the adapters, cut at any place.

What each answer must hold is read from the recorded body here, by other means than the adapters': by index, from
the whole body at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.models.asking import KEY, ask
from tests.models.loopback import SSE, Reply, serving
from workbench.errors import ModelFailed
from workbench.events.messages import Model
from workbench.models.endpoints import PROVIDERS, endpoint
from workbench.models.ollama_chat import OllamaChat
from workbench.models.openai_chat import OpenAIChat

Json = dict[str, Any]


@dataclass(frozen=True)
class Exchange:
    name: str
    status: int
    type: str
    body: bytes
    ollama: bool

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
        row = PROVIDERS["ollama" if self.ollama else "openai"]
        where = endpoint(row, {row.url_variable: url, row.key_variable: KEY})
        return (OllamaChat if self.ollama else OpenAIChat)("recorded", where)


@dataclass
class Expected:
    text: str = ""
    thinking: str = ""
    calls: tuple[tuple[str, object], ...] = ()
    input: int | None = None
    output: int | None = None
    finish: str | None = None


def exchanges(data_dir: Path) -> list[Exchange]:
    found: list[Exchange] = []
    for file in sorted((data_dir / "wire" / "decoded").glob("*.meta.json")):
        meta = json.loads(file.read_text())
        ollama = meta["url"].endswith("/api/chat")
        if ollama or "chat/completions" in meta["url"]:
            stem = file.name.removesuffix(".meta.json")
            body = next(file.parent.glob(f"{stem}.response.*")).read_bytes()
            kind = meta["content_type"] or ("application/x-ndjson" if ollama else "application/json")
            if ollama and meta["response_kind"] == "json":
                body = body.strip() + b"\n"
            found.append(Exchange(stem, meta["status"], kind, body, ollama))
    loose = data_dir / "wire" / "anthropic-compat__tool-index-1.sse"
    found.append(Exchange(loose.stem, 200, SSE, loose.read_bytes(), ollama=False))
    chunks = data_dir / "wire" / "mistral__incremental-tool-name-empty.chunks.txt"
    body = b"".join(b"data: %b\n\n" % line for line in chunks.read_bytes().splitlines() if line)
    found.append(Exchange(chunks.stem, 200, SSE, body, ollama=False))
    return found


def messages(exchange: Exchange) -> Iterator[Json]:
    for document in exchange.documents():
        if exchange.ollama:
            yield document["message"]
        for choice in document.get("choices", ()):
            if choice["index"] == 0:
                yield choice.get("delta") or choice.get("message") or {}


def expected(exchange: Exchange) -> Expected:
    """What the recorded body says."""
    want = Expected()
    calls: dict[int, list[str]] = {}
    for message in messages(exchange):
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


def decoded(arguments: str) -> object:
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments


def is_failure(exchange: Exchange) -> bool:
    told = exchange.documents()
    return exchange.status >= 400 or any("error" in document for document in told) or not any(messages(exchange))


FAILURES = {
    "openai-chat__401__00": ("auth", False),
    "openai-chat__404-model__00": ("not_found", False),
    "openai-chat__400-unsupported-role__00": ("bad_request", False),
    "openai-chat__400-stop-unsupported__00": ("bad_request", False),
    "openai-chat__200-not-a-completion__00": ("bad_answer", True),
    "azure__content-filter__00": ("refused", False),
    "openrouter__401__00": ("auth", False),
    "openrouter__401__01": ("auth", False),
    "openrouter__429__00": ("rate_limited", True),
    "openrouter__429__01": ("rate_limited", True),
    "openrouter__429__02": ("rate_limited", True),
    "openrouter__midstream-error__00": ("bad_request", False),
    "groq__tool_use_failed__00": ("bad_request", True),
    "groq__tool_use_failed-stream__00": ("bad_request", True),
    "ollama__404__00": ("not_found", False),
}


@given(cuts=st.lists(st.floats(0, 1), max_size=20))
@settings(max_examples=8, derandomize=True, deadline=None, phases=(Phase.generate,))
async def test_recorded_exchanges_are_read_as_they_are(data_dir: Path, cuts: list[float]):
    found = exchanges(data_dir)
    assert len(found) > 50
    assert {exchange.name for exchange in found if is_failure(exchange)} == FAILURES.keys()
    for exchange in found:
        splits = [round(cut * len(exchange.body)) for cut in cuts]
        async with serving(Reply(exchange.body, exchange.status, exchange.type, splits=splits)) as server:
            if exchange.name in FAILURES:
                await fails(exchange, server.url)
            else:
                await answers(exchange, server.url)


async def answers(exchange: Exchange, url: str) -> None:
    answer, deltas = await ask(exchange.model(url))
    want = expected(exchange)
    got = Expected(
        answer.text,
        answer.thinking,
        tuple((call.name, decoded(call.arguments)) for call in answer.calls),
        answer.usage.input,
        answer.usage.output,
        answer.finish if want.finish else None,
    )
    assert got == want, exchange.name
    assert "".join(delta.text for delta in deltas) == answer.text
    assert "".join(delta.thinking for delta in deltas) == answer.thinking


async def fails(exchange: Exchange, url: str) -> None:
    with pytest.raises(ModelFailed) as caught:
        await ask(exchange.model(url))
    failed = caught.value
    assert (failed.type, failed.retryable) == FAILURES[exchange.name], (exchange.name, str(failed))
    came = exchange.status == 200 and not exchange.type.endswith("json")
    assert failed.partial == ("".join(message.get("content") or "" for message in messages(exchange)) if came else "")
    assert KEY not in str(failed)
