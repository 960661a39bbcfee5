"""What every pane has: a number, a name, a body that takes the keys, and a way to take in what changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from workbench.tui.pieces import Piece
from workbench.tui.widgets.frame import Title
from workbench.tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from workbench.debugger.session import Session


_ROOM = 400
"""Cells that a row is given where it is searched, so that nothing of it is cut."""


class PaneList(LineList):
    """A list inside a pane: `j` and `k` move too, and it can be searched."""

    BINDINGS = [
        Binding("k", "cursor(-1)", "up", id="pane.up", show=False),
        Binding("j", "cursor(1)", "down", id="pane.down", show=False),
    ]

    def words(self, index: int) -> str:
        """What a search reads of the row at `index`."""
        return " ".join(text for text, _ in self.row(index, _ROOM))

    def find(self, needle: str, *, onward: bool) -> bool:
        """Go to the next row that holds `needle` (folded case), past the end from the top; whether one does."""
        self.needle = needle
        total = self.count()
        for place in range(self.cursor + onward, self.cursor + onward + total):
            if needle in self.words(place % total).casefold():
                self.move_to(place % total)
                return True
        self.refresh()
        return False


class GoTo(Message):
    """A pane asks the screen to show the step that event `seq` belongs to; `look`: and to look back at it."""

    def __init__(self, seq: int, *, look: bool = False) -> None:
        super().__init__()
        self.seq, self.look = seq, look


class Pane(Widget):
    """One of the five."""

    number = 0
    title = ""
    help: Sequence[str] = ()

    def __init__(self, session: Session, *, id: str, edge: str = "") -> None:
        super().__init__(id=id, classes="pane")
        self.session, self.edge = session, edge

    def compose(self) -> ComposeResult:
        yield Title(self.title, number=str(self.number), edge=self.edge)
        yield from self.body()

    def body(self) -> ComposeResult:
        """The widgets under the title."""
        raise NotImplementedError

    @property
    def keys(self) -> Widget:
        """The widget that takes the keys."""
        return self.query_one(".keys")

    def on_click(self) -> None:
        """A click anywhere in the pane, on its title too, gives it the keys."""
        if not self.has_focus_within:
            self.keys.focus()

    def sync(self) -> None:
        """Take in that the session changed."""

    def summary(self) -> list[Piece]:
        """A word for the right end of the title line, and for the tab."""
        return []

    @property
    def watchable(self) -> str:
        """The path of the value that the cursor stands on, where the pane shows one by name; else ""."""
        return ""

    def focused_text(self) -> str:
        """All of what the cursor stands on, as it was edited."""
        return ""

    async def find(self, needle: str, *, onward: bool) -> bool:
        """Go to the next place that holds `needle` (folded case); from the place after the cursor if `onward`."""
        return self.query(PaneList).first().find(needle, onward=onward)

    def unmark(self) -> None:
        """Forget what was looked for."""
        for rows in self.query(LineList):
            rows.needle = ""
            rows.refresh()

    def draw_title(self) -> None:
        """Say anew what the title line says."""
        words = self.summary()
        space: Piece = (" ", "faint")
        self.query_one(Title).show_words([], [space, *words, space] if words else [], active=self.has_focus_within)
