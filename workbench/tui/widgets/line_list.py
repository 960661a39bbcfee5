"""A list: any number of rows, drawn as they come into view; and lines that only stand there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from textual import events, getters
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from workbench.tui.base_app import BaseApp
from workbench.tui.drawn import lines_of
from workbench.tui.pieces import Pieces, strip_of, width_of, wrap
from workbench.tui.theme import Ground, Look

_NOTICE = 4


class Lines(Widget, can_focus=False):
    """A few lines, exchanged as a whole and drawn again only where they differ."""

    app = getters.app(BaseApp)

    def __init__(self, *, id: str | None = None, classes: str = "line", lines: Sequence[Pieces] = ()) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[Pieces] = list(lines)

    def say(self, mark: str, look: Look, words: str) -> None:
        """Draw a notice in as many lines as it takes, up to four: what to do about it stands at its end."""
        first, *more = wrap(words, max(8, self.app.size.width - 4))[:_NOTICE]
        lines: list[Pieces] = [[(f" {mark} ", look), (first, "text")], *[[(f"   {line}", "text")] for line in more]]
        self.show(*lines)
        self.styles.height = len(lines)

    def show(self, *lines: Pieces) -> None:
        """Draw these from now on."""
        if self.styles.inline.has_rule("height"):
            self.styles.height = None  # after a notice
        new = list(lines)
        if new == self._lines:
            return
        taller = len(new) != len(self._lines)
        self._lines = new
        self.refresh(layout=taller and self.styles.is_auto_height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return max((width_of(line) for line in self._lines), default=0)

    def render_line(self, y: int) -> Strip:
        return self.draw(y, self.scrollable_content_region.width, "")

    def render_lines(self, crop: Region) -> list[Strip]:
        return lines_of(self, crop, self.draw)

    def draw(self, y: int, width: int, edge: str) -> Strip:
        """Line `y`, so wide, the edge before it."""
        line = self._lines[y] if y < len(self._lines) else ()
        return strip_of(line, width, self.app.palette, edge=edge)


class LineList(ScrollView, can_focus=True):
    """Rows with a cursor. A subclass says how many there are and how one looks.

    `follows`: its newest row is what matters; while it is `following`, the cursor stands there and stays there when
    more come. `rests`: the cursor is also drawn while the keys go elsewhere, because another pane shows what it
    stands on.
    """

    app = getters.app(BaseApp)
    follows = True
    rests = False
    row_height = 1

    BINDINGS = [
        Binding("up", "cursor(-1)", "up", id="list.up", show=False),
        Binding("down", "cursor(1)", "down", id="list.down", show=False),
        Binding("pageup", "page(-1)", "page up", id="list.page_up", show=False),
        Binding("pagedown", "page(1)", "page down", id="list.page_down", show=False),
        Binding("home", "first", "first", id="list.first", show=False),
        Binding("end", "last", "last", id="list.last", show=False),
        Binding("enter", "choose", "open", id="list.choose", show=False),
    ]

    class Moved(Message):
        """The person moved the cursor."""

        def __init__(self, rows: LineList, index: int) -> None:
            super().__init__()
            self.rows, self.index = rows, index

        @property
        def control(self) -> LineList:
            return self.rows

    class Chosen(Moved):
        """The person chose the row at the cursor."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.cursor = 0
        self.following = self.follows
        self.needle = ""

    # -- what a subclass says ---------------------------------------------------------------------------------

    def count(self) -> int:
        """How many rows there are."""
        return 0

    def row(self, index: int, width: int) -> Pieces:
        """The row at `index`, `width` cells wide."""
        return ()

    def under(self, index: int, width: int) -> Pieces:
        """The second line of the row, where `row_height` is 2."""
        return ()

    def newest(self) -> int:
        """The row that a following cursor stands on."""
        return self.count() - 1

    def empty(self, width: int) -> Sequence[Pieces]:
        """What stands there while there are no rows."""
        return ()

    # -- drawing ----------------------------------------------------------------------------------------------

    def sync(self) -> None:
        """Take in that rows came, went or changed."""
        count = self.count()
        if self.following:
            self.cursor = self.newest()
        self.cursor = max(0, min(self.cursor, count - 1))
        size = Size(self.scrollable_content_region.width, count * self.row_height or len(self.empty(80)))
        if size != self.virtual_size:
            if self._stays_as_high(size):
                self._scroll_over(size)
            else:
                self.virtual_size = size
                if self.styles.is_auto_height:
                    self.refresh(layout=True)
        if self.following and count:
            self._show_cursor()
        self.refresh()

    def _stays_as_high(self, size: Size) -> bool:
        """Whether rows of this size leave the list and its scroll bar where they are, so that nothing is laid out."""
        room, was = self.scrollable_content_region.height, self.virtual_size
        overflows = was.height > room and size.height > room
        fits = max(was.height, size.height) <= room and not self.styles.is_auto_height
        return room > 0 and size.width == was.width and (overflows or fits)

    def _scroll_over(self, size: Size) -> None:
        """Scroll over rows of this size from now on; to assign it would have the whole screen laid out anew."""
        self.set_reactive(cast("Reactive[Size]", ScrollView.virtual_size), size)
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = size.height
        if self.scroll_y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True)

    def on_resize(self) -> None:
        self.sync()
        self._show_cursor()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def render_line(self, y: int) -> Strip:
        return self.draw(y, self.scrollable_content_region.width, "")

    def render_lines(self, crop: Region) -> list[Strip]:
        return lines_of(self, crop, self.draw)

    def draw(self, y: int, width: int, edge: str) -> Strip:
        """Line `y` of the view, so wide, the edge before it."""
        index, part = divmod(y + self.scroll_offset.y, self.row_height)
        palette = self.app.palette
        count = self.count()
        if index >= count:
            words = self.empty(width) if not count else ()
            place = y + self.scroll_offset.y
            return strip_of(words[place] if place < len(words) else (), width, palette, edge=edge)
        ground: Ground = "plain"
        if index == self.cursor:
            ground = "cursor" if self.has_focus else "resting" if self.rests else "plain"
        pieces = self.under(index, width) if part else self.row(index, width)
        return strip_of(pieces, width, palette, ground, self.needle, edge=edge)

    # -- moving -----------------------------------------------------------------------------------------------

    def move_to(self, index: int, *, tell: bool = True) -> None:
        """Put the cursor on a row and bring it into view."""
        count = self.count()
        if not count:
            return
        self.cursor = max(0, min(index, count - 1))
        self.following = self.follows and self.cursor >= self.newest()
        self._show_cursor()
        self.refresh()
        if tell:
            self.post_message(self.Moved(self, self.cursor))

    def _show_cursor(self) -> None:
        height, top = self.scrollable_content_region.height, self.scroll_offset.y
        if height <= 0:
            return
        first = self.cursor * self.row_height
        below = self.count() * self.row_height if self.following else first + self.row_height
        place = top
        if first < place:
            place = first
        elif below > place + height:
            place = min(below - height, first)
        if place != top:
            self.scroll_to(y=place, animate=False, force=True)

    def action_cursor(self, by: int) -> None:
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        self.move_to(self.cursor + by * max(1, self.scrollable_content_region.height // self.row_height - 1))

    def action_first(self) -> None:
        self.move_to(0)

    def action_last(self) -> None:
        self.move_to(self.newest())

    def action_choose(self) -> None:
        if self.count():
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        index = (event.y + self.scroll_offset.y) // self.row_height
        if index < self.count():
            again = index == self.cursor and event.chain > 1
            self.move_to(index)
            if again:
                self.action_choose()


def holds(text: str, words: Sequence[str]) -> bool:
    """Whether a row whose text this is stays where a list is filtered by these words (in folded case)."""
    folded = text.casefold()
    return all(word in folded for word in words)
