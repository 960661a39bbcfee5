"""What a verb of the command line says, where that is more than a line."""

from __future__ import annotations

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
        pages: list[Pieces] = [[(row, LOOKS[one.look])] for one in self._said for row in wrap(one.text, width)]
        self.query_one(Page).show(pages)
