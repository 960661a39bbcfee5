"""What a tool's function returned, as the result of a call: text, JSON, images and files, an error, or not yet."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import cast

from pydantic_core import PydanticSerializationError, to_json

from workbench.errors import ToolFailed, UsedWrongly
from workbench.events.media import Media, kind_of
from workbench.events.messages import ToolOutcome
from workbench.events.text import from_json
from workbench.tools.pending import Pending

MOST_ITEMS = 100_000
"""How much of a generator is waited for."""


def attach(content: bytes | Path, mime: str = "", name: str = "") -> Media:
    """The bytes, or the file at a path, to be returned by a tool: an image, a sound or a file, as `mime` says.

    Raises:
        UsedWrongly: the type is not given, and the name does not tell it.
        OSError: the file cannot be read.
    """
    if isinstance(content, Path):
        name = name or content.name
        content = content.read_bytes()
    mime = mime or mimetypes.guess_type(name)[0] or ""
    if not mime:
        raise UsedWrongly(f"what type is {name or 'this'}? give it, such as attach(data, 'image/png')")
    return Media(kind=kind_of(mime), mime=mime, data=base64.b64encode(content).decode(), name=name)


def structured(text: str) -> str | None:
    """`text`, where it is a JSON object or list."""
    if not text.startswith(("{", "[")):
        return None
    try:
        from_json(text)
    except ValueError:
        return None
    return text


def outcome_of(value: object, tool: str, *, nothing: bool) -> ToolOutcome:
    """The result of a call whose function returned `value`. `nothing`: it is declared to return nothing.

    Raises:
        ToolFailed: `bad_result`: it cannot be written as JSON.
        Exception: `value` itself, where it is one.
    """
    match value:
        case str():
            return ToolOutcome(str.__str__(value))
        case ToolOutcome():
            return value
        case Pending():
            return value.outcome(tool)
        case Media():
            return ToolOutcome(value.words, media=(value,))
        case Exception():
            raise value
        case list() | tuple() if any(isinstance(one, Media) for one in cast("list[object]", value)):
            return _mixed(cast("list[object]", value), tool)
        case None if nothing:
            return ToolOutcome("done")
        case Iterator():
            return outcome_of(_listed(cast("Iterator[object]", value), tool), tool, nothing=nothing)
        case _:
            text = _json(value, tool)
            return ToolOutcome(text, text)


def _listed(values: Iterator[object], tool: str) -> list[object]:
    """What a generator gives, which need not come to an end."""
    listed = list(islice(values, MOST_ITEMS + 1))
    if len(listed) > MOST_ITEMS:
        raise ToolFailed("bad_result", f"{tool} returned a {type(values).__name__} of more than {MOST_ITEMS:,} items")
    return listed


def _mixed(values: list[object] | tuple[object, ...], tool: str) -> ToolOutcome:
    """Images and files among other things: these are told as text, one under the other."""
    media = tuple([one for one in values if isinstance(one, Media)])
    rest = [one for one in values if not isinstance(one, Media)]
    texts = [one if isinstance(one, str) else _json(one, tool) for one in rest]
    data = _json(rest[0], tool) if len(rest) == 1 and not isinstance(rest[0], str) else None
    return ToolOutcome("\n".join(texts) or "\n".join([one.words for one in media]), data, media)


def _json(value: object, tool: str) -> str:
    try:
        return to_json(value, inf_nan_mode="strings").decode()
    except (PydanticSerializationError, ValueError) as error:
        problem = f"{tool} returned {type(value).__name__}, which cannot be written as JSON ({error})"
        raise ToolFailed("bad_result", problem) from error
