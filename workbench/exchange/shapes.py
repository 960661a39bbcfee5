"""The chat form of a message and back, letter for letter: a body keeps in `extra` only what the chat form would lose.

`extra` is a JSON object: `fields` that the original had beside or instead of the plain form, those it was `without`,
`absent` where the recording held no such message at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from workbench.events import Call, Media
from workbench.events.chat_parts import chat_part
from workbench.events.text import as_json, clean
from workbench.exchange.untrusted import a_list, a_text, an_object, decode_json

Fields = dict[str, Any]


def text_of(content: Any) -> str:
    """What a message's content says: a string, the text parts of a list, JSON of anything else."""
    if isinstance(content, str):
        return content
    if content is None:
        return ""
    if isinstance(content, list):
        parts = a_list(content)
        texts = [part if isinstance(part, str) else an_object(part).get("text") for part in parts if part]
        return "\n".join([text for text in texts if isinstance(text, str)])
    return as_json(content)


def _with_gaps(content: Any) -> str:
    """What `text_of` once made of parts: an empty line for each image. Older logs hold that."""
    texts = [a_text(part, a_text(an_object(part).get("text"))) for part in a_list(content) if part]
    return "\n".join(texts)


def content_form(text: str, media: Sequence[Media]) -> str | list[Fields]:
    """A message's content: its text, or parts where images, sounds or files go with it.

    What this form has no place for (a sound or a file by its address) stands in words.
    """
    if not media:
        return text
    parts: list[Fields] = [{"type": "text", "text": text}] if text else []
    return parts + [chat_part(one) or {"type": "text", "text": one.words} for one in media]


def kept(plain: Fields, original: Fields) -> Fields:
    """What must be kept so that `restored(plain, …)` is `original`."""
    extra: Fields = {}
    fields = {key: value for key, value in original.items() if key not in plain or not _same(plain[key], value)}
    without = [key for key in plain if key not in original]
    if fields:
        extra["fields"] = fields
    if without:
        extra["without"] = without
    return extra


def _same(one: Any, other: Any) -> bool:
    """Equality as JSON has it: `1`, `1.0` and `true` are three things."""
    if type(one) is not type(other) or one != other:
        return False
    return not isinstance(one, dict | list) or json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def restored(plain: Fields, extra: Fields) -> Fields:
    """The original of `plain`. Kept content gives way where the body no longer says the same."""
    fields = an_object(extra.get("fields"))
    said = text_of(plain.get("content"))
    if "content" in fields and said not in (text_of(fields["content"]), _with_gaps(fields["content"])):
        fields = {key: value for key, value in fields.items() if key != "content"}
    without = a_list(extra.get("without"))
    return {key: value for key, value in plain.items() if key not in without} | fields


def extra_of(text: str | None) -> Fields:
    """The kept object of a body or call; empty where there is none."""
    if not text:
        return {}
    try:
        return an_object(decode_json(text))
    except ValueError:
        return {}


def as_extra(extra: Fields) -> str | None:
    """The object as a body keeps it, cleaned; None where there is nothing to keep."""
    return clean(as_json(extra)) if extra else None


def plain_call(call: Call, own: str) -> Fields:
    """The chat form of a call; `own` is its id where nobody gave it one."""
    return {
        "id": own if call.given is None else call.given,
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    }


def call_of(original: Fields, own: str) -> Call:
    """A call from its chat form, or from a flat one (`name` and `arguments` beside the `id`) as tau2 has it."""
    function = original.get("function")
    flat = not isinstance(function, dict) and "name" in original
    told = original if flat else an_object(function)
    given = original.get("id")
    call = Call(
        name=a_text(told.get("name")),
        arguments=_arguments(told.get("arguments")),
        given=given if isinstance(given, str) else None,
    )
    extra = _kept_flat(call, own, original) if flat else _kept_chat(call, own, original)
    return call.model_copy(update={"extra": as_extra(extra)})


def _kept_flat(call: Call, own: str, original: Fields) -> Fields:
    told = ("name", "arguments") if isinstance(original.get("arguments"), dict) else ("name",)
    beside = {key: value for key, value in original.items() if key not in told}
    return {"flat": True} | kept({"id": plain_call(call, own)["id"]}, beside)


def _kept_chat(call: Call, own: str, original: Fields) -> Fields:
    plain, extra = plain_call(call, own), Fields()
    if isinstance(original.get("function"), dict):
        function: Fields = dict(original["function"])
        if isinstance(function.get("arguments"), dict | list):
            extra["decoded"] = True
            function["arguments"] = call.arguments
        if lost := kept(plain["function"], function):
            extra["function"] = lost
        plain["function"] = original["function"]
    return extra | kept(plain, original)


def call_form(call: Call, own: str) -> Fields:
    """The call in chat form, with whatever its source had beside it."""
    plain, extra = plain_call(call, own), extra_of(call.extra)
    if extra.get("flat"):
        return restored(plain | {"name": call.name, "arguments": _decoded(call.arguments)}, extra)
    if extra.get("decoded"):
        plain["function"]["arguments"] = _decoded(call.arguments)
    plain["function"] = restored(plain["function"], an_object(extra.get("function")))
    return restored(plain, extra)


def _arguments(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "{}" if value is None else as_json(value)


def _decoded(arguments: str) -> Any:
    try:
        return decode_json(arguments)
    except ValueError:
        return arguments
