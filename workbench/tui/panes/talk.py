"""The conversation as lines: wrapped only where one looks, the newest streaming in.

The view hangs on a place (`top`: an entry and a line of it), or on the end where that is None. Nothing outside the
view is ever measured, so a session of any length scrolls alike.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual import events, getters
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from workbench.debugger.words import played_by
from workbench.state import as_edited
from workbench.tui.base_app import BaseApp
from workbench.tui.drawn import lines_of
from workbench.tui.panes.entries import entry, heading
from workbench.tui.panes.streamed import Streamed
from workbench.tui.pieces import Pieces, strip_of
from workbench.tui.theme import Ground

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.debugger.steps import Step
    from workbench.events import ActorSpec
    from workbench.state import Edit

_KINDS = frozenset(("said", "think", "result", "note"))
_KEPT = 512


class Talk(Widget, can_focus=True):
    """The lines of the entries in view; the cursor stands on an entry."""

    app = getters.app(BaseApp)

    BINDINGS = [
        Binding("up,k", "cursor(-1)", "up", id="talk.up", show=False),
        Binding("down,j", "cursor(1)", "down", id="talk.down", show=False),
        Binding("pageup", "page(-1)", "page up", id="talk.page_up", show=False),
        Binding("pagedown", "page(1)", "page down", id="talk.page_down", show=False),
        Binding("home", "first", "first", id="talk.first", show=False),
        Binding("end", "last", "newest", id="talk.last", show=False),
        Binding("enter", "unfold", "unfold", id="talk.unfold", show=False),
    ]

    class Followed(Message):
        """It began to follow the newest, or left off."""

    def __init__(self, session: Session) -> None:
        super().__init__(id="talk", classes="keys edge")
        self._session = session
        self._entries: list[int] = []
        self._seen = 0
        self._shown = 0
        self._unfolded: set[int] = set()
        self._kept: OrderedDict[tuple[object, ...], list[Pieces]] = OrderedDict()
        self._streamed: dict[str, Streamed] = {}
        self._tools: dict[str, str] = {}
        self._edits: Mapping[int, tuple[Edit, ...]] = {}
        self._window: list[tuple[int, int, Pieces]] | None = None
        self.cursor = 0
        self.top: tuple[int, int] | None = None
        self.needle = ""
        self._at_end = True

    # -- entries ----------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many entries there are, up to the place one looks at."""
        return self._shown

    @property
    def steps(self) -> Sequence[Step]:
        """All steps of the log."""
        return self._session.steps_read.rows

    def refill(self) -> None:
        """Take in what came; the view stays where it is unless it hangs on the end."""
        steps = self.steps
        if self._seen > len(steps):
            self._entries, self._seen = [], 0
        for place in range(self._seen, len(steps)):
            if steps[place].kind in _KINDS or steps[place].checks:
                self._entries.append(place)
            elif steps[place].kind == "call":
                self._tools[steps[place].call] = steps[place].label
        self._seen = len(steps)
        looking = self._session.looking
        self._edits = self._session.state.edits
        before = self._shown
        if looking is None:
            self._shown = len(self._entries)
        else:
            self._shown = bisect_right(self._entries, looking, key=lambda place: steps[place].seq)
        if looking is not None and before != self._shown:
            self.top, self.cursor = None, self._shown - 1
        if self.top is None and self.cursor >= before - 1:
            self.cursor = self._shown - 1
        self.cursor = max(0, min(self.cursor, self._shown - 1))
        self._redraw()

    def step(self, index: int) -> Step:
        """The step that entry `index` shows."""
        return self.steps[self._entries[index]]

    def entry_of(self, seq: int) -> int:
        """The entry that event `seq` belongs to, or the one before it."""
        steps = self.steps
        return max(0, bisect_right(self._entries, seq, key=lambda place: steps[place].seq) - 1)

    def lines(self, index: int) -> list[Pieces]:
        """The lines of entry `index`, an empty one behind them."""
        step, width = self.step(index), max(12, self.size.width)
        looking = self._session.looking
        open_ = step.standing in ("running", "doubt") or (looking is not None and step.last > looking)
        if open_ and step.kind == "think":
            return self._streaming(step, width)
        edits = self._edits.get(step.last, ())
        key = (step.seq, step.last, step.standing, width, step.seq in self._unfolded, edits)
        kept = self._kept.get(key)
        if kept is None:
            spec = self._spec(step.actor)
            made = entry(
                step,
                as_edited(self._session.event(step.last), edits).body,
                played_by(self._session.newest, step.actor),
                width,
                tool=self._tools.get(step.call, ""),
                spec=spec,
                unfolded=step.seq in self._unfolded,
            )
            edited: list[Pieces] = [[("   ✎ edited", "accent")]] if edits else []
            kept = self._kept[key] = [*made, *edited, ()]
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return kept

    def _streaming(self, step: Step, width: int) -> list[Pieces]:
        draft = self._session.drafts.get(step.call) if self._session.looking is None else None
        thinks = "thinking …" if self._session.person.question is None else "you answer in its place"
        words = {"running": thinks, "doubt": "interrupted"}.get(step.standing, "not answered yet")
        head = heading(width, played_by(self._session.newest, step.actor), f"think {step.iteration}")
        if draft is None:
            return [head, [(f"   {words}", "faint")], ()]
        streamed = self._streamed.get(step.call)
        if streamed is None or streamed.width != width:
            spec = self._spec(step.actor)
            self._streamed = {step.call: (streamed := Streamed(width, spec))}
        return [head, *streamed.lines(draft), ()]

    def _spec(self, actor: str) -> ActorSpec | None:
        started = self._session.newest.started
        specs = started.actors if started is not None else ()
        return next((spec for spec in specs if spec.name == actor), None)

    # -- the view ---------------------------------------------------------------------------------------------

    def _redraw(self) -> None:
        self._window = None
        self.refresh()
        if self._at_end != (self.top is None):
            self._at_end = self.top is None
            self.post_message(self.Followed())

    def _end(self) -> tuple[int, int]:
        """The top at which the last line stands at the bottom."""
        return self._end_at(self._shown - 1)

    def _view(self) -> list[tuple[int, int, Pieces]]:
        """Entry, line number in it, and the line, for each row of the screen."""
        if self._window is None:
            window: list[tuple[int, int, Pieces]] = []
            if self._shown:
                index, first = self.top or self._end()
                while len(window) < self.size.height and index < self._shown:
                    window += [(index, place, line) for place, line in enumerate(self.lines(index)) if place >= first]
                    index, first = index + 1, 0
            self._window = window[: self.size.height]
        return self._window

    def render_line(self, y: int) -> Strip:
        return self.draw(y, self.scrollable_content_region.width, "")

    def render_lines(self, crop: Region) -> list[Strip]:
        return lines_of(self, crop, self.draw)

    def draw(self, y: int, width: int, edge: str) -> Strip:
        """Line `y` of the view, so wide, the edge before it."""
        palette, view = self.app.palette, self._view()
        if not self._shown and y == 1:
            key, does = ("i", " speaks.") if self._session.looking is None else ("s", " walks on.")
            nothing: Pieces = [("  Nothing was said yet: ", "faint"), (key, "accent"), (does, "faint")]
            return strip_of(nothing, width, palette, edge=edge)
        if y >= len(view):
            return strip_of((), width, palette, edge=edge)
        index, place, line = view[y]
        ground: Ground = "plain"
        if index == self.cursor and line and (place == 0 or self.has_focus):
            ground = "resting" if place or not self.has_focus else "cursor"
        return strip_of(line, width, palette, ground if self.has_focus else "plain", self.needle, edge=edge)

    def on_resize(self) -> None:
        self._redraw()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    # -- moving -----------------------------------------------------------------------------------------------

    def scroll_lines(self, by: int) -> None:
        """Move the view."""
        if not self._shown:
            return
        end = self._end()
        index, line = self.top or end
        line += by
        while line < 0 and index > 0:
            index -= 1
            line += len(self.lines(index))
        line = max(0, line)
        while index < self._shown - 1 and line >= len(self.lines(index)):
            line -= len(self.lines(index))
            index += 1
        self.top = None if (index, line) >= end else (index, line)
        self._redraw()

    def move_to(self, index: int) -> None:
        """Put the cursor on an entry and bring it into view."""
        if not self._shown:
            return
        self.cursor = max(0, min(index, self._shown - 1))
        if self.cursor == self._shown - 1:
            length = len(self.lines(self.cursor))
            self.top = None if length <= self.size.height else (self.cursor, 0)
        elif not self._whole(self.cursor):
            first = (self.top or self._end())[0]
            if self.cursor <= first or len(self.lines(self.cursor)) >= self.size.height:
                self.top = (self.cursor, 0)
            else:
                self.top = self._end_at(self.cursor)
        self._redraw()

    def _whole(self, index: int) -> bool:
        shown = [place for at, place, _ in self._view() if at == index]
        return len(shown) >= len(self.lines(index)) - 1

    def _end_at(self, index: int) -> tuple[int, int]:
        """The top at which the last line of entry `index` stands at the bottom."""
        room = self.size.height
        for at in range(index, -1, -1):
            length = len(self.lines(at))
            if length >= room:
                return at, length - room
            room -= length
        return 0, 0

    def action_cursor(self, by: int) -> None:
        shown = [(place, line) for at, place, line in self._view() if at == self.cursor]
        if shown:
            last = len(self.lines(self.cursor)) - 2
            if (by > 0 and shown[-1][0] < last) or (by < 0 and shown[0][0] > 0):
                self.scroll_lines(by * max(1, self.size.height // 3))
                return
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        self.scroll_lines(by * max(1, self.size.height - 2))
        view = self._view()
        if view:
            self.cursor = view[0][0] if by < 0 else view[-1][0]

    def action_first(self) -> None:
        self.top, self.cursor = ((0, 0) if self._shown else None), 0
        self._redraw()

    def action_last(self) -> None:
        self.top, self.cursor = None, max(0, self._shown - 1)
        self._redraw()

    def action_unfold(self) -> None:
        if self._shown:
            self._unfolded ^= {self.step(self.cursor).seq}
            if self.top is None and self.cursor < self._shown:
                self.top = self._view()[0][:2] if self._view() else None
            self._redraw()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_lines(-3)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_lines(3)

    def on_click(self, event: events.Click) -> None:
        view = self._view()
        if event.y < len(view):
            again = view[event.y][0] == self.cursor and event.chain > 1
            self.cursor = view[event.y][0]
            self._redraw()
            if again:
                self.action_unfold()
