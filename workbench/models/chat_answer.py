"""An answer put together from the chunks of a chat-completions stream, as regular or odd as servers send them.

What servers do, and what is made of it: calls whose index has gaps, is missing or is the same for all; calls with
nothing in them; names that are repeated or empty; ids that are empty or repeated; arguments that are null, empty or
an object; usage in every chunk, in one without choices, or never; several choices interleaved (the first counts);
content in parts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from workbench.events import Call, Usage
from workbench.events.messages import Answer, Delta
from workbench.events.text import as_json

Json = dict[str, Any]

_KEPT = ("id", "created", "provider", "service_tier", "system_fingerprint")
_COUNTED = frozenset({"prompt_tokens", "completion_tokens", "total_tokens"})
_NO_ARGUMENTS = "{}"


@dataclass(slots=True)
class _Asked:
    """A call as far as it has come."""

    index: object
    given: str = ""
    name: str = ""
    arguments: str = ""
    extra: object = None

    def call(self) -> Call:
        extra = None if self.extra is None else as_json({"extra_content": self.extra})
        arguments = self.arguments if self.arguments.strip() else _NO_ARGUMENTS
        return Call(name=self.name, arguments=arguments, given=self.given or None, extra=extra)


class ChatAnswer:
    """Takes chunks (or one whole completion) and becomes an `Answer`.

    Attributes:
        begun: a choice has come, so this is a chat completion indeed.
        finish: why the model stopped; None while it has not said so.
    """

    def __init__(self) -> None:
        self.begun = False
        self.finish: str | None = None
        self._text: list[str] = []
        self._thinking: list[str] = []
        self._refusal: list[str] = []
        self._asked: list[_Asked] = []
        self._usage: Json = {}
        self._model: str | None = None
        self._kept: Json = {}

    @property
    def text(self) -> str:
        """What it has said so far; the words of a refusal where it said nothing else."""
        return "".join(self._text) or "".join(self._refusal)

    def take(self, chunk: object) -> Iterator[Delta]:
        """Add one chunk and give what of it can be shown."""
        data = _object(chunk)
        self._usage = _object(data.get("usage")) or _object(_object(data.get("x_groq")).get("usage")) or self._usage
        self._model = data.get("model") or self._model
        self._kept |= {name: data[name] for name in _KEPT if data.get(name)}
        for choice in _objects(data.get("choices")):
            if choice.get("index") in (0, None):
                self.begun = True
                self.finish = choice.get("finish_reason") or self.finish
                yield from self._piece(_object(choice.get("delta")) or _object(choice.get("message")))

    def whole(self) -> Answer:
        """The answer that the chunks make up."""
        calls = tuple(asked.call() for asked in self._asked)
        refused = "refusal" if self._refusal and not self._text else None
        more = {name: value for name, value in self._usage.items() if name not in _COUNTED and value}
        raw = self._kept | ({"usage": more} if more else {})
        return Answer(
            text=self.text,
            thinking="".join(self._thinking),
            calls=calls,
            usage=_usage(self._usage),
            finish=refused or self.finish or ("tool_calls" if calls else "stop"),
            model=self._model,
            raw=as_json(raw) if raw else None,
        )

    def _piece(self, delta: Json) -> Iterator[Delta]:
        text, thinking = _content(delta.get("content"))
        thinking = thinking or _reasoning(delta)
        refusal = delta.get("refusal")
        if thinking:
            self._thinking.append(thinking)
            yield Delta(thinking=thinking)
        if text:
            self._text.append(text)
            yield Delta(text=text)
        if isinstance(refusal, str) and refusal:
            self._refusal.append(refusal)
            yield Delta(text=refusal)
        calls = _objects(delta.get("tool_calls"))
        if function := _object(delta.get("function_call")):
            calls.append({"index": 0, "function": function})
        for piece in calls:
            yield from self._call_piece(piece)

    def _call_piece(self, piece: Json) -> Iterator[Delta]:
        function = _object(piece.get("function"))
        custom = _object(piece.get("custom"))
        given = _string(piece.get("id"))
        name = _string(function.get("name")) or _string(custom.get("name"))
        arguments = _arguments(function.get("arguments") or custom.get("input"))
        asked = self._continued(piece.get("index"), given, name, arguments)
        if asked is None:
            if not (given or name or arguments):
                return
            asked = _Asked(piece.get("index"))
            self._asked.append(asked)
        asked.given = asked.given or given
        asked.arguments += arguments
        asked.extra = piece.get("extra_content", asked.extra)
        if name and name != asked.name:
            asked.name += name
            yield Delta(call=asked.name)

    def _continued(self, index: object, given: str, name: str, arguments: str) -> _Asked | None:
        """The call that a piece belongs to; None where it begins another."""
        if index is None:
            found = self._asked[-1] if self._asked else None
        else:
            found = next((asked for asked in reversed(self._asked) if asked.index == index), None)
        if found is None or (given and found.given and given != found.given):
            return None
        another = name and arguments and _is_whole(found.arguments)
        return None if another else found


def _usage(reported: Json) -> Usage:
    given = _object(reported.get("prompt_tokens_details"))
    made = _object(reported.get("completion_tokens_details"))
    cached = given.get("cached_tokens")
    return Usage(
        input=_count(reported.get("prompt_tokens")),
        output=_count(reported.get("completion_tokens")),
        cached=_count(reported.get("prompt_cache_hit_tokens") if cached is None else cached),
        reasoning=_count(made.get("reasoning_tokens")),
    )


def _content(content: object) -> tuple[str, str]:
    """Text and thinking of a message's content, which may come in parts."""
    if isinstance(content, str):
        return content, ""
    text = thinking = ""
    for part in _objects(content):
        text += _string(part.get("text"))
        inner = part.get("thinking")
        thinking += inner if isinstance(inner, str) else _content(inner)[0]
    return text, thinking


def _reasoning(delta: Json) -> str:
    for name in ("reasoning_content", "reasoning"):
        if isinstance(words := delta.get(name), str) and words:
            return words
    details = _objects(delta.get("reasoning_details"))
    return "".join(_string(detail.get("text")) or _string(detail.get("summary")) for detail in details)


def _arguments(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else as_json(value)


def _is_whole(arguments: str) -> bool:
    try:
        return isinstance(json.loads(arguments), dict)
    except ValueError:
        return False


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _object(value: object) -> Json:
    return cast(Json, value) if isinstance(value, dict) else {}


def _objects(value: object) -> list[Json]:
    return [_object(item) for item in cast(list[object], value)] if isinstance(value, list) else []
