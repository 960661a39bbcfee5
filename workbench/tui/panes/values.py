"""Arguments and results as rows of key and value; where it is no JSON, the text as it was written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from rich.cells import cell_len

from workbench.events.text import from_json
from workbench.safe_text import safe_line
from workbench.tui.pieces import Pieces, wrap

_MOST = 2_000
_WIDEST_KEY = 16


def rows_of(text: str, width: int) -> list[Pieces]:
    """The lines that show `text`: an object or a list as keys and values, anything else as it is."""
    value = _container(text)
    if value is None:
        return [[(f"  {line}", "text")] for line in wrap(text, max(8, width - 4))[:_MOST]]
    return _inside(value, width, 2) if value else [[("  nothing", "faint")]]


def leaf_at(text: str, width: int, line: int) -> tuple[str, object]:
    """The name and value that line `line` of `rows_of` shows; the line's own words where it shows no named value."""
    value = _container(text)
    for key, inner, rows in _each({} if value is None else value, width, 2):
        line -= len(rows)
        if line < 0:
            return key, inner
    lines = [] if value else wrap(text, max(8, width - 4))
    return "", lines[line].strip() if 0 <= line < len(lines) else None


def problem_of(arguments: str) -> str:
    """Why `arguments` cannot be a call's arguments, "" where they can."""
    try:
        value: object = from_json(arguments)
    except ValueError as error:
        return f"not JSON: {error}"
    return "" if isinstance(value, dict) else "JSON, but not an object"


def in_short(text: str) -> str:
    """The values of an object or a list on one line, of one that was clipped those that are there; other text as is."""
    value = _begun(text[:-1]) if text.endswith("…") else _container(text)
    return text if value is None else ", ".join(_values(value)) or text


def _values(value: dict[str, object] | list[object]) -> list[str]:
    """The values in an object and in what it holds, and those of a list."""
    inner = list(value.values()) if isinstance(value, dict) else value
    each = [_values(cast(dict[str, object], one)) if isinstance(one, dict) else [_word(one)] for one in inner]
    return [word for words in each for word in words]


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _begun(text: str) -> dict[str, object] | list[object] | None:
    """The object or list that `text` is the beginning of, as far as it goes; None where it is neither."""
    from pydantic_core import from_json as begun

    try:
        value: object = begun(text, allow_partial="trailing-strings")
    except ValueError:
        return None
    return cast(dict[str, object] | list[object], value) if isinstance(value, dict | list) else None


def _container(text: str) -> dict[str, object] | list[object] | None:
    """The object or list that `text` is, None where it is neither."""
    try:
        value: object = from_json(text)
    except ValueError:
        return None
    return cast(dict[str, object] | list[object], value) if isinstance(value, dict | list) else None


def _named(value: dict[str, object] | list[object]) -> dict[str, object]:
    """What is in it by its name; what is in a list by its place."""
    return value if isinstance(value, dict) else {str(place): item for place, item in enumerate(value)}


def _inside(value: dict[str, object] | list[object], width: int, indent: int) -> list[Pieces]:
    lines: list[Pieces] = []
    for _, _, rows in _each(value, width, indent):
        lines += rows
        if len(lines) >= _MOST:
            return lines[:_MOST]
    return lines


def _each(
    value: dict[str, object] | list[object], width: int, indent: int
) -> Iterator[tuple[str, object, list[Pieces]]]:
    """The name, the value and the lines of each that is in it; in a list all are opened where one has to be."""
    named, listed = _named(value), isinstance(value, list)
    keys = _keys(named, width)
    room = max(8, width - indent - keys - 4)
    whole = not listed or all(cell_len(_written(inner)) <= room for inner in named.values())
    for key, inner in named.items():
        yield key, inner, _row(key, inner, width, keys, indent, listed=listed, whole=whole)


def _keys(named: dict[str, object], width: int) -> int:
    """Cells for the names: those of the longest, and never more than leave the values their room."""
    return min(_WIDEST_KEY, max(8, width // 3), max((cell_len(safe_line(key)) for key in named), default=0))


def _row(key: str, value: object, width: int, keys: int, indent: int, *, listed: bool, whole: bool) -> list[Pieces]:
    """The lines of one named value: on one line if it fits there, else what is in it under its name.

    `whole`: it may stand on one line, if it fits.
    """
    pad, name = " " * indent, safe_line(key)
    room = max(8, width - indent - keys - 4)
    shown = _written(value)
    held = _opened(value) if (not whole or cell_len(shown) > room) and indent < width // 3 else None
    if held is not None:
        if not listed:
            return [[(f"{pad}{name}", "grey")], *_inside(held, width, indent + 2)]
        deeper = indent + keys + 2
        top, *below = _inside(held, width, deeper)
        (first, look), *rest = top
        return [[(f"{pad}{name:<{keys}}  {first[deeper:]}", look), *rest], *below]
    lines = wrap(shown, room)
    under = " " * (indent + keys + 2)
    if cell_len(name) > keys:
        if cell_len(name) + cell_len(lines[0]) + indent + 4 <= width and len(lines) == 1:
            return [[(f"{pad}{name}  ", "grey"), (lines[0], "text")]]
        return [[(f"{pad}{name}", "grey")], *[[(under, "text"), (line, "text")] for line in lines]]
    first_line: Pieces = [(f"{pad}{name}{' ' * (keys - cell_len(name))}  ", "grey"), (lines[0], "text")]
    return [first_line, *[[(under, "text"), (line, "text")] for line in lines[1:]]]


def _written(value: object) -> str:
    return value if isinstance(value, str) and "\n" in value else json.dumps(value, ensure_ascii=False)


def _opened(value: object) -> dict[str, object] | list[object] | None:
    """An object, or a list of more than plain values: what is shown piece by piece where it is long."""
    if isinstance(value, list):
        items = cast(list[object], value)
        return items if any(isinstance(item, dict | list) for item in items) else None
    return cast(dict[str, object], value) if isinstance(value, dict) and value else None
