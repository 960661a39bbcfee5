"""Arguments and results as rows of key and value; where it is no JSON, the text as it was written."""

from __future__ import annotations

import json
from typing import cast

from rich.cells import cell_len

from workbench.events.text import from_json
from workbench.safe_text import safe_line
from workbench.tui.pieces import Pieces, wrap

_MOST = 2_000
_WIDEST_KEY = 16


def rows_of(text: str, width: int) -> list[Pieces]:
    """The lines that show `text`: an object as aligned keys and values, anything else as it is."""
    try:
        value: object = from_json(text)
    except ValueError:
        value = None
    if isinstance(value, dict):
        found = cast(dict[str, object], value)
        return _object(found, width) if found else [[("  nothing", "faint")]]
    if isinstance(value, list):
        items = cast(list[object], value)
        return [line for place, item in enumerate(items) for line in _row(str(place), item, width, 3)][:_MOST]
    return [[(f"  {line}", "text")] for line in wrap(text, max(8, width - 4))[:_MOST]]


def leaf_at(text: str, width: int, line: int) -> tuple[str, object]:
    """The name and value that line `line` of `rows_of` shows; the line's own words where it shows no named value."""
    try:
        value: object = from_json(text)
    except ValueError:
        value = None
    named: dict[str, object] = {}
    if isinstance(value, dict):
        named = cast(dict[str, object], value)
    elif isinstance(value, list):
        named = {str(place): item for place, item in enumerate(cast(list[object], value))}
    keys = _keys(named) if isinstance(value, dict) else 3
    for key, inner in named.items():
        line -= len(_row(key, inner, width, keys))
        if line < 0:
            return key, inner
    lines = [] if named else wrap(text, max(8, width - 4))
    return "", lines[line].strip() if 0 <= line < len(lines) else None


def problem_of(arguments: str) -> str:
    """Why `arguments` cannot be a call's arguments, "" where they can."""
    try:
        value: object = from_json(arguments)
    except ValueError as error:
        return f"not JSON: {error}"
    return "" if isinstance(value, dict) else "JSON, but not an object"


def in_short(arguments: str) -> str:
    """The values of a call's arguments on one line; the text as it is where it is no whole JSON object."""
    try:
        value: object = from_json(arguments)
    except ValueError:
        return arguments
    if not isinstance(value, dict):
        return arguments
    found = cast(dict[str, object], value)
    return ", ".join(one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in found.values())


def _object(value: dict[str, object], width: int) -> list[Pieces]:
    keys = _keys(value)
    return [line for key, inner in value.items() for line in _row(key, inner, width, keys)][:_MOST]


def _keys(value: dict[str, object]) -> int:
    """Cells for the names of an object."""
    return min(_WIDEST_KEY, max((cell_len(safe_line(key)) for key in value), default=0))


def _row(key: str, value: object, width: int, keys: int) -> list[Pieces]:
    room = max(8, width - keys - 6)
    shown = value if isinstance(value, str) and "\n" in value else json.dumps(value, ensure_ascii=False)
    lines = wrap(shown, room)
    name = safe_line(key)
    if cell_len(name) > keys:
        return [[(f"  {name}", "grey")], *[[(" " * (keys + 4), "text"), (line, "text")] for line in lines]]
    first: Pieces = [(f"  {name}{' ' * (keys - cell_len(name))}  ", "grey"), (lines[0], "text")]
    return [first, *[[(" " * (keys + 4), "text"), (line, "text")] for line in lines[1:]]]
