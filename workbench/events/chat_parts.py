"""Images, sounds and files as parts of a chat-completions message: what adapters send and exports write."""

from __future__ import annotations

from typing import Any, cast

from workbench.events.media import Media, of_url

Json = dict[str, Any]
_FORMATS = {"audio/mpeg": "mp3", "audio/x-wav": "wav", "audio/wave": "wav"}
_MIMES = {"mp3": "audio/mpeg"}


def chat_part(media: Media) -> Json | None:
    """The part of a message; None where this form has no place for it: a sound or a file by its address."""
    match media.kind:
        case "image":
            return {"type": "image_url", "image_url": {"url": media.data_url}}
        case "audio" if media.data:
            form = _FORMATS.get(media.mime) or media.mime.partition("/")[2]
            return {"type": "input_audio", "input_audio": {"data": media.data, "format": form}}
        case "file" if media.data:
            return {"type": "file", "file": {"filename": media.name or "file", "file_data": media.data_url}}
        case _:
            return None


def media_of(content: object) -> tuple[Media, ...]:
    """The images, sounds and files among a message's parts; what cannot be read is left out."""
    parts = cast(list[object], content) if isinstance(content, list) else []
    found = (_media(cast(Json, part)) for part in parts if isinstance(part, dict))
    return tuple([one for one in found if one is not None])


def _media(part: Json) -> Media | None:
    match part:
        case {"type": "image_url", "image_url": {"url": str(url)} | str(url)}:
            return of_url(url, "image")
        case {"type": "input_audio", "input_audio": {"data": str(data), "format": str(format)}}:
            return of_url(f"data:{_MIMES.get(format, f'audio/{format}')};base64,{data}", "audio")
        case {"type": "file", "file": {"file_data": str(data), **rest}}:
            name = rest.get("filename")
            return of_url(data, "file", name if isinstance(name, str) else "")
        case _:
            return None
