"""An answer put together from the events of Anthropic's Messages: blocks of text, thinking and calls by their index."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.events import Call, Usage
from workbench.events.messages import Answer, Delta
from workbench.events.text import as_json, from_json
from workbench.models.adapters.folding import fold, folded
from workbench.models.loose import Json, a_count, a_place, a_string, an_object, objects

_FINISHES = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
}
"""Anthropic's reasons in everybody's words; others (`refusal`, `pause_turn`) stay as they are."""


class AnthropicAnswer:
    """Takes events (or one whole message) and becomes an `Answer`.

    Attributes:
        begun: a message has begun.
    """

    def __init__(self) -> None:
        self.begun = False
        self._message: Json = {}
        self._blocks: dict[object, Json] = {}
        self._text: list[str] = []
        self._inputs: dict[object, str] = {}
        self._over = False

    @property
    def ended(self) -> bool:
        """It said why it stopped, or that the message is over."""
        return self._over or bool(self._message.get("stop_reason"))

    @property
    def text(self) -> str:
        """What it has said so far."""
        return "".join(self._text)

    def take(self, event: object) -> Iterator[Delta]:
        """Add one event and give what of it can be shown."""
        data = an_object(event)
        match data.get("type"):
            case "message_start":
                self._begin(an_object(data.get("message")))
            case "message":
                self._begin(data)
                for place, block in enumerate(objects(data.get("content"))):
                    yield from self._block(place, block)
            case "content_block_start":
                yield from self._block(a_place(data.get("index")), an_object(data.get("content_block")))
            case "content_block_delta":
                yield from self._delta(a_place(data.get("index")), an_object(data.get("delta")))
            case "message_delta":
                fold(self._message, an_object(data.get("delta")))
                fold(self._message, {"usage": an_object(data.get("usage"))})
                more = {name: value for name, value in data.items() if name not in ("type", "delta", "usage")}
                fold(self._message, more)
            case "message_stop":
                self._over = True
            case _:
                return

    def whole(self) -> Answer:
        """The answer that the events make up."""
        document = self.document()
        blocks, usage = objects(document["content"]), an_object(document.get("usage"))
        details = an_object(usage.get("output_tokens_details"))
        calls = tuple(
            Call(
                name=a_string(block.get("name")),
                arguments=self._arguments(place, block),
                given=a_string(block.get("id")) or None,
            )
            for place, block in zip(self._blocks, blocks, strict=True)
            if block.get("type") == "tool_use"
        )
        reason = a_string(document.get("stop_reason"))
        return Answer(
            text=self.text,
            thinking="".join(a_string(block.get("thinking")) for block in blocks),
            calls=calls,
            usage=Usage(
                input=_all_input(usage),
                output=a_count(usage.get("output_tokens")),
                cached=a_count(usage.get("cache_read_input_tokens")),
                reasoning=a_count(details.get("thinking_tokens")),
            ),
            finish=_FINISHES.get(reason, reason) or ("tool_calls" if calls else "stop"),
            model=a_string(document.get("model")) or None,
        )

    def document(self) -> Json:
        """The message as the provider would have sent it whole."""
        blocks: list[Json] = [folded(block) for block in self._blocks.values()]
        for place, block in zip(self._blocks, blocks, strict=True):
            if written := self._inputs.get(place, "").strip():
                block["input"] = _decoded(written)
        return folded(self._message) | {"content": blocks}

    def _begin(self, message: Json) -> None:
        self.begun = True
        fold(self._message, {name: value for name, value in message.items() if name != "content"})

    def _block(self, place: object, block: Json) -> Iterator[Delta]:
        known = self._blocks.setdefault(place, {})
        # An input is an object here, and comes in pieces of its JSON text later.
        known["input"] = block.get("input", {}) if block.get("type") == "tool_use" else None
        if known["input"] is None:
            del known["input"]
        fold(known, {name: value for name, value in block.items() if name != "input" or "input" not in known})
        yield from self._shown(block)
        if block.get("type") == "tool_use":
            yield Delta(call=a_string(block.get("name")))

    def _delta(self, place: object, delta: Json) -> Iterator[Delta]:
        known = self._blocks.setdefault(place, {})
        match delta.get("type"):
            case "input_json_delta":
                self._inputs[place] = self._inputs.get(place, "") + a_string(delta.get("partial_json"))
            case "citations_delta":
                fold(known, {"citations": [delta.get("citation")]})
            case _:
                fold(known, {name: value for name, value in delta.items() if name != "type"})
                kind = a_string(delta.get("type")).removesuffix("_delta")
                known.setdefault("type", "thinking" if kind == "signature" else kind)
                yield from self._shown(delta)

    def _shown(self, piece: Json) -> Iterator[Delta]:
        if text := a_string(piece.get("text")):
            self._text.append(text)
            yield Delta(text=text)
        if thinking := a_string(piece.get("thinking")):
            yield Delta(thinking=thinking)

    def _arguments(self, place: object, block: Json) -> str:
        """What the model wrote, letter for letter where it came as text."""
        return self._inputs.get(place, "").strip() or as_json(block.get("input") or {})


def _all_input(usage: Json) -> int | None:
    """All that was read: what was new, what the cache held, and what was written to it."""
    new = a_count(usage.get("input_tokens"))
    if new is None:
        return None
    cached = (a_count(usage.get(name)) or 0 for name in ("cache_read_input_tokens", "cache_creation_input_tokens"))
    return new + sum(cached)


def _decoded(text: str) -> object:
    try:
        return from_json(text)
    except ValueError:
        return text
