"""What a verb of the command line says, where that is more than a line."""

from __future__ import annotations

import re

from workbench.debugger.language import lines
from workbench.debugger.language.lines import Line
from workbench.tui.pieces import Pieces, wrap
from workbench.tui.sheets.sheet import Page, Sheet
from workbench.tui.theme import Look

LOOKS: dict[lines.Look, Look] = {
    "text": "text", "strong": "strong", "faint": "faint", "new": "accent", "good": "text", "wrong": "wrong",
    "held": "held",
}  # fmt: skip
"""How the looks of the language's lines look here."""

_COLUMN = re.compile(r"\s*\S.*?\s{2,}(?=\S)")
"""What stands before the second column of a line."""

_MANY, _LONG = 28, 94
"""Lines, and characters in a line, that a sheet has room for; more take the whole screen."""


class AnswerScreen(Sheet[None]):
    """The lines, to scroll through; the title is the verb as it was typed."""

    def __init__(self, title: str, said: list[Line]) -> None:
        super().__init__(f": {title}")
        self._said = said
        self.wide = len(said) > _MANY or any(len(one.text) > _LONG for one in said)

    def on_mount(self) -> None:
        self.query_one(Page).focus()

    def draw(self) -> None:
        width = self.room
        pages: list[Pieces] = [[(row, LOOKS[one.look])] for one in self._said for row in _hung(one.text, width)]
        self.query_one(Page).show(pages)


def _hung(text: str, width: int) -> list[str]:
    """The lines of `text`; what goes on below its first column stands below the second one."""
    gap = _COLUMN.match(text) if len(text) > width and "\n" not in text else None
    if gap is None or gap.end() > width * 2 // 3:
        return wrap(text, width)
    first, *more = wrap(text[gap.end() :], width - gap.end())
    return [text[: gap.end()] + first, *(" " * gap.end() + line for line in more)]
