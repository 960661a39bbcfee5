"""The first screen: saved sessions beside scenarios. Typing filters both, Enter opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget

from workbench.debugger.words import ago
from workbench.errors import WorkbenchError
from workbench.tui.frame import Rule, Title
from workbench.tui.house import House
from workbench.tui.line_list import LineList, Lines
from workbench.tui.pieces import Piece, Pieces, lay, wrap
from workbench.tui.theme import Look

if TYPE_CHECKING:
    from workbench.debugger.desk import Desk, ScenarioLine, SessionLine

_PAGE = 200
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
    """Saved sessions, read a page at a time as the cursor gets there."""

    def __init__(self, desk: Desk, clock: Callable[[], float], *, id: str) -> None:
        super().__init__(id=id)
        self._desk, self._clock = desk, clock
        self.rows: list[SessionLine] = []
        self.text, self.more = "", True
        self.following = False

    def load(self, text: str = "") -> None:
        """Read the first page of what holds all words of `text`."""
        self.text, self.rows, self.more = text, [], True
        self.cursor, self.following = 0, False
        self._read()

    def _read(self) -> None:
        page = self._desk.sessions(text=self.text, limit=_PAGE, offset=len(self.rows))
        self.rows += page
        self.more = len(page) == _PAGE
        self.sync()

    def move_to(self, index: int, *, tell: bool = True) -> None:
        while self.more and index >= len(self.rows) - 1:
            self._read()
        super().move_to(index, tell=tell)
        self.following = False

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
        if width >= 72:
            model = session.model.rpartition("/")[2]
            right.append((f" {model[:19]:<19}", "faint"))
        if width >= 56:
            right.append((f" {_cost(session):>7}", "grey"))
        right.append((f" {ago(session.updated, self._clock()):>10} ", "faint"))
        title = session.title or session.id
        glyph_look: Look = look if look in ("held", "wrong") else "grey"
        return lay(width, [(f" {glyph} ", glyph_look), (title, "text")], right)

    def empty(self, width: int) -> Sequence[Pieces]:
        if self.text:
            return ((), ((f"  No session holds “{self.text}”. Esc shows all.", "grey"),))
        return (
            (),
            (("  Nothing is saved yet.", "grey"),),
            (("  Tab goes to the scenarios, Enter starts one.", "grey"),),
        )


def _cost(session: SessionLine) -> str:
    if session.cost is None:
        return "?"
    dollars = float(session.cost)
    return "free" if dollars == 0 else f"${dollars:.2f}" if dollars >= 1 else f"${dollars:.3f}"


class ScenarioList(LineList):
    """What can be started: the scenarios, and a talk without one."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._all: list[ScenarioLine] = []
        self.rows: list[ScenarioLine | None] = []
        self.following = False

    def fill(self, scenarios: Sequence[ScenarioLine]) -> None:
        """These are all there are."""
        self._all = list(scenarios)
        self.load()

    def load(self, text: str = "") -> None:
        """Show those that hold all words of `text`."""
        words = text.casefold().split()
        self.rows = [one for one in self._all if _holds(f"{one.name} {one.title} {one.teaches}", words)]
        if _holds("talk without a scenario chat", words):
            self.rows.append(None)
        self.cursor, self.following = 0, False
        self.sync()

    def move_to(self, index: int, *, tell: bool = True) -> None:
        super().move_to(index, tell=tell)
        self.following = False

    def count(self) -> int:
        return len(self.rows)

    def row(self, index: int, width: int) -> Pieces:
        scenario = self.rows[index]
        if scenario is None:
            return lay(width, [(" talk", "text"), ("               an agent without a scenario", "grey")])
        room = min(18, max(12, width // 3))
        right: list[Piece] = [("  needs a key ", "held")] if scenario.needs_key else [(" ", "text")]
        name = f" {scenario.name:<{room}} "
        return lay(width, [(name, "text"), (scenario.teaches or scenario.title, "grey")], right)

    def empty(self, width: int) -> Sequence[Pieces]:
        return ((), (("  No scenario holds these words. Esc shows all.", "grey"),))


def _holds(text: str, words: Sequence[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)


class FirstScreen(Screen[None]):
    """Pick a session or start a scenario."""

    house = getters.app(House)
    AUTO_FOCUS = ""

    BINDINGS = [
        Binding("tab,shift+tab,left,right", "other_list", "other list", id="first.other"),
        Binding("escape", "clear", "show all", id="first.clear"),
        Binding("f1", "help", "help", id="first.help"),
    ]

    def __init__(self, desk: Desk, clock: Callable[[], float], *, below: bool = False) -> None:
        """`below`: another screen is about to cover it, so there is no hurry to fill it."""
        super().__init__()
        self._below = below
        self._desk, self._clock = desk, clock
        self._filter, self._note = "", ""
        self._reachable = "looking for model providers …"

    def compose(self) -> ComposeResult:
        yield Lines(id="top")
        yield Rule(split="#left")
        with Widget(id="lists"):
            with Widget(id="left", classes="half"):
                yield Title("Sessions")
                yield SessionList(self._desk, self._clock, id="sessions")
            with Widget(id="right", classes="half"):
                yield Title("Scenarios")
                yield ScenarioList(id="scenarios")
        yield Rule(split="#left", up=True)
        yield Lines(id="about", classes="about")
        yield Lines(id="filter")
        yield Lines(id="hints")

    def on_mount(self) -> None:
        self.call_after_refresh(self._after_paint)

    def on_screen_resume(self) -> None:
        if self._below:
            self._below = False
            return
        self._load()
        if self.focused is None:
            self.query_one("#sessions" if self.query_one(SessionList).count() else "#scenarios").focus()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < 100, "stacked")
        self.set_class(event.size.height < 14, "tiny")
        self._draw()

    def _load(self) -> None:
        sessions, scenarios = self.query_one(SessionList), self.query_one(ScenarioList)
        try:
            sessions.load(self._filter)
            scenarios.fill(self._desk.scenarios())
            scenarios.load(self._filter)
        except WorkbenchError as problem:
            self._note = str(problem)
        self._draw()

    def _after_paint(self) -> None:
        self.run_worker(self._ask_providers(), exit_on_error=False)
        self.run_worker(self._desk.warm_up, thread=True, exit_on_error=False)

    async def _ask_providers(self) -> None:
        self._reachable = await self._desk.providers()
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        sessions, scenarios = self.query_one(SessionList), self.query_one(ScenarioList)
        left, right = self.query(Title)
        number = f"{sessions.count()}{'+' if sessions.more else ''}"
        left.show_words([], [(f"{number} ", "faint")], active=sessions.has_focus)
        right.show_words([], [(f"{scenarios.count()} ", "faint")], active=scenarios.has_focus)
        top = lay(width, [(" Workbench", "strong"), ("  the debugger for LLM agents", "grey")])
        place = f"{self._desk.workspace} "
        if width > 60 + len(place):
            top = lay(width, [(" Workbench", "strong"), ("  the debugger for LLM agents", "grey")], [(place, "faint")])
        self.query_one("#top", Lines).show(top)
        self.query_one("#about", Lines).show(*self._about(width))
        words: list[Piece] = [(" › ", "accent")]
        invited: list[Piece] = [("type to filter", "faint")]
        typed: list[Piece] = [(self._filter, "text"), ("▏", "accent")]
        words += typed if self._filter else invited
        self.query_one("#filter", Lines).show(lay(width, words))
        if self._note:
            self.query_one("#hints", Lines).show(lay(width, [(" ✗ ", "wrong"), (self._note, "text")]))
            return
        keys: list[Piece] = [(" Enter", "grey"), (" open  ", "faint"), ("Tab", "grey"), (" other list  ", "faint")]
        quitting: list[Piece] = [("^q", "grey"), (" quit   ", "faint"), (self._reachable, "faint")]
        keys += quitting
        self.query_one("#hints", Lines).show(lay(width, keys, [("F1", "grey"), (" help ", "faint")]))

    def _about(self, width: int) -> list[Pieces]:
        sessions, scenarios = self.query_one(SessionList), self.query_one(ScenarioList)
        if sessions.has_focus and sessions.count():
            one = sessions.rows[sessions.cursor]
            _, words, look = standing_of(one)
            facts = f" · {one.persona or 'no persona'} · {one.model} · {one.id}"
            tags = f" · {' '.join('#' + tag for tag in one.tags)}" if one.tags else ""
            head: Pieces = [(f" {one.title or one.id}", "text")]
            return [head, [(f" {words}", look), (facts + tags, "grey")]]
        if scenarios.has_focus and scenarios.count():
            scenario = scenarios.rows[scenarios.cursor]
            if scenario is None:
                return [[(" Talk to an agent", "text")], [(" A session without a scenario; you speak first.", "grey")]]
            lines = wrap(scenario.teaches, max(20, width - 2))[:2]
            return [[(f" {scenario.title or scenario.name}", "text")], *[[(f" {line}", "grey")] for line in lines]]
        return []

    # -- keys -------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        self._note = ""
        if event.key == "backspace" and self._filter:
            self._filter = self._filter[:-1]
        elif event.is_printable and event.character:
            self._filter += event.character
        else:
            self._draw()
            return
        event.stop()
        self._refilter()

    def on_paste(self, event: events.Paste) -> None:
        self._filter += " ".join(event.text.split())[:200]
        self._refilter()

    def _refilter(self) -> None:
        sessions, scenarios = self.query_one(SessionList), self.query_one(ScenarioList)
        sessions.load(self._filter)
        scenarios.load(self._filter)
        if self._filter and not sessions.count() and scenarios.count():
            scenarios.focus()
        elif self._filter and not scenarios.count() and sessions.count():
            sessions.focus()
        self._draw()

    def action_clear(self) -> None:
        self._filter = ""
        self._refilter()

    def action_other_list(self) -> None:
        sessions, scenarios = self.query_one(SessionList), self.query_one(ScenarioList)
        (scenarios if sessions.has_focus else sessions).focus()

    def action_help(self) -> None:
        from workbench.tui.help_screen import HelpScreen, first_help

        self.house.push_screen(HelpScreen("The first screen", first_help()))

    def on_descendant_focus(self) -> None:
        self._draw()

    @on(LineList.Moved)
    def _moved(self) -> None:
        self._draw()

    @on(LineList.Chosen)
    def _open(self, chosen: LineList.Chosen) -> None:
        from workbench.tui.session_screen import SessionScreen

        desk, rows = self._desk, chosen.rows
        if isinstance(rows, SessionList):
            ref = rows.rows[chosen.index].id
            self.house.push_screen(SessionScreen(lambda: desk.open(ref)))
        elif isinstance(rows, ScenarioList):
            scenario = rows.rows[chosen.index]
            self.house.push_screen(SessionScreen(desk.chat if scenario is None else lambda: desk.start(scenario.name)))

    def tell(self, problem: str) -> None:
        """Say in the bottom line why something could not be opened."""
        self._note = problem
        self._draw()
