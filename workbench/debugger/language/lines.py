"""Lines: what a verb says, a line at a time, each with a look that a terminal may colour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import msgspec

from workbench.safe_text import clipped, safe_line, safe_text

if TYPE_CHECKING:
    from workbench.debugger.alignment import Sign

Look = Literal["text", "strong", "faint", "new", "good", "wrong", "held"]
WIDE = 120
"""Characters of untrusted text that a line shows; the same in every terminal, so that scripts can be compared."""

_AROUND = 40
"""Characters of an equal stretch that are left at both of its ends."""


class Line(msgspec.Struct, frozen=True):
    """One line; `text` may hold anything, the printer makes it safe."""

    text: str
    look: Look = "text"


Lines = list[Line]


def plain(*texts: str, look: Look = "text") -> Lines:
    """These lines, all with one look."""
    return [Line(text, look) for text in texts]


def short(text: str, room: int = WIDE) -> str:
    """`text` on one safe line, cut to `room` characters."""
    return clipped(safe_line(text[: room + 1]), room)


def block(text: str, indent: int, *, most: int | None = None, look: Look = "text") -> Lines:
    """`text` with its own line breaks, each line indented; `most`: so many lines, then how many are left out."""
    rows = safe_text(text).split("\n")
    shown = rows if most is None else rows[:most]
    lines = [Line((" " * indent + row).rstrip(), look) for row in shown]
    if len(rows) > len(shown):
        lines.append(Line(f"{' ' * indent}… {len(rows) - len(shown)} more lines", "faint"))
    return lines


def both(words: Iterable[tuple[Sign, str]], room: int) -> str:
    """Two texts in one: [-what only the first says-]{+what only the second says+}, long equal stretches left out.

    `room`: characters of a stretch that only one of them says.
    """
    parts: list[str] = []
    for sign, text in words:
        said = safe_line(text)
        if sign == "=":
            parts.append(said if len(said) <= 2 * _AROUND else f"{said[:_AROUND]} … {said[-_AROUND:]}")
        else:
            parts.append(f"[-{short(said, room)}-]" if sign == "-" else f"{{+{short(said, room)}+}}")
    return "".join(parts)


def columns(rows: Iterable[tuple[str, ...]], *, right: tuple[int, ...] = ()) -> list[str]:
    """Rows of safe cells, aligned in columns with two spaces between; columns in `right` end together."""
    cells = [tuple(safe_line(cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
