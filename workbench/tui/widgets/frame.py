"""What stands between the panes: single rules that join, and the line that names a pane."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import getters
from textual.strip import Strip
from textual.widget import Widget

from workbench.tui.base_app import BaseApp
from workbench.tui.pieces import Piece, Pieces, lay, strip_of
from workbench.tui.widgets.line_list import Lines


class Rule(Widget):
    """A horizontal line that meets the vertical ones: `┬` where a pane's left edge begins below, `┴` above."""

    app = getters.app(BaseApp)

    def __init__(self, *, split: str, up: bool = False, id: str | None = None) -> None:
        """`split` selects the widgets behind whose right end a vertical line stands."""
        super().__init__(id=id, classes="line")
        self._split, self._joint = split, "┴" if up else "┬"

    def render_line(self, y: int) -> Strip:
        width, palette = self.size.width, self.app.palette
        joints = {
            widget.region.right for widget in self.screen.query(self._split) if widget.display and widget.region.width
        }
        line = "".join(self._joint if place in joints else "─" for place in range(width))
        return Strip([Segment(line, Style(color=palette.rule, bgcolor=palette.background))])


class Title(Lines):
    """The line that names a pane: its number, its name, and a word on the right. `edge` is drawn at its left."""

    def __init__(self, name: str, *, number: str = "", edge: str = "") -> None:
        super().__init__()
        self._words, self._number, self._edge = name, number, edge

    def show_words(self, left: Pieces, right: Pieces, *, active: bool) -> None:
        """Say `left` behind the name and `right` at the edge; the pane that has the keys is `active`."""
        name: list[Piece] = [(f" {self._number}" if self._number else "", "accent" if active else "faint")]
        name.append((f" {self._words} ", "accent" if active else "grey"))
        name += left
        words = (name, list(right))
        if words != self.words:
            self.words = words
            self.refresh()

    words: tuple[list[Piece], list[Piece]] = ([], [])

    def draw(self, y: int, width: int, edge: str) -> Strip:
        palette = self.app.palette
        left, right = self.words
        rule = Style(color=palette.rule, bgcolor=palette.background)
        before = [Segment(self._edge[:width], rule)] if self._edge else []
        room = width - len(self._edge)
        joined = self._edge.startswith("├")
        if not joined:
            return Strip([*before, *strip_of(lay(room, left, right), room, palette)])
        named = strip_of(left, sum(len(text) for text, _ in left), palette)
        tail = strip_of(right, sum(len(text) for text, _ in right), palette)
        gap = room - named.cell_length - tail.cell_length
        return Strip([*before, *named, Segment("─" * max(0, gap), rule), *tail]).crop(0, width)
