"""The app: shows the first screen or one session, guards the terminal, and offers every verb in its palette."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.binding import Binding
from textual.filter import LineFilter
from textual.screen import Screen

from workbench.tui.base_app import BaseApp
from workbench.tui.terminal.guard import Guard
from workbench.tui.terminal.hangup import EVERY, hung_up, leave
from workbench.tui.theme import CSS, DARK, LIGHT

if TYPE_CHECKING:
    from workbench.debugger.desk import Desk
    from workbench.debugger.session import Session


class WorkbenchApp(BaseApp):
    """The debugger's face: the first screen, or at once one session."""

    CSS = CSS
    TITLE = "Workbench"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS = [
        Binding("ctrl+q", "quit", "quit", id="app.quit", priority=True),
        Binding("ctrl+l", "light", "light", id="app.light"),
    ]

    def __init__(
        self,
        desk: Desk,
        *,
        open: str | None = None,
        scenario: str | None = None,
        keymap: Mapping[str, str] | None = None,
        theme: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(desk, keymap=keymap, theme=theme, clock=clock)
        self._wanted: Callable[[], Session] | None = None
        self._scenario = scenario or ""
        # The one and only: a line keeps what a filter made of it for as long as that very filter is asked.
        self._guard = Guard()
        if open is not None:
            self._wanted = lambda: desk.open(open)
        elif scenario is not None:
            self._wanted = lambda: desk.start(scenario)

    def get_default_screen(self) -> Screen[None]:
        from workbench.tui.first_screen import FirstScreen

        return FirstScreen(self.desk, self.clock, below=self._wanted is not None)

    def on_mount(self) -> None:
        self.call_after_refresh(gc.enable)
        self.call_after_refresh(self._follow_tools)
        if not self.is_headless:
            self.set_interval(EVERY, self._mind_the_terminal)
        if self._wanted is not None:
            from workbench.tui.session.screen import SessionScreen

            self.push_screen(SessionScreen(self._wanted, alone=True, scenario=self._scenario))

    def on_unmount(self) -> None:
        self.together.close()

    def _follow_tools(self) -> None:
        loop = asyncio.get_running_loop()

        def told(words: str) -> None:
            with suppress(RuntimeError):  # the app is gone, and nobody wants to know
                loop.call_soon_threadsafe(self.call_later, self._tools_changed, words)

        self.run_worker(partial(self.desk.follow_tools, told), thread=True, exit_on_error=False)

    def _tools_changed(self, words: str) -> None:
        """Say in the bottom line what became of a file of tools that was saved."""
        from workbench.tui.first_screen import FirstScreen
        from workbench.tui.session.screen import SessionScreen

        screen = self.screen
        if isinstance(screen, FirstScreen | SessionScreen):
            screen.tell(words)

    def _mind_the_terminal(self) -> None:
        """Let every session go and end, once the terminal is gone."""
        if not hung_up():
            return
        from workbench.tui.session.screen import SessionScreen

        for screen in self.screen_stack:
            if isinstance(screen, SessionScreen) and screen.session is not None:
                screen.session.close()
        self.together.close()
        self.desk.close()
        leave()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._guard]

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        from workbench.tui.bindings import DEEDS, OF_FIRST, sign
        from workbench.tui.first_screen import FirstScreen
        from workbench.tui.session.screen import SessionScreen

        deeds = DEEDS if isinstance(screen, SessionScreen) else OF_FIRST if isinstance(screen, FirstScreen) else ()
        for deed in deeds:
            keys = sign(self.keys.get(deed.id, deed.keys))
            action = deed.action

            async def act(action: str = action) -> None:
                await screen.run_action(action)

            yield SystemCommand(f"{deed.word}  ({keys})", deed.meaning, act)
        yield SystemCommand("light or dark", "change the colours", self.action_light)
        yield SystemCommand("quit", "leave; the session stands where it stands", self.action_quit)

    def show_session(self, session: Session, note: str = "") -> None:
        from workbench.tui.session.screen import SessionScreen

        self.push_screen(SessionScreen(lambda: session, note=note))

    def show_first(self, note: str = "") -> None:
        from workbench.tui.first_screen import FirstScreen

        first = self.screen_stack[0]
        self.pop_screen()
        if note and isinstance(first, FirstScreen):
            first.tell(note)

    def action_light(self) -> None:
        """Dark or light."""
        self.theme = DARK.name if self.theme == LIGHT.name else LIGHT.name
        for screen in self.screen_stack:
            screen.refresh(layout=True)
            for widget in screen.query("*"):
                widget.refresh()

    def action_help_quit(self) -> None:
        """What ctrl+c does where nothing else takes it: it holds the run, and never quits."""
        from workbench.tui.session.screen import SessionScreen

        for screen in reversed(self.screen_stack):
            if isinstance(screen, SessionScreen):
                screen.action_pause()
                return
