"""One of a few: a list to choose from, with a line about the choice at the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult

from workbench.tui.pieces import Pieces, lay, wrap
from workbench.tui.sheets.sheet import Sheet, keys_of
from workbench.tui.theme import Look
from workbench.tui.widgets.line_list import LineList, Lines

_MOST = 3
"""Lines that say more of a choice, for each thing that is said."""


class Choice(NamedTuple):
    """What can be chosen: its name, what it says, a figure at the right, and lines that say more of it."""

    name: str
    says: str = ""
    figure: str = ""
    about: Sequence[str] = ()


class Choices(LineList):
    """The rows."""

    follows = False

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__(classes="scroll")
        self._choices = list(choices)

    def count(self) -> int:
        return len(self._choices)

    def row(self, index: int, width: int) -> Pieces:
        one = self._choices[index]
        return lay(
            width,
            [(f"  {one.name}  ", "text"), (one.says, "faint")],
            [(f"{one.figure} ", "faint")] if one.figure else [],
        )


class ChoiceScreen(Sheet[int]):
    """Answers the place of the chosen one."""

    def __init__(self, title: str, choices: Sequence[Choice], does: str, look: Look = "held") -> None:
        """`look` is that of the lines about the choice at the cursor."""
        super().__init__(title, keys_of(("Enter", does), ("Esc", "closes")))
        self._choices = list(choices)
        self._look: Look = look

    def body(self) -> ComposeResult:
        yield Choices(self._choices)
        yield Lines(id="more", classes="lines")

    def on_mount(self) -> None:
        self.query_one(Choices).focus()
        self.query_one(Choices).sync()

    @on(LineList.Moved)
    def draw(self) -> None:
        rows = self.query_one(Choices)
        rows.sync()
        about = self._choices[max(0, rows.cursor)].about
        told = [line for words in about for line in _begun(words, self.room)]
        lines: list[Pieces] = [[(line, self._look)] for line in told]
        self.query_one("#more", Lines).show(*([(), *lines] if lines else []))

    @on(LineList.Chosen)
    def _chosen(self, chosen: LineList.Chosen) -> None:
        self.dismiss(chosen.index)


def _begun(words: str, width: int) -> list[str]:
    """The first lines of `words`, and … where they go on."""
    lines = wrap(words, width)
    if len(lines) <= _MOST:
        return lines
    *whole, last = lines[:_MOST]
    return [*whole, f"{last[: width - 2]} …"]
