"""The two lists of the first screen: saved sessions, read a page at a time, and what can be started."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import localtime, strftime
from typing import TYPE_CHECKING

from workbench.debugger.words import ago
from workbench.errors import WorkbenchError
from workbench.tui.pieces import Piece, Pieces, cut, lay, wrap
from workbench.tui.theme import Look
from workbench.tui.widgets.line_list import LineList, holds

if TYPE_CHECKING:
    from workbench.debugger.desk import Desk, ScenarioLine, SessionLine

_PAGE = 200
_WHEN = 6
_TALK = ("talk", "an agent without a scenario; you speak first")
_OUTCOMES: dict[str, tuple[str, Look]] = {
    "completed": ("done", "grey"),
    "criteria_unmet": ("criteria unmet", "grey"),
    "budget": ("over budget", "grey"),
    "error": ("failed", "wrong"),
    "stopped": ("stopped", "grey"),
}
_GLYPHS = {"held": "◐", "in doubt": "?", "running": "●", "waiting": "·", "completed": "✓", "stopped": "·"}


def standing_of(session: SessionLine) -> tuple[str, str, Look]:
    """Glyph, words and look of where a saved session stands."""
    if session.status == "ended":
        words, look = _OUTCOMES.get(session.outcome or "", (session.outcome or "ended", "grey"))
        return _GLYPHS.get(session.outcome or "", "✗"), words, look
    looks: dict[str, Look] = {"held": "held", "in doubt": "held"}
    words = {"held": "HELD", "in doubt": "IN DOUBT"}.get(session.status, session.status)
    return _GLYPHS.get(session.status, "·"), words, looks.get(session.status, "text")


class SessionList(LineList):
    """Saved sessions, read a page at a time as the cursor gets there. `problem`: why they cannot be read."""

    follows = False

    def __init__(self, desk: Desk, clock: Callable[[], float], *, id: str) -> None:
        super().__init__(id=id)
        self._desk, self._clock = desk, clock
        self.rows: list[SessionLine] = []
        self.text, self.more = "", True
        self.problem = ""

    def load(self, text: str = "") -> None:
        """Read the first page of what holds all words of `text`."""
        self.text, self.rows, self.more, self.problem = text, [], True, ""
        self.cursor = 0
        self._read()

    def _read(self) -> None:
        page: Sequence[SessionLine] = ()
        try:
            page = self._desk.sessions(text=self.text, limit=_PAGE, offset=len(self.rows))
        except WorkbenchError as problem:
            self.problem = str(problem)
        self.rows += page
        self.more = len(page) == _PAGE
        self.sync()

    def move_to(self, index: int, *, tell: bool = True) -> None:
        while self.more and index >= len(self.rows) - 1:
            self._read()
        super().move_to(index, tell=tell)

    def action_last(self) -> None:
        while self.more:
            self._read()
        super().action_last()

    def count(self) -> int:
        return len(self.rows)

    def row(self, index: int, width: int) -> Pieces:
        session = self.rows[index]
        glyph, words, look = standing_of(session)
        right: list[Piece] = [(f"  {words:<14}", look)]
        if width >= 88:
            room = min(32, width // 4)
            model = session.model.rpartition("/")[2]
            right.append((f" {cut(model, room):<{room}}", "faint"))
        if width >= 56:
            right.append((f" {_cost(session):>6}", "grey"))
        right.append((f" {_when(session.updated, self._clock()):>6} ", "faint"))
        title = session.title or session.id
        glyph_look: Look = look if look in ("held", "wrong") else "grey"
        return lay(width, [(f" {glyph} ", glyph_look), (title, "text")], right)

    def empty(self, width: int) -> Sequence[Pieces]:
        if self.problem:
            return ((), *(((f"  {line}", "wrong"),) for line in wrap(self.problem, width - 4)))
        if self.text:
            return ((), ((f"  No session holds “{self.text}”. Esc shows all.", "grey"),))
        return (
            (),
            (("  Nothing is saved yet.", "grey"),),
            (("  Tab goes to the scenarios, Enter starts one.", "grey"),),
        )


def _when(updated: float, now: float) -> str:
    """How long ago, or the day, in six cells: `now`, `5 min`, `2 d`, `20 Nov`."""
    when = ago(updated, now)
    return when if len(when) <= _WHEN else strftime("%d %b", localtime(updated))


def _cost(session: SessionLine) -> str:
    if session.cost is None:
        return "?"
    dollars = float(session.cost)
    return "free" if dollars == 0 else f"${dollars:.2f}" if dollars >= 1 else f"${dollars:.3f}"


class ScenarioList(LineList):
    """What can be started: the scenarios, and a talk without one. `broken`: which cannot be started, and why."""

    follows = False

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._all: list[ScenarioLine] = []
        self._text = ""
        self.rows: list[ScenarioLine | None] = []
        self.broken: Mapping[str, str] = {}

    def fill(self, scenarios: Sequence[ScenarioLine]) -> None:
        """These are all there are."""
        self._all = list(scenarios)
        self.load()

    def renew(self, scenarios: Sequence[ScenarioLine]) -> None:
        """These are all there are now; what is shown and where the cursor stands stays, as far as it can."""
        here = self.rows[self.cursor] if self.cursor < len(self.rows) else None
        self._all = list(scenarios)
        self.load(self._text)
        name = here.name if here is not None else ""
        self.cursor = next((place for place, row in enumerate(self.rows) if row is not None and row.name == name), 0)
        self.sync()

    def load(self, text: str = "") -> None:
        """Show those that hold all words of `text`."""
        self._text = text
        words = text.casefold().split()
        self.rows = [one for one in self._all if holds(f"{one.name} {one.title} {one.teaches}", words)]
        if holds("talk without a scenario chat", words):
            self.rows.append(None)
        self.cursor = 0
        self.sync()

    def sync(self) -> None:
        self.row_height = 2 if self.size.height >= 2 * (len(self._all) + 1) else 1
        super().sync()

    def count(self) -> int:
        return len(self.rows)

    def row(self, index: int, width: int) -> Pieces:
        scenario = self.rows[index]
        name, about, look = self._told(scenario)
        right: list[Piece] = [("  needs a key ", "held")] if scenario is not None and scenario.needs_key else []
        if look == "wrong":
            right = [("  ✗ not right ", "wrong")]
        if self.row_height > 1:
            return lay(width, [(f" {name}", "text")], right)
        room = min(max(len(one.name) for one in self._all) if self._all else 0, max(12, width // 2))
        return lay(width - 1, [(f" {cut(name, room):<{room}}  ", "text"), (about, look)], right)

    def under(self, index: int, width: int) -> Pieces:
        _, about, look = self._told(self.rows[index])
        return lay(width - 1, [(f"   {about}", look)])

    def mark(self, broken: Mapping[str, str]) -> None:
        """These cannot be started, by name, and why."""
        self.broken = broken
        self.sync()

    def _told(self, scenario: ScenarioLine | None) -> tuple[str, str, Look]:
        """Its name, what it is about or why it cannot be started, and the look of that."""
        if scenario is None:
            return *_TALK, "grey"
        problem = self.broken.get(scenario.name)
        return scenario.name, problem or scenario.teaches or scenario.title, "wrong" if problem else "grey"

    def empty(self, width: int) -> Sequence[Pieces]:
        return ((), (("  No scenario holds these words. Esc shows all.", "grey"),))
