"""An answer put together from the chunks of a chat-completions stream, as regular or odd as servers send them.

What servers do, and what is made of it: calls whose index has gaps, is missing or is the same for all; calls with
nothing in them; names that are repeated or empty; ids that are empty or repeated; arguments that are null, empty or
an object; usage in every chunk, in one without choices, or never; several choices interleaved (the first counts);
content in parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from workbench.events import Call, Usage
from workbench.events.messages import Answer, Delta
from workbench.events.text import as_json, from_json
from workbench.models.adapters.folding import fold, folded
from workbench.models.loose import Json, a_count, a_place, a_string, an_object, objects

_NO_ARGUMENTS = "{}"


@dataclass(slots=True)
class _Asked:
    """A call as far as it has come."""

    index: object
    given: str = ""
    name: str = ""
    arguments: str = ""
    extra: object = None
    document: Json = field(default_factory=dict[str, Any])

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
        self._older = self._in_pieces = False
        self._document: Json = {}
        self._choices: dict[int | str, Json] = {}

    @property
    def ended(self) -> bool:
        """The model said why it stopped."""
        return self.finish is not None

    @property
    def text(self) -> str:
        """What it has said so far; the words of a refusal where it said nothing else."""
        return "".join(self._text) or "".join(self._refusal)

    def take(self, event: object) -> Iterator[Delta]:
        """Add one chunk and give what of it can be shown."""
        data = an_object(event)
        self._usage = (
            an_object(data.get("usage")) or an_object(an_object(data.get("x_groq")).get("usage")) or self._usage
        )
        self._model = a_string(data.get("model")) or self._model
        fold(self._document, {name: value for name, value in data.items() if name != "choices"})
        for choice in objects(data.get("choices")):
            said = an_object(choice.get("delta")) or an_object(choice.get("message"))
            first = choice.get("index") in (0, None)
            self._keep(choice, said, first=first)
            if first:
                self.begun = True
                self.finish = _reason(choice.get("finish_reason")) or self.finish
                yield from self._piece(said)

    def whole(self) -> Answer:
        """The answer that the chunks make up."""
        calls = tuple(asked.call() for asked in self._asked)
        refused = "refusal" if self._refusal and not self._text else None
        return Answer(
            text=self.text,
            thinking="".join(self._thinking),
            calls=calls,
            usage=_usage(self._usage),
            finish=refused or self.finish or ("tool_calls" if calls else "stop"),
            model=self._model,
        )

    def document(self) -> Json:
        """The completion as the provider would have sent it whole."""
        document = folded(self._document) | {"choices": folded(list(self._choices.values()))}
        calls = [folded(asked.document) for asked in self._asked]
        if calls and self._in_pieces:
            older = {"function_call": calls[0].get("function")} if self._older else {"tool_calls": calls}
            document["choices"][0]["message"] |= older
        return document

    def _keep(self, choice: Json, said: Json, *, first: bool) -> None:
        """Fold a choice; but pieces of the first one's calls are for `_call_piece`, which knows how odd they can be."""
        known = self._choices.setdefault(a_place(choice.get("index") or 0), {"message": {}})
        fold(known, {name: value for name, value in choice.items() if name not in ("delta", "message")})
        in_pieces = first and "delta" in choice
        calls = [name for name in ("tool_calls", "function_call") if in_pieces and said.get(name)]
        self._in_pieces = self._in_pieces or in_pieces
        fold(known["message"], {name: value for name, value in said.items() if name not in calls})

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
        calls = objects(delta.get("tool_calls"))
        if function := an_object(delta.get("function_call")):
            self._older = True
            calls.append({"index": 0, "function": function})
        for piece in calls:
            yield from self._call_piece(piece)

    def _call_piece(self, piece: Json) -> Iterator[Delta]:
        function = an_object(piece.get("function"))
        custom = an_object(piece.get("custom"))
        given = a_string(piece.get("id"))
        name = a_string(function.get("name")) or a_string(custom.get("name"))
        arguments = _arguments(function.get("arguments") or custom.get("input"))
        asked = self._continued(piece.get("index"), given, name, arguments)
        if asked is None:
            if not (given or name or arguments):
                return
            asked = _Asked(piece.get("index"))
            self._asked.append(asked)
        fold(asked.document, piece)
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


def _reason(told: object) -> str | None:
    """Why the model stopped, where it says that it did, in whatever form."""
    return told if isinstance(told, str) else "stop" if told else None


def _usage(reported: Json) -> Usage:
    given = an_object(reported.get("prompt_tokens_details"))
    made = an_object(reported.get("completion_tokens_details"))
    cached = given.get("cached_tokens")
    return Usage(
        input=a_count(reported.get("prompt_tokens")),
        output=a_count(reported.get("completion_tokens")),
        cached=a_count(reported.get("prompt_cache_hit_tokens") if cached is None else cached),
        reasoning=a_count(made.get("reasoning_tokens")),
    )


def _content(content: object) -> tuple[str, str]:
    """Text and thinking of a message's content, which may come in parts."""
    if isinstance(content, str):
        return content, ""
    text = thinking = ""
    for part in objects(content):
        text += a_string(part.get("text"))
        inner = part.get("thinking")
        thinking += inner if isinstance(inner, str) else _content(inner)[0]
    return text, thinking


def _reasoning(delta: Json) -> str:
    for name in ("reasoning_content", "reasoning"):
        if isinstance(words := delta.get(name), str) and words:
            return words
    details = objects(delta.get("reasoning_details"))
    return "".join(a_string(detail.get("text")) or a_string(detail.get("summary")) for detail in details)


def _arguments(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else as_json(value)


def _is_whole(arguments: str) -> bool:
    try:
        return isinstance(from_json(arguments), dict)
    except ValueError:
        return False
