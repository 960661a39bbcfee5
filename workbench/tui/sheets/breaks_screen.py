"""The breakpoints, rules and watches (B), each with its state or value; switched, ignored and deleted at the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from textual.app import ComposeResult
from textual.binding import Binding

from workbench.debugger import breaking
from workbench.debugger.breaking import state_of
from workbench.errors import WorkbenchError
from workbench.tui.pieces import Piece, Pieces, lay
from workbench.tui.sheets.sheet import Sheet, keys_of
from workbench.tui.sheets.watch_screen import watch_row
from workbench.tui.widgets.line_list import LineList, Lines

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.gates import Breakpoint


class BreakList(LineList):
    """One row for each."""

    follows = False

    def __init__(self, session: Session) -> None:
        super().__init__(classes="scroll")
        self._session = session

    @property
    def rows(self) -> list[Breakpoint | str]:
        """The breakpoints in order, then the watches."""
        return [*self._session.breakpoints, *self._session.watches]

    def count(self) -> int:
        return len(self._session.breakpoints) + len(self._session.watches)

    def row(self, index: int, width: int) -> Pieces:
        one = self.rows[index]
        if isinstance(one, str):
            told = self._session.watches.told(self._session, one)
            return watch_row(told, min(24, width // 3), width, [("  ◉ ", "accent"), ("   ", "grey")])
        mark: Piece = ("  ◇ ", "faint") if not one.enabled else ("  ✎ ", "accent") if one.action else ("  ◆ ", "wrong")
        left: list[Piece] = [mark, (f"{one.number:<3}", "grey"), (one.words, "text" if one.enabled else "faint")]
        return lay(width, left, [(f" {state_of(one)} ", "grey")])

    def empty(self, width: int) -> Sequence[Pieces]:
        return (
            [("  No breakpoint is set, and nothing is watched.", "text")],
            (),
            [("  b", "accent"), ("  sets one; it begins with what the cursor stands on", "grey")],
            [("  w", "accent"), ("  watches a value: it is shown, and C walks back to where it changed", "grey")],
        )


class BreaksScreen(Sheet[Literal["break", "watch"]]):
    """Answers what the person wants another one of."""

    BINDINGS = [
        Binding("space,e,enter", "switch", "on or off", id="breaks.switch", priority=True),
        Binding("i", "ignore(1)", "ignore one more", id="breaks.ignore"),
        Binding("I", "ignore(0)", "ignore none", id="breaks.ignore_none"),
        Binding("d,delete", "delete", "delete", id="breaks.delete"),
        Binding("b,n", "new('break')", "break", id="breaks.new"),
        Binding("w,W", "new('watch')", "watch", id="breaks.watch"),
    ]

    def __init__(self, session: Session) -> None:
        keys = keys_of(
            ("space", "on, off"),
            ("i", "ignore one more"),
            ("I", "none"),
            ("d", "delete"),
            ("b", "break"),
            ("w", "watch"),
        )
        super().__init__("Breakpoints and watches", keys)
        self._session = session

    def body(self) -> ComposeResult:
        yield BreakList(self._session)
        yield Lines(id="said", classes="lines")

    @property
    def list(self) -> BreakList:
        """The rows."""
        return self.query_one(BreakList)

    def on_mount(self) -> None:
        self.list.focus()
        self.list.sync()

    def _change(self, act: str, count: int = 0) -> None:
        rows = self.list.rows
        if not rows:
            return
        one = rows[self.list.cursor]
        said = ""
        try:
            if isinstance(one, str):
                said = self._change_watch(one, act)
            elif act == "switch":
                breaking.enable(self._session, one.number, not one.enabled)
            elif act == "ignore":
                breaking.ignore(self._session, one.number, count)
            else:
                breaking.clear(self._session, one.number)
                said = f"{'rule' if one.action else 'breakpoint'} {one.number} is gone"
        except WorkbenchError as problem:
            said = str(problem)
        lines: list[Pieces] = [[(said, "grey")]] if said else []
        self.query_one("#said", Lines).show(*lines)
        self.list.sync()

    def _change_watch(self, text: str, act: str) -> str:
        if act != "delete":
            return "a watch is only shown: d takes it away"
        self._session.watches.remove(text)
        return f"{text} is watched no longer"

    def action_switch(self) -> None:
        self._change("switch")

    def action_ignore(self, by: int) -> None:
        rows = self.list.rows
        if rows:
            one = rows[self.list.cursor]
            self._change("ignore", one.ignore + 1 if by and not isinstance(one, str) else 0)

    def action_delete(self) -> None:
        self._change("delete")

    def action_new(self, what: Literal["break", "watch"]) -> None:
        self.dismiss(what)
