"""A sheet of paper over the screen: the base of every dialog. `tall` and `wide` ones take the room that there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widget import Widget

from workbench.tui.pieces import Piece, Pieces, width_of, wrap
from workbench.tui.widgets.line_list import LineList, Lines

Answer = TypeVar("Answer")
_APART = 2
"""Empty cells behind what a key does."""


class Page(LineList):
    """Lines to scroll through; the cursor is not drawn."""

    follows = False

    def __init__(self, lines: Sequence[Pieces] = ()) -> None:
        super().__init__(classes="scroll")
        self._lines = list(lines)

    def show(self, lines: Sequence[Pieces]) -> None:
        """Draw these."""
        self._lines = list(lines)
        self.sync()

    def count(self) -> int:
        return len(self._lines)

    def row(self, index: int, width: int) -> Pieces:
        return self._lines[index]

    def sync(self) -> None:
        self.cursor = -1
        super().sync()
        self.cursor = -1

    def move_to(self, index: int, *, tell: bool = True) -> None:
        """Scroll instead of moving a cursor."""

    def action_cursor(self, by: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + by, animate=False)

    def action_page(self, by: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + by * max(1, self.size.height - 1), animate=False)

    def action_first(self) -> None:
        self.scroll_to(y=0, animate=False)

    def action_last(self) -> None:
        self.scroll_to(y=len(self._lines), animate=False)


class Keys(Lines):
    """The keys of a sheet, in as many lines as they take."""

    def __init__(self, keys: Pieces) -> None:
        super().__init__(classes="lines", lines=[keys])
        self._keys = keys

    def laid(self, width: int) -> list[Pieces]:
        """Each key together with what it does."""
        lines: list[list[Piece]] = [[]]
        for place in range(0, len(self._keys), 2):
            pair = self._keys[place : place + 2]
            if lines[-1] and width_of([*lines[-1], *pair]) - _APART > width:
                lines.append([])
            lines[-1] += pair
        return list(lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.laid(width))

    def on_resize(self) -> None:
        self.show(*self.laid(self.size.width))


class Sheet(ModalScreen[Answer]):
    """A title, a body, and a line of keys. Esc closes it."""

    BINDINGS = [Binding("escape,q", "close", "close", id="sheet.close")]
    tall = wide = False

    def __init__(self, title: str, keys: Pieces = (("Esc", "grey"), (" closes", "faint"))) -> None:
        super().__init__(classes="sheet")
        self._title, self._keys = title, keys

    def compose(self) -> ComposeResult:
        with Widget(classes="paper" + (" tall" if self.tall else "") + (" wide" if self.wide else "")):
            yield Lines(classes="line", lines=[[(self._title, "strong")]])
            yield Lines(classes="line")
            yield from self.body()
            yield Lines(classes="line")
            yield Keys(self._keys)

    def on_mount(self) -> None:
        self.call_after_refresh(self.draw)

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Draw what depends on the room: once it is laid out, and whenever that changes."""

    def body(self) -> ComposeResult:
        """What stands between the title and the keys."""
        yield Page()

    @property
    def room(self) -> int:
        """Cells across."""
        paper = self.query_one(".paper")
        return max(10, paper.content_region.width)

    def action_close(self) -> None:
        self.dismiss(None)


def keys_of(*keys: tuple[str, str]) -> list[Piece]:
    """Keys and what each does, in one line."""
    line: list[Piece] = []
    for key, words in keys:
        line.append((key, "grey"))
        line.append((f" {words}  ", "faint"))
    return line


def key_lines(key: str, words: str, width: int) -> list[Pieces]:
    """One key and what it does, in as many lines as that takes."""
    first, *more = wrap(words, width - 8)
    return [[(f"{key:>6}  ", "accent"), (first, "text")], *[[(f"{'':>8}{line}", "text")] for line in more]]
