"""The words of an event that search finds, and the excerpt that shows why it was found.

They are taken from the stored form, not from the body that is made of it: taking an event out of the index needs
exactly the text that was put in, and what is stored never changes.
"""

from __future__ import annotations

import re
from typing import Any, cast

import msgspec

from workbench.store.database import valid

_FIELDS = {
    "said": ("text",),
    "noted": ("text",),
    "model_answered": ("text", "thinking"),
    "tool_called": ("tool", "arguments"),
    "tool_returned": ("content",),
    "call_failed": ("message", "partial"),
    "output_rejected": ("message",),
}
KINDS = tuple(_FIELDS)

# One huge result must not keep everybody from writing while it is indexed.
_LONGEST = 200_000


def text_of(kind: str, stored: str) -> str:
    """What was said, called or returned in an event; empty where nothing was."""
    fields = _FIELDS.get(kind)
    if fields is None:
        return ""
    try:
        body = msgspec.json.decode(stored, type=dict[str, Any])
    except (msgspec.DecodeError, TypeError):  # damaged: whoever reads the event is told; the others have their words
        return ""
    return "\n".join(filter(None, (_plain(str(body.get(field, ""))) for field in fields)))[:_LONGEST]


def _plain(text: str) -> str:
    r"""`text`, or the keys and values of the JSON that it is, where escapes (`\n`, `\u00e9`) would spoil its words."""
    if "\\" not in text or text[:1] not in ("{", "["):
        return text
    try:
        open_values: list[object] = [msgspec.json.decode(text)]
    except (msgspec.DecodeError, RecursionError):
        return text
    found: list[str] = []
    while open_values:
        value = open_values.pop()
        if isinstance(value, dict):
            members = cast(dict[str, object], value)
            open_values += [one for pair in reversed(members.items()) for one in reversed(pair)]
        elif isinstance(value, list):
            open_values += reversed(cast(list[object], value))
        elif value is not None:
            found.append(str(value))
    return " ".join(found)


def terms(words: str) -> list[str]:
    """The words to find, and the phrases among them that are in double quotes."""
    found = (quoted or word for quoted, word in re.findall(r'"([^"]+)"|(\S+)', valid(words).replace("\0", " ")))
    return [term for term in found if any(map(str.isalnum, term))]


def excerpt(text: str, wanted: list[str], *, width: int = 120) -> str:
    """About `width` characters of `text`, on one line, around the first of the `wanted` terms."""
    pattern = "|".join(r"\W+".join(map(re.escape, re.findall(r"[^\W_]+", term))) for term in wanted)
    found = re.search(pattern, text, re.IGNORECASE)
    start = max(0, found.start() - width // 3) if found else 0
    piece = " ".join(text[start : start + width].split())
    return f"{'…' if start else ''}{piece}{'…' if start + width < len(text) else ''}"
