"""What the keys of an open session do: each calls one verb and shows, as one plain line, why it could not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual import getters
from textual.screen import Screen

from workbench.errors import WorkbenchError
from workbench.tui.base_app import BaseApp
from workbench.tui.terminal.pasting import LONGEST
from workbench.tui.theme import Look

if TYPE_CHECKING:
    from workbench.debugger.past import Stride
    from workbench.debugger.session import Session
    from workbench.tui.panes.pane import Pane
    from workbench.tui.widgets.prompt import Prompt


class Verbs(Screen[None]):
    """The actions. The screen that inherits them says which session, pane and prompt they are about."""

    app = getters.app(BaseApp)
    session: Session | None = None

    @property
    def pane(self) -> Pane:
        """The pane that has the keys."""
        raise NotImplementedError

    def tell(self, words: str, look: Look = "text") -> None:
        """Show one line until the next key."""
        raise NotImplementedError

    def sync(self) -> None:
        """Draw what changed."""

    def draw_lines(self) -> None:
        """Draw the lines around the panes anew."""

    def unmark(self) -> None:
        """Forget in every pane what was looked for."""

    @property
    def prompt(self) -> Prompt:
        """The prompt at the bottom."""
        from workbench.tui.widgets.prompt import Prompt

        return self.query_one(Prompt)

    def attempt(self, verb: Callable[[Session], str | None]) -> bool:
        """Do it, or say why not; whether it was done."""
        if self.session is None:
            return False
        try:
            words = verb(self.session)
        except WorkbenchError as problem:
            self.tell(str(problem), "wrong")
            return False
        self.sync()
        if words:
            self.tell(words)
        return True

    # -- going on, and back -----------------------------------------------------------------------------------

    def action_step(self) -> None:
        self.attempt(lambda session: session.step())

    def action_next(self) -> None:
        self.attempt(lambda session: session.next())

    def action_finish(self) -> None:
        self.attempt(lambda session: session.finish())

    def action_proceed(self) -> None:
        from workbench.debugger.walks import onward

        self.attempt(lambda session: onward(session).words)

    def action_approve(self) -> None:
        self.attempt(lambda session: session.approve())

    def action_pause(self) -> None:
        self.attempt(lambda session: session.pause())

    def action_now(self) -> None:
        self.attempt(lambda session: session.now())

    def action_back(self, stride: Stride) -> None:
        from workbench.debugger.walks import backward

        self.attempt(lambda session: backward(session).words if stride == "run" else session.back(stride))

    def action_newest(self) -> None:
        self.attempt(lambda session: session.look(None))

    def action_take_over(self) -> None:
        if self.attempt(lambda session: session.take_over()):
            self.tell("this process writes it now")

    def action_close(self) -> None:
        session = self.session
        if session is not None and session.driving:
            self.tell("it is under way: ctrl+c holds it, then q leaves", "wrong")
            return
        self.app.show_first()

    # -- the prompt -------------------------------------------------------------------------------------------

    def action_say(self) -> None:
        if self.session is not None:
            self.prompt.begin("say")

    def action_command(self) -> None:
        if self.session is not None:
            self.prompt.begin("command")

    def action_find(self) -> None:
        if self.session is not None:
            self.prompt.begin("find")

    def obey(self, text: str) -> None:
        """Do what the command line says."""
        raise NotImplementedError

    def complete(self) -> None:
        """Complete what is typed in the command line."""

    def suggest(self, line: str) -> None:
        """Show what the command line may become."""

    def forget_choices(self) -> None:
        """Nothing is typed in the command line any more."""

    def on_prompt_sent(self, sent: Prompt.Sent) -> None:
        prompt, text = self.prompt, sent.text
        if prompt.mode == "find":
            self._find(text.casefold(), onward=True)
            return
        prompt.words.remember(sent.shown)
        mode = prompt.mode
        self._leave_prompt()
        if mode == "command" or text.startswith(":"):
            self.obey(text)
        elif text.strip():
            self.attempt(lambda session: session.say(text))

    def on_prompt_tabbed(self) -> None:
        self.complete()

    def on_prompt_too_long(self, refused: Prompt.TooLong) -> None:
        paste = f"a paste of {refused.length // 1000} kB is too long here"
        self.tell(f"{paste}: paste it in parts of {LONGEST // 1000} kB, or have a tool read it from a file", "wrong")

    def on_prompt_left(self) -> None:
        self._find("")
        self._leave_prompt()

    def _leave_prompt(self) -> None:
        self.prompt.clear()
        self.forget_choices()
        self.pane.keys.focus()
        self.draw_lines()

    def on_text_area_changed(self) -> None:
        if self.prompt.mode == "find":
            self._find(self.prompt.words.text.casefold())
        elif self.prompt.commanding and self.prompt.words.has_focus:
            self.suggest(self.prompt.words.text)

    def _find(self, needle: str, *, onward: bool = False) -> None:
        """Look for it while keys are heard; what was looked for before is looked for no longer."""
        self.run_worker(self._search(needle, onward=onward), group="find", exclusive=True)

    async def _search(self, needle: str, *, onward: bool) -> None:
        if not needle:
            self.unmark()
        elif not await self.pane.find(needle, onward=onward):
            self.tell(f"nothing in {self.pane.title} holds {needle!r}")

    # -- looking closer ---------------------------------------------------------------------------------------

    def action_copy(self) -> None:
        from workbench.tui.terminal.clipboard import copy

        if self.session is not None:
            text = self.pane.focused_text()
            self.tell(copy(self.app, text) if text else "there is nothing to copy here")

    def action_pager(self) -> None:
        from workbench.tui.terminal.clipboard import page

        if self.session is not None:
            text = self.pane.focused_text()
            problem = page(self.app, text) if text else "there is nothing to read here"
            if problem:
                self.tell(problem)

    def action_view(self) -> None:
        from workbench.tui.panes.steps import StepsPane
        from workbench.tui.sheets.seen_screen import SeenScreen

        session = self.session
        if session is None:
            return
        steps, rows = self.query_one(StepsPane).list, session.steps_read.rows
        place = min(steps.cursor, len(rows) - 1)
        while place >= 0 and rows[place].kind != "think":
            place -= 1
        if place < 0:
            self.tell("no model was asked up to here")
            return
        seq = rows[place].seq
        self.attempt(lambda session: self._show(SeenScreen(session.seen(seq))))

    def _show(self, screen: Screen[Any]) -> None:
        self.app.push_screen(screen)

    def action_jump(self) -> None:
        from workbench.tui.sheets.jump import JumpScreen

        session = self.session
        if session is not None:
            self.app.push_screen(JumpScreen(session.steps.rows), self._jumped)

    def _jumped(self, seq: int | None) -> None:
        if seq is not None:
            self.attempt(lambda session: session.look(seq))

    def action_help(self) -> None:
        from workbench.tui.sheets.help_screen import HelpScreen, session_help

        if self.session is not None:
            pane = self.pane
            title = f"{pane.number} {pane.title}"
            self.app.push_screen(HelpScreen(title, session_help(self.app.keys), pane.help))
