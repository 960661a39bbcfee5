"""What an event says in a transcript: its digest, and its words once people have edited it."""

from __future__ import annotations

from msgspec.structs import replace

from workbench.events import (
    Body,
    CallFailed,
    Event,
    JudgeAsked,
    Media,
    ModelAnswered,
    OutputRejected,
    Said,
    SummaryAsked,
    ToolReturned,
)
from workbench.state.state import Edit
from workbench.state.transcript import digest

BYTES_A_TOKEN = 3
"""Fewer than tokenizers in use have on average, in English (4), code (3.2) and Chinese (3): rather too many tokens."""
_FRAME = 12
"""What surrounds a message in a request: its role and its borders."""
_IMAGE = 4800
_BYTES_A_CHARACTER = 16


def content_of(body: Body) -> int:
    """The digest of the message that `body` is.

    Raises:
        TypeError: it is no message.
    """
    if type(body) is ModelAnswered:
        calls = [part for call in body.calls for part in (call.name, call.arguments)]
        return digest("assistant", body.text, *calls)
    match body:
        case ToolReturned():
            return digest("tool", body.content, *_told(body.media)) if body.media else digest("tool", body.content)
        case Said():
            return digest(body.role, body.text, *_told(body.media))
        case JudgeAsked():
            return digest("case", body.form, body.chain, *body.criteria)
        case CallFailed():
            return digest("failed", body.message)
        case OutputRejected():
            return digest("user", body.message)
        case SummaryAsked():
            return digest("user", body.text)
        case _:
            raise TypeError(f"{body.kind} is no message")


def content_of_cut(dropped: int, summary: int | None) -> int:
    """The digest of the line that stands for `dropped` messages; `summary` is that of the answer that sums them up."""
    return digest("cut", str(dropped), "" if summary is None else str(summary))


def size_of(text: str) -> int:
    """Bytes that a message with this text weighs in a request."""
    return _FRAME + (len(text) if text.isascii() else len(text.encode("utf-8", "replace")))


def media_size(media: tuple[Media, ...]) -> int:
    """Bytes of text that images, sounds and files come to; providers count an image by its area, not its bytes."""
    if not media:
        return 0
    return sum(
        _IMAGE if one.kind == "image" or one.bytes is None else max(_IMAGE, one.bytes // _BYTES_A_CHARACTER)
        for one in media
    )


def _told(media: tuple[Media, ...]) -> list[str]:
    return [part for one in media for part in one.told()]


def as_edited(event: Event, edits: tuple[Edit, ...]) -> Event:
    """The event with `edits` made to its body, in their order."""
    body = event.body
    for edit in edits:
        body = edited_body(body, edit.field, edit.value, edit.call)
    return replace(event, body=body) if edits else event


def edited_body(body: Body, field: str, value: str, call: str = "") -> Body:
    """The body with one field changed; `arguments` are those of the call `call` in an answer."""
    if field == "arguments" and isinstance(body, ModelAnswered):
        place = int(call.rpartition(".")[2]) - 1
        calls = list(body.calls)
        calls[place] = calls[place].model_copy(update={"arguments": value})
        return body.model_copy(update={"calls": tuple(calls)})
    return body.model_copy(update={field: value})
