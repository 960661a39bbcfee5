"""What middleware had a model asked instead: told as what it changed, and the request made again from that."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast

import msgspec

from workbench.events.frozen import Part
from workbench.events.messages import Message, ModelRequest
from workbench.events.parts import ToolSpec
from workbench.events.text import as_json

_FIELDS = {
    "model": "model",
    "system": "system prompt",
    "settings": "settings",
    "structured": "form of the answer",
    "output_schema": "form of the answer",
    "no_tools": "use of tools",
}


def changes_of(asked: ModelRequest, sent: ModelRequest) -> str:
    """JSON of what `sent` has otherwise than `asked`; `{}` where a model sees no difference.

    `messages` lists those of `sent`: a pair `[from, to]` stands for those of `asked` from one place up to another, an
    object for a message of its own.
    """
    changes = {name: getattr(sent, name) for name in _FIELDS if getattr(asked, name) != getattr(sent, name)}
    if asked.tools != sent.tools:
        changes["tools"] = [tool.model_dump(mode="json", exclude_defaults=True) for tool in sent.tools]
    if sent.messages is not asked.messages:
        told = _told(asked.messages, sent.messages)
        if told != ([[0, len(asked.messages)]] if asked.messages else []):
            changes["messages"] = told
    return as_json(changes)


def altered(asked: ModelRequest, changes: str) -> ModelRequest:
    """The request that was sent, where `asked` was to be asked and `changes` were made to it."""
    told: dict[str, Any] = json.loads(changes)
    if "tools" in told:
        told["tools"] = tuple([ToolSpec(**tool) for tool in told["tools"]])
    if "messages" in told:
        messages: list[Message] = []
        for one in told["messages"]:
            messages += asked.messages[one[0] : one[1]] if isinstance(one, list) else [_message(one)]
        told["messages"] = messages
    return msgspec.structs.replace(asked, **told)


def in_words(changes: str) -> str:
    """What was changed: `system prompt, 2 of 5 messages`; "" where nothing was."""
    told: dict[str, Any] = json.loads(changes)
    words = [word for name, word in _FIELDS.items() if name in told]
    if "tools" in told:
        words.append("tools")
    if "messages" in told:
        messages: list[Any] = told["messages"]
        own = sum(isinstance(one, dict) for one in messages)
        kept = sum([one[1] - one[0] for one in messages if not isinstance(one, dict)])
        words.append(f"{own} of {own + kept} messages" if own else f"all but {kept} messages left out")
    return ", ".join(dict.fromkeys(words))


def _told(asked: Sequence[Message], sent: Sequence[Message]) -> list[Any]:
    """`sent` as stretches of `asked` and messages of its own."""
    places: dict[int, list[int]] = {}
    for place, message in enumerate(asked):
        places.setdefault(message.seq, []).append(place)
    told: list[Any] = []
    for message in sent:
        same = [place for place in places.get(message.seq, ()) if asked[place] == message]
        if not same:
            told.append(_plain(message))
        elif told and isinstance(told[-1], list) and told[-1][1] in same:
            told[-1][1] += 1
        else:
            told.append([same[0], same[0] + 1])
    return told


def _plain(message: Message) -> dict[str, Any]:
    def part(value: Any) -> Any:
        assert isinstance(value, Part)
        return value.model_dump(mode="json", exclude_defaults=True)

    fields: dict[str, Any] = msgspec.to_builtins(message, enc_hook=part)
    return {name: value for name, value in fields.items() if value}


def _message(plain: dict[str, Any]) -> Message:
    def part(kind: type, value: Any) -> Any:
        return kind(**cast(dict[str, Any], value))

    return msgspec.convert(plain, Message, dec_hook=part)
