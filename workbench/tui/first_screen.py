"""The first screen: saved sessions beside scenarios. Typing filters both, Enter opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from workbench.errors import WorkbenchError
from workbench.tui.base_app import BaseApp
from workbench.tui.first_lists import ScenarioList, SessionList, standing_of
from workbench.tui.pieces import Piece, Pieces, lay, width_of, wrap
from workbench.tui.theme import Look
from workbench.tui.widgets.frame import Rule, Title
from workbench.tui.widgets.line_list import LineList, Lines

if TYPE_CHECKING:
    from workbench.debugger.desk import Desk


_ROOM_TO_TELL = 16
"""Cells that it takes to say which providers are reachable."""
_LOOK = 2.0
"""Seconds between two looks at the files of the workspace."""


class FirstScreen(Screen[None]):
    """Pick a session or start a scenario."""

    app = getters.app(BaseApp)
    AUTO_FOCUS = ""

    BINDINGS = [
        Binding("tab,shift+tab,left,right", "other_list", "other list", id="first.other"),
        Binding("escape", "clear", "show all", id="first.clear"),
        Binding("f1", "help", "help", id="first.help"),
        Binding("f2", "personas", "personas", id="first.personas"),
    ]

    def __init__(self, desk: Desk, clock: Callable[[], float], *, below: bool = False) -> None:
        """`below`: another screen is about to cover it, so there is no hurry to fill it."""
        super().__init__()
        self._below, self._stale, self._asked = below, False, False
        self._sealed = False
        self._desk, self._clock = desk, clock
        self._filter, self._note = "", ""
        self._seen: object = None
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
        self._shape(self.app.size)
        if self._below:
            self._stale = True
        else:
            self._fill()

    def on_screen_resume(self) -> None:
        if self._stale and not self._below:
            self._fill()

    def on_screen_suspend(self) -> None:
        self._below, self._stale = False, True

    def _fill(self) -> None:
        self._stale = False
        self._load()
        if not self._asked:
            self._asked = True
            self.call_after_refresh(self._after_paint)
        if self.focused is None:
            self.query_one("#sessions" if self.query_one(SessionList).count() else "#scenarios").focus()

    def on_resize(self, event: events.Resize) -> None:
        self._shape(event.size)
        self._draw()

    def _shape(self, size: Size) -> None:
        self.set_class(size.width < 100, "stacked")
        self.set_class(size.height < 14, "tiny")
        self.set_class(size.height < 9, "least")

    def _load(self) -> None:
        sessions, scenarios = self.query_one(SessionList), self.query_one(ScenarioList)
        try:
            sessions.load(self._filter)
            self._sealed = not sessions.problem and self._desk.read_only
            scenarios.fill(self._desk.scenarios())
            scenarios.load(self._filter)
        except WorkbenchError as problem:
            self._note = str(problem)
        self._draw()

    def _look(self) -> None:
        """Take in what was changed on disk since the last look, if this screen is in view."""
        seen = self._desk.on_disk()
        if seen == self._seen or self._stale or self.app.screen is not self:
            return
        first, self._seen = self._seen is None, seen
        if not first:
            self.query_one(ScenarioList).renew(self._desk.scenarios())
            self._draw()
            self.run_worker(self._judge, thread=True, exit_on_error=False)

    def _after_paint(self) -> None:
        self._look()
        self.set_interval(_LOOK, self._look)
        self.run_worker(self._ask_providers(), exit_on_error=False)
        self.run_worker(self._warm_up, thread=True, exit_on_error=False)

    def _warm_up(self) -> None:
        self._desk.warm_up()
        self._judge()

    def _judge(self) -> None:
        """Mark the scenarios that cannot be started. Reads every file: not in the app's own thread."""
        self.app.call_from_thread(self._mark, self._desk.broken("scenario"))

    def _mark(self, broken: Mapping[str, str]) -> None:
        self.query_one(ScenarioList).mark(broken)
        self._draw()

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
        place = f"{self._desk.workspace}{' · may only be read' if self._sealed else ''} "
        if width > 60 + len(place):
            top = lay(width, [(" Workbench", "strong"), ("  the debugger for LLM agents", "grey")], [(place, "faint")])
        self.query_one("#top", Lines).show(top)
        self.query_one("#about", Lines).show(*self._about(width))
        words: list[Piece] = [(" › ", "accent")]
        invited: list[Piece] = [("type to filter", "faint")]
        typed: list[Piece] = [(self._filter, "text"), ("▏", "accent")]
        words += typed if self._filter else invited
        self.query_one("#filter", Lines).show(lay(width, words))
        note = self._note or sessions.problem
        if note:
            self.query_one("#hints", Lines).say("✗", "wrong", note)
            return
        keys: list[Piece] = [(" Enter", "grey"), (" open  ", "faint"), ("Tab", "grey"), (" other list  ", "faint")]
        more: list[Piece] = [("F2", "grey"), (" personas  ", "faint"), ("^q", "grey"), (" quit", "faint")]
        keys += more
        helping: list[Piece] = [("F1", "grey"), (" help ", "faint")]
        if width - width_of([*keys, *helping]) >= _ROOM_TO_TELL:
            keys.append((f"   {self._reachable}", "faint"))
        self.query_one("#hints", Lines).show(lay(width, keys, helping))

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
            problem = scenarios.broken.get(scenario.name)
            lines = wrap(problem or scenario.teaches, max(20, width - 2))[:2]
            look: Look = "wrong" if problem else "grey"
            return [[(f" {scenario.title or scenario.name}", "text")], *[[(f" {line}", look)] for line in lines]]
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
        other = scenarios if sessions.has_focus else sessions
        if other.count():
            other.focus()

    def action_help(self) -> None:
        from workbench.tui.sheets.help_screen import HelpScreen, first_help

        self.app.push_screen(HelpScreen("The first screen", first_help()))

    def action_personas(self) -> None:
        from workbench.tui.sheets.personas_screen import PersonasScreen

        self.app.push_screen(PersonasScreen("talks with it"), self._talk_with)

    def _talk_with(self, persona: str | None) -> None:
        from workbench.tui.session.screen import SessionScreen

        if persona is not None:
            self.app.push_screen(SessionScreen(partial(self._desk.chat, persona)))

    def on_descendant_focus(self) -> None:
        self._draw()

    @on(LineList.Moved)
    def _moved(self) -> None:
        self._draw()

    @on(LineList.Chosen)
    def _open(self, chosen: LineList.Chosen) -> None:
        from workbench.tui.session.screen import SessionScreen

        desk, rows = self._desk, chosen.rows
        if isinstance(rows, SessionList):
            ref = rows.rows[chosen.index].id
            self.app.push_screen(SessionScreen(lambda: desk.open(ref)))
        elif isinstance(rows, ScenarioList):
            scenario = rows.rows[chosen.index]
            if scenario is None:
                self.app.push_screen(SessionScreen(desk.chat))
            else:
                opening = partial(desk.start, scenario.name)
                self.app.push_screen(SessionScreen(opening, scenario=scenario.name))

    def tell(self, problem: str) -> None:
        """Say in the bottom line why something could not be opened."""
        self._note = problem
        self._draw()
