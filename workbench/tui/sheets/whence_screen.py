"""Where a value came from (w): every place that held it, or that the model invented it; Enter looks there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding

from workbench.errors import WorkbenchError
from workbench.tui.pieces import Pieces, lay, wrap
from workbench.tui.sheets.sheet import Sheet, keys_of
from workbench.tui.theme import Look
from workbench.tui.widgets.field import Field
from workbench.tui.widgets.line_list import LineList, Lines

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.debugger.whence import Sighting


class Sightings(LineList):
    """The places, in the order of events."""

    follows = False

    def __init__(self) -> None:
        super().__init__(classes="scroll")
        self.rows: Sequence[Sighting] = ()

    def load(self, rows: Sequence[Sighting]) -> None:
        """Show these."""
        self.rows, self.cursor = rows, 0
        self.sync()

    def count(self) -> int:
        return len(self.rows)

    def row(self, index: int, width: int) -> Pieces:
        one = self.rows[index]
        return lay(width, [(f"{f'@{one.seq}':>6}  ", "faint"), (f"{one.place}  ", "grey"), (one.words, "text")])


class WhenceScreen(Sheet[int]):
    """Answers the event to look at."""

    BINDINGS = [Binding("escape", "close", "close", id="whence.close")]
    tall = True

    def __init__(self, session: Session, value: str) -> None:
        keys = keys_of(("Enter", "looks for it, looks there"), ("Tab", "value, places"), ("Esc", "closes"))
        super().__init__("Where does it come from", keys)
        self._session, self._value = session, value

    def body(self) -> ComposeResult:
        yield Field(self._value, id="value", hint="a value, or words: A-1007")
        yield Lines(id="found", classes="lines")
        yield Sightings()

    def on_mount(self) -> None:
        field = self.query_one(Field)
        field.focus()
        field.move_cursor(field.document.end)
        if self._value:
            self.call_after_refresh(self._search)

    @on(Field.Submitted)
    def _search(self) -> None:
        from workbench.debugger.whence import whence

        session, rows = self._session, self.query_one(Sightings)
        try:
            found = whence(session.events(0, session.seq), self.query_one(Field).value)
        except WorkbenchError as problem:
            self._say(str(problem), "wrong")
            rows.load(())
            return
        self._say(str(found), "wrong" if found.invented else "text")
        rows.load(found.sightings)
        if found.sightings:
            rows.focus()

    def _say(self, words: str, look: Look) -> None:
        lines: list[Pieces] = [[(line, look)] for line in wrap(words, self.room)[:3]]
        self.query_one("#found", Lines).show((), *lines, ())

    @on(Field.Left)
    def _down(self, left: Field.Left) -> None:
        if left.by > 0:
            self.query_one(Sightings).focus()

    @on(LineList.Chosen)
    def _look(self, chosen: LineList.Chosen) -> None:
        self.dismiss(self.query_one(Sightings).rows[chosen.index].seq)
