"""Pane 3, Tool calls: the list of calls and, of the one at the cursor, its arguments, its result and how it went."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from workbench.debugger.words import clock_time, duration, size
from workbench.events import CallFailed, ToolCalled, ToolReturned
from workbench.state import as_edited
from workbench.tui.panes.coming import Coming, coming
from workbench.tui.panes.pane import Pane, PaneList
from workbench.tui.panes.values import in_short, leaf_at, problem_of, rows_of
from workbench.tui.pieces import Piece, Pieces, lay, wrap
from workbench.tui.theme import Look
from workbench.tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.debugger.steps import Step

_GLYPHS: dict[str, tuple[str, Look]] = {
    "done": ("✓", "grey"),
    "running": ("●", "accent"),
    "failed": ("✗", "wrong"),
    "doubt": ("?", "held"),
    "wanted": ("·", "faint"),
    "held": ("◐", "held"),
}


class CallList(PaneList):
    """Every call that was made, and those that are wanted."""

    rests = True

    def __init__(self, session: Session) -> None:
        super().__init__(id="list", classes="keys edge")
        self._session = session
        self._calls: list[int] = []
        self._seen = 0
        self._wanted: list[Coming] = []
        self._shown = 0
        self._looked: int | None = None

    def refill(self) -> None:
        """Take in what came."""
        steps, session = self._session.steps_read.rows, self._session
        if self._seen > len(steps):
            self._calls, self._seen = [], 0
        self._calls += [place for place in range(self._seen, len(steps)) if steps[place].kind == "call"]
        self._seen = len(steps)
        looking = session.looking
        if looking != self._looked:  # a walk goes to what is newest there
            self._looked, self.following = looking, True
        self._wanted = [phase for phase in coming(session.newest) if phase.call] if looking is None else []
        self._shown = (
            len(self._calls)
            if looking is None
            else bisect_right(self._calls, looking, key=lambda place: steps[place].seq)
        )
        self.sync()

    def count(self) -> int:
        return self._shown + len(self._wanted)

    def newest(self) -> int:
        held = next((place for place, phase in enumerate(self._wanted) if phase.held), None)
        return self._shown + held if held is not None else max(0, self._shown - 1)

    def at(self, index: int) -> Step | Coming | None:
        """The call in the row at `index`."""
        if 0 <= index < self._shown:
            return self._session.steps_read.rows[self._calls[index]]
        wanted = index - self._shown
        return self._wanted[wanted] if 0 <= wanted < len(self._wanted) else None

    def place_of(self, call: str) -> int | None:
        """The row of the call with this id."""
        for index in range(self.count() - 1, -1, -1):
            found = self.at(index)
            if found is not None and found.call == call:
                return index
        return None

    def row(self, index: int, width: int) -> Pieces:
        call = self.at(index)
        if call is None:
            return ()
        if isinstance(call, Coming):
            glyph, look = _GLYPHS["held" if call.held else "wanted"]
            return lay(
                width,
                [(f"  {glyph} ", look), (call.label, "text" if call.held else "grey"), _asked(call.arguments, width)],
                [("held " if call.held else "wanted ", look)],
            )
        standing = self.standing(call)
        glyph, look = _GLYPHS.get(standing, ("·", "grey"))
        words: dict[str, str] = {"running": "running", "doubt": "IN DOUBT", "failed": "failed"}
        said = words.get(standing, "" if call.ms is None else duration(call.ms))
        told = self._session.progress.get(call.call, "") if standing == "running" else ""
        detail: Piece = (f"  {told}", "faint") if told else _asked(call.detail, width)
        again = f" ×{call.attempt}" if call.attempt > 1 else ""
        named: list[Piece] = [(f"  {glyph} ", look), (call.label + again, "text"), detail]
        return lay(width, named, [(f"{said} ", look if said in words.values() else "faint")])

    def words(self, index: int) -> str:
        call = self.at(index)
        return f"{call.label} {call.detail}" if call is not None else ""

    def standing(self, call: Step) -> str:
        """How the call stands at the place one looks at."""
        looking = self._session.looking
        return "running" if looking is not None and call.last > looking else call.standing

    def empty(self, width: int) -> Sequence[Pieces]:
        if self._session.looking is not None:
            return ([("  No tool was called up to here.", "faint")], [("  s", "accent"), (" walks on.", "faint")])
        if self._session.newest.ended is not None:
            return ([("  No tool was called.", "faint")],)
        return (
            [("  No tool was called yet.", "faint")],
            [("  s", "accent"), (" steps, ", "faint"), ("c", "accent"), (" runs to the next hold.", "faint")],
        )


class Detail(PaneList):
    """One call, all of it."""

    follows = False

    def __init__(self, session: Session) -> None:
        super().__init__(id="detail", classes="edge")
        self._session = session
        self._lines: list[Pieces] = []
        self._of: tuple[object, ...] = (None, 0)
        self._parts: list[tuple[str, int, str]] = []

    def leaf(self) -> tuple[str, str, object]:
        """What the cursor stands on: `call` or `result` ("" between them), the name and the value there."""
        parts = [part for part in self._parts if part[1] <= self.cursor]
        if not parts:
            return "", "", None
        kind, first, text = parts[-1]
        key, value = leaf_at(text, self.scrollable_content_region.width, self.cursor - first)
        return ("" if value is None and not key else kind), key, value

    def refill(self, call: Step | Coming | None, standing: str) -> None:
        """Show this call."""
        width = self.scrollable_content_region.width or self.size.width
        looking = self._session.looking
        edits = self._session.state.edits
        of = (
            call if isinstance(call, Coming) else call and (call.seq, call.last, call.standing, looking),
            width,
            edits,
        )
        if of == self._of:
            return
        if of[0] != self._of[0]:
            self.cursor = 0
            self.scroll_to(y=0, animate=False)
        self._of = of
        self._lines = [] if call is None else list(self._told(call, standing, width))
        self.sync()

    def count(self) -> int:
        return len(self._lines)

    def row(self, index: int, width: int) -> Pieces:
        return self._lines[index]

    def move_to(self, index: int, *, tell: bool = True) -> None:
        super().move_to(index, tell=False)

    def _told(self, call: Step | Coming, standing: str, width: int) -> Sequence[Pieces]:
        self._parts = []
        if isinstance(call, Coming):
            self._parts = [("call", 0, call.arguments)]
            return [*_arguments(call.arguments, width), *_section(width, self._effect(call), "")]
        session = self._session
        called = session.event(call.seq).body
        assert isinstance(called, ToolCalled)
        lines = _arguments(called.arguments, width)
        self._parts.append(("call", 0, called.arguments))
        tries = f" · attempt {call.attempt}" if call.attempt > 1 else ""
        when = f" · {clock_time(call.at)}" if call.at else ""
        facts = f"{called.effect}{tries}{when}"
        if standing == "running":
            words = session.progress.get(call.call, "under way")
            return [*lines, *_section(width, words, facts)]
        if standing == "doubt":
            told = "Nobody knows whether this happened: s or c asks you."
            asked: list[Pieces] = [[(f"  {line}", "held")] for line in wrap(told, width - 4)]
            return [*lines, *_section(width, "in doubt", facts), *asked]
        edits = session.state.edits.get(call.last, ())
        fact = as_edited(session.event(call.last), edits).body
        took = f"{duration(call.ms)} · " if call.ms is not None else ""
        match fact:
            case ToolReturned():
                text = fact.content if edits or fact.data is None else fact.data
                told = [*lines, *_section(width, f"result · {size(fact.content)}", took + facts)]
                self._parts.append(("result", len(told), text))
                shown: list[Pieces] = [[(f"  {one.words}", "grey")] for one in fact.media]
                return [*told, *rows_of(text, width), *shown]
            case CallFailed():
                failed: list[Pieces] = [[(f"  {line}", "wrong")] for line in wrap(fact.message, width - 4)]
                return [*lines, *_section(width, fact.error.replace("_", " "), took + facts, "wrong"), *failed]
            case _:
                return lines

    def _effect(self, call: Coming) -> str:
        state = self._session.newest
        tools = state.specs[call.actor].tools
        effect = next((tool.effect for tool in tools if tool.name == call.label), None)
        words = {
            "read": "read · changes nothing",
            "idempotent": "idempotent · may be repeated",
            "effect": "effect · changes something",
        }
        return words[effect] if effect is not None else "no tool of this name"


def _asked(arguments: str, width: int) -> Piece:
    """What a call asks for, in short, where there is room for it."""
    return (f"  {in_short(arguments)}" if width >= 34 else "", "faint")


def _arguments(arguments: str, width: int) -> list[Pieces]:
    problem = problem_of(arguments)
    if problem:
        wrong: list[Pieces] = [[(f"  {line}", "wrong")] for line in wrap(problem, width - 4)]
        return wrong + rows_of(arguments, width)
    return rows_of(arguments, width)


def _section(width: int, words: str, facts: str, look: Look = "grey") -> list[Pieces]:
    if facts and len(words) + len(facts) + 5 > width:
        apart: list[Pieces] = [(), [(f"  {words}", look)]]
        apart.append([(f"  {facts}", "faint")])
        return apart
    return [(), lay(width, [(f"  {words}", look)], [(f"{facts} ", "faint")])]


class CallsPane(Pane):
    """The calls, and one of them in full."""

    number, title = 3, "Tool calls"
    help = (
        "Every tool call: ✓ done, ◐ held, ● running, ✗ failed, ? in doubt, · wanted.",
        "Below stands the one at the cursor: its arguments, what the tool declares, its result or error.",
        "Enter goes into it, Esc comes back; y copies the arguments and the result, o opens them in the pager.",
    )

    def body(self) -> ComposeResult:
        yield CallList(self.session)
        from workbench.tui.widgets.frame import Title

        yield Title("", edge="├")
        yield Detail(self.session)

    @property
    def list(self) -> CallList:
        """The calls."""
        return self.query_one(CallList)

    @property
    def detail(self) -> Detail:
        """The focused one."""
        return self.query_one(Detail)

    def sync(self) -> None:
        self.list.refill()
        self.show_call()

    def show_call(self) -> None:
        """Show the call at the cursor below the list."""
        call = self.list.at(self.list.cursor)
        standing = "" if call is None or isinstance(call, Coming) else self.list.standing(call)
        self.detail.refill(call, standing)
        self.query("Title").last().display = call is not None

    def focus_call(self, call: str) -> None:
        """Put the cursor on the call with this id."""
        place = self.list.place_of(call)
        if place is not None:
            self.list.move_to(place, tell=False)
            self.show_call()

    def on_resize(self) -> None:
        self.call_after_refresh(self.show_call)

    def on_line_list_moved(self, moved: LineList.Moved) -> None:
        if moved.rows is self.list:
            self.show_call()

    def on_line_list_chosen(self, chosen: LineList.Chosen) -> None:
        chosen.stop()
        if chosen.rows is self.list:
            self.detail.focus()

    def key_escape(self) -> None:
        self.list.focus()

    def summary(self) -> list[Piece]:
        used = self.session.state.meters.tool_calls
        return [(str(used), "faint")] if used else []

    def focused_text(self) -> str:
        call = self.list.at(self.list.cursor)
        if call is None or isinstance(call, Coming):
            return call.arguments if call is not None else ""
        from workbench.tui.panes.entries import words_at

        state = self.session.state
        return "\n".join(words_at(self.session, seq, state) for seq in dict.fromkeys((call.seq, call.last)))

    async def find(self, needle: str, *, onward: bool) -> bool:
        self.detail.needle = needle
        self.detail.refresh()
        return self.list.find(needle, onward=onward)
