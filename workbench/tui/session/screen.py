"""The screen of an open session: one sentence at the top, five panes, the prompt, the keys."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.widget import Widget

from workbench.errors import WorkbenchError
from workbench.tui.bindings import SESSION_BINDINGS
from workbench.tui.session.around import hints, tab_at, tab_line, top_line
from workbench.tui.session.commands import Commands
from workbench.tui.session.doubts import Doubts
from workbench.tui.theme import Look
from workbench.tui.widgets.frame import Rule, Title
from workbench.tui.widgets.line_list import LineList, Lines

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.tui.panes.pane import GoTo, Pane
    from workbench.tui.pieces import Pieces
    from workbench.tui.sheets.doubt_screen import Ruling

_BEAT = 0.06
_TICK = 0.25
_FRAME = 1 / 120
_ROOM_TO_WATCH = 16
_ORDER = ("steps", "conversation", "calls", "budget", "completion")


class SessionScreen(Commands):
    """Draws its frame at once and opens the session after that first paint."""

    AUTO_FOCUS = ""
    BINDINGS = SESSION_BINDINGS

    def __init__(
        self, opening: Callable[[], Session], *, alone: bool = False, note: str = "", scenario: str = ""
    ) -> None:
        """`alone`: where it cannot be opened, there is nothing else to show. `note` is shown until the next key.

        `scenario`: the one that is started by opening, if one is.
        """
        super().__init__()
        self._scenario = scenario
        self._opening, self._only = opening, alone
        self._due = self._begun = self._more = False
        self._drawn = 0.0
        self._note: tuple[str, Look] | None = (note, "text") if note else None
        self._passes = False
        self._current, self._other, self._alone = "steps", "conversation", False
        self._doubts = Doubts()
        self.app.opening = self

    def compose(self) -> ComposeResult:
        yield Lines(id="top", lines=[[(" opening …", "grey")]])
        yield Lines(id="tabs")
        yield Rule(split="#steps, #conversation", id="rule-top")
        yield Widget(id="body")
        yield Rule(split="#steps, #conversation", up=True, id="rule-bottom")
        yield Lines(id="watches", classes="lines")
        yield Lines(id="hints")

    def on_mount(self) -> None:
        self.query_one("#tabs").display = False

    async def _begin(self) -> None:
        """Open the session, once what it needs is ready; meanwhile the screen can say what is waited for."""
        if self._scenario:
            self.run_worker(self._prepare(), exit_on_error=True)
        else:
            await self._open()

    async def _prepare(self) -> None:
        await self.app.desk.prepare(self._scenario)
        self.call_later(self._open)

    async def _open(self) -> None:
        """Open the session and fill the frame."""
        try:
            session = self._opening()
        except WorkbenchError as problem:
            self._refused(problem)
            return
        from workbench.tui.panes.budget import BudgetPane
        from workbench.tui.panes.calls import CallsPane
        from workbench.tui.panes.completion import CompletionPane
        from workbench.tui.panes.conversation import ConversationPane
        from workbench.tui.panes.steps import StepsPane
        from workbench.tui.widgets.prompt import Prompt

        more = session.read_steps()
        self.session = session
        side = Widget(
            CallsPane(session, id="calls", edge="│"),
            BudgetPane(session, id="budget", edge="├─"),
            CompletionPane(session, id="completion", edge="├─"),
            id="side",
        )
        panes = (StepsPane(session, id="steps"), ConversationPane(session, id="conversation", edge="│"), side)
        with self.app.batch_update():
            await self.query_one("#body").mount(*panes)
            await self.mount(Prompt(), before="#hints")
            self.lay_out()
            self.panes["steps"].keys.focus()
            self.mark_forks()
            self.sync()
        self.app.listen(self.panes["steps"].keys)
        self.run_worker(partial(self._remark, session), thread=True, exit_on_error=False)
        session.on_change(self._changed, streamed=self._streamed)
        self.set_interval(_TICK, self._tick)
        if more:
            self.run_worker(self._read_on(session), exit_on_error=True)
        else:
            gc.freeze()

    def _remark(self, session: Session) -> None:
        """Say what has changed on disk since the session began, unless there is something to say already."""
        remark = self.app.desk.remark(session)
        if remark and self._note is None:
            self.app.call_from_thread(self.tell, remark)

    async def _read_on(self, session: Session) -> None:
        """Read the rest of a long recording in slices between which keys are heard."""
        from asyncio import sleep

        more = True
        while more:
            more = session.read_steps()
            await sleep(0)
        gc.freeze()
        self.sync()

    def _refused(self, problem: WorkbenchError) -> None:
        if self._only:
            self.app.failure = problem
            self.app.exit(return_code=2)
        else:
            self.app.show_first(str(problem))
            self.app.listen(self.app.screen)

    def on_unmount(self) -> None:
        if self._talk is not None:
            self._talk.close()
        elif self.session is not None:
            self.session.close()

    # -- what is where ----------------------------------------------------------------------------------------

    @property
    def panes(self) -> dict[str, Pane]:
        """The five by name."""
        from workbench.tui.panes.pane import Pane

        return {str(pane.id): pane for pane in self.query(Pane)}

    @property
    def pane(self) -> Pane:
        """The one that has the keys, or had them last."""
        return self.panes[self._current]

    def on_resize(self, event: events.Resize) -> None:
        if not self._begun:
            # The first size comes with the first layout; a frame later it is on the screen, and there is time.
            self._begun = True
            self.set_timer(_FRAME, self._begin)
        elif self.session is not None:
            self.lay_out()
            self.sync()

    def lay_out(self) -> None:
        """Decide by the room there is which panes are in view."""
        width, height = self.size
        whole = self._alone or width < 56 or height < 10
        wide = not whole and width >= 100 and height >= 20
        shown = set(_ORDER) if wide else {self._current} if whole else {"steps", self._other}
        self.set_class(not wide and not whole, "tabs")
        self.set_class(whole, "whole")
        for name, pane in self.panes.items():
            pane.display = name in shown
            pane.query(Title).first().display = wide or (whole and self._alone and height >= 10)
        self.query_one("#side").display = bool(shown & {"calls", "budget", "completion"})
        self.query_one("#tabs").display = not wide and height >= 6
        for rule in self.query(Rule):
            rule.display = height >= 10
        self.query_one("#hints").display = height >= 5
        self.call_after_refresh(self._joints)

    def _joints(self) -> None:
        for rule in self.query(Rule):
            rule.refresh()

    def action_pane(self, number: int) -> None:
        """Focus the pane with this number."""
        if self.session is None:
            return
        self._current = _ORDER[number - 1]
        if self._current != "steps":
            self._other = self._current
        self.lay_out()
        self.pane.keys.focus()
        self.sync()

    @on(events.Click, "#tabs")
    def _tab(self, click: events.Click) -> None:
        name = tab_at(self.panes, self._current, self.size.width, click.x) if self.session is not None else ""
        if name:
            self.action_pane(_ORDER.index(name) + 1)

    def action_cycle(self, by: int) -> None:
        if self.session is not None:
            self.action_pane((_ORDER.index(self._current) + by) % len(_ORDER) + 1)

    def action_maximise(self) -> None:
        if self.session is not None:
            self._alone = not self._alone
            self.lay_out()
            self.sync()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        for name, pane in self.panes.items():
            if pane.has_focus_within:
                self._current = name
                self._other = name if name != "steps" else self._other
            pane.draw_title()
        if self.session is not None:
            self.draw_lines()

    # -- drawing ----------------------------------------------------------------------------------------------

    def _changed(self) -> None:
        self._more = True
        self._streamed()

    def _streamed(self) -> None:
        if not self._due:
            self._due = True
            wait = _BEAT - (monotonic() - self._drawn)
            self.set_timer(max(0.001, wait), self._beat)

    def _beat(self) -> None:
        if not self._due:  # a verb has drawn it since
            return
        if self._more or self.session is None or not self.is_attached:
            self.sync()
            return
        self._due, self._drawn = False, monotonic()
        self.panes["conversation"].sync()

    def _tick(self) -> None:
        session = self.session
        if session is None:
            return
        if session.run is None:
            session.refresh()
        if session.driving or session.other:
            self.panes["steps"].keys.refresh()  # how long what is under way has taken

    def sync(self) -> None:
        """Draw what changed since the last time."""
        session = self.session
        if session is None or not self.is_attached:
            return
        self._due, self._drawn, self._more = False, monotonic(), False
        for pane in self.panes.values():
            pane.sync()
            pane.draw_title()
        if self._passes and not session.driving:
            self._note, self._passes = None, False
        for hit in session.breakpoints.take_traces()[-1:]:
            self._note = (f"breakpoint {hit.number}: {hit.text}, traced after event {hit.seq}", "text")
        self.draw_lines()
        self._ask_doubt(session)
        self.ask_partial(session)
        self.ask_apart(session)

    def draw_lines(self) -> None:
        session, width = self.session, self.size.width
        assert session is not None
        self.query_one("#top", Lines).show(top_line(session, width))
        tabs = self.query_one("#tabs", Lines)
        if tabs.display:
            tabs.show(tab_line(self.panes, self._current, width))
        self.query_one("#watches", Lines).show(*self._watched(session))
        line = self.query_one("#hints", Lines)
        if self._note is not None:
            self._show_note(*self._note)
        else:
            typing = self.prompt.words.has_focus
            choices = self.choice_line(width) if typing else []
            does = "finds the next" if self.prompt.mode == "find" else "send"
            keys = self.app.keys
            line.show(choices or hints(session, keys, width, typing=does if typing else "", alone=self._alone))
        self._invite(session)

    def _show_note(self, words: str, look: Look) -> None:
        self.query_one("#hints", Lines).say("✗" if look == "wrong" else "–", look, words)

    def _watched(self, session: Session) -> list[Pieces]:
        width, height = self.size
        if not len(session.watches) or height < _ROOM_TO_WATCH:
            return []
        from workbench.tui.sheets.watch_screen import watch_lines

        return watch_lines(session, width, 4 if height >= 30 else 3 if height >= 22 else 2)

    def _invite(self, session: Session) -> None:
        prompt = self.prompt
        if prompt.mode == "command":
            prompt.invite("a command: a verb as a word")
        elif prompt.mode == "find":
            prompt.invite("words to find in this pane")
        elif session.person.question is not None:
            prompt.invite("you are the model: i, then type its answer")
        elif session.run is not None and session.run.question is not None:
            prompt.invite("the agent asks you: i, then type the answer")
        elif session.run is None:
            takes_over = "T takes over when the other process is gone"
            prompt.invite(f"read-only: {session.sealed or takes_over}")
        else:
            prompt.invite("say something, or : for a command")

    def unmark(self) -> None:
        for pane in self.panes.values():
            pane.unmark()

    def tell(self, words: str, look: Look = "text") -> None:
        self._note = (words, look)
        # What cannot be done while the run goes on can be once it stands.
        self._passes = look == "wrong" and self.session is not None and self.session.driving
        if self.session is None:  # it is being opened
            self.app.stuck = True
            self._show_note(words, look)
        else:
            self.draw_lines()

    def on_key(self) -> None:
        if self._note is not None and self.session is not None:
            self._note = None
            self.draw_lines()

    # -- what panes, prompt and sheets say --------------------------------------------------------------------

    @on(LineList.Moved)
    def _moved(self, moved: LineList.Moved) -> None:
        from workbench.tui.panes.calls import CallsPane
        from workbench.tui.panes.coming import Coming
        from workbench.tui.panes.conversation import ConversationPane
        from workbench.tui.panes.steps import StepList, StepsPane

        if not isinstance(moved.rows, StepList):
            return
        steps = self.query_one(StepsPane).list
        step = steps.step(moved.index)
        if step is None:
            return
        if step.call:
            self.query_one(CallsPane).focus_call(step.call)
        talk = self.query_one(ConversationPane).talk
        if isinstance(step, Coming):
            talk.action_last()
        else:
            talk.move_to(talk.entry_of(step.seq))

    def on_go_to(self, wanted: GoTo) -> None:
        wanted.stop()
        if wanted.look:
            self.attempt(lambda session: session.look(wanted.seq))
            return
        from workbench.tui.panes.conversation import ConversationPane
        from workbench.tui.panes.steps import StepsPane

        steps = self.query_one(StepsPane).list
        steps.move_to(steps.place_of(wanted.seq))
        talk = self.query_one(ConversationPane).talk
        talk.move_to(talk.entry_of(wanted.seq))
        self.action_pane(2)

    def _ask_doubt(self, session: Session) -> None:
        """Where a call is in doubt and this process may rule on it, ask before anything else."""
        want = self._doubts.due(session) if self.app.screen is self else None
        if want is not None:
            from workbench.tui.sheets.doubt_screen import DoubtScreen

            check = partial(self.app.desk.happened, session, want)
            self.app.push_screen(DoubtScreen(want, check), partial(self._ruled, want.call))

    def _ruled(self, call: str, ruling: Ruling | None) -> None:
        if ruling is not None and self.session is not None:
            kind, result = ruling
            if kind == "leave":
                self._doubts.leave(self.session, call)
            self.attempt(lambda session: session.settle(call, kind, result))
