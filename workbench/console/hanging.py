"""Lines that are wider than the terminal: what stands in a column goes on in that column."""

from __future__ import annotations

import re

from rich.console import Console
from rich.text import Text

_GAP = re.compile(r"(?:(?<=\S) {2,}|^ {28,})(?=\S)")
"""What stands before a column; so far in, no text is indented by itself."""
_LEAST = 24
"""Cells that a last column must have to be kept."""


def hanging(console: Console, line: Text) -> list[Text]:
    """The line in as many as it takes, each further one begun under the last column of the first that has room.

    A line without columns (a sentence, text that somebody may copy) stays one, and the terminal breaks it.
    """
    width = console.width
    if line.cell_len <= width:
        return [line]
    starts = [gap.end() for gap in _GAP.finditer(line.plain) if gap.end() <= width - _LEAST]
    if not starts:
        return [line]
    head, rest = line.divide([starts[-1]])
    lines = rest.wrap(console, width - head.cell_len)
    indent = " " * head.cell_len
    return [Text.assemble(indent if place else head, one) for place, one in enumerate(lines)]
