"""What went over the wire at a model call: kept as what the normalised answer beside it lacks, and made whole again.

`raw` of an answer or a failure is a JSON object: `form`, `url`, `sent`, `status`, and under `answer` the provider's own
document, its stream folded into one. In it, whatever the normalised answer holds too is a reference:

    {"$": ["text"]}              the whole text                {"$": ["text", 3, 40]}     a part of it
    {"$": ["calls.0.arguments", "json"]}   the value that the first call's arguments are
    {"$": ["=", {…}]}            an object that only looks like a reference

So nothing is stored twice, unknown fields are kept, and an edited text is edited in the provider's document, too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Protocol, cast

import msgspec

from workbench.events.parts import Call
from workbench.events.text import as_json, clean

Json = dict[str, Any]
_SHORTEST = 24
"""Characters from which on a reference is shorter than what it stands for."""


class Normalised(Protocol):
    """What the references point into: an answer, its event, or the message that it became."""

    @property
    def text(self) -> str: ...
    @property
    def thinking(self) -> str: ...
    @property
    def calls(self) -> tuple[Call, ...]: ...


class Wire(msgspec.Struct, frozen=True, omit_defaults=True):
    """One exchange.

    Attributes:
        form: whose dialect it is: `openai`, `responses`, `anthropic`, `ollama`.
        url: where the request went, without a name or password.
        sent: digest of the request's body, as `digest_of` makes it.
        without: fields that were taken out of the body because the server refuses them.
        status: the HTTP status of a refusal; 0 where there was none.
        answer: the provider's document; None where nothing came.
    """

    form: str
    url: str = ""
    sent: str = ""
    without: tuple[str, ...] = ()
    status: int = 0
    answer: Any = None

    def kept(self, said: Normalised | None = None) -> str:
        """As `raw` keeps it beside `said`."""
        told = self if said is None else msgspec.structs.replace(self, answer=_referring(self.answer, _texts(said)))
        return as_json(msgspec.to_builtins(told))


def wire_of(raw: str | None, said: Normalised | None = None) -> Wire | None:
    """The exchange that `raw` keeps beside `said`; None where it keeps none (older logs, imports)."""
    try:
        found = msgspec.convert(json.loads(raw or "null"), Wire)
    except (ValueError, RecursionError):
        return None
    return found if said is None else msgspec.structs.replace(found, answer=_referred(found.answer, dict(_texts(said))))


def digest_of(body: Json) -> str:
    """64 bits that tell request bodies apart, in hexadecimal; the order of fields counts."""
    return blake2b(as_json(body).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _texts(said: Normalised) -> list[tuple[str, str]]:
    calls = [(f"calls.{place}.arguments", call.arguments) for place, call in enumerate(said.calls)]
    return [("text", said.text), ("thinking", said.thinking), *calls]


def _referring(value: Any, known: Sequence[tuple[str, str]]) -> Any:
    """`value` with references for what `known` holds."""
    if isinstance(value, str):
        return _reference(clean(value), known) if len(value) >= _SHORTEST else value
    if isinstance(value, list):
        return [_referring(item, known) for item in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    fields = cast(Json, value)
    if fields.keys() == {"$"}:
        return {"$": ["=", fields]}
    written = as_json(fields)
    if len(written) >= _SHORTEST:
        for name, text in known:
            if text == written:
                return {"$": [name, "json"]}
    return {name: _referring(item, known) for name, item in fields.items()}


def _reference(value: str, known: Sequence[tuple[str, str]]) -> Any:
    for name, text in known:
        if value == clean(text):
            return {"$": [name]}
    for name, text in known:
        place = clean(text).find(value)
        if place >= 0:
            return {"$": [name, place, place + len(value)]}
    return value


def _referred(value: Any, known: dict[str, str]) -> Any:
    """`value` with its references made good; one that points nowhere stays."""
    if isinstance(value, list):
        return [_referred(item, known) for item in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    fields = cast(Json, value)
    match fields:
        case {"$": ["=", inner]}:
            return inner
        case {"$": [str(name)]} if name in known:
            return known[name]
        case {"$": [str(name), "json"]} if name in known:
            return _decoded(known[name])
        case {"$": [str(name), int(start), int(end)]} if name in known:
            return known[name][start:end]
        case _:
            return {name: _referred(item, known) for name, item in fields.items()}


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
