"""The app: holds the desk, wears a theme, guards the terminal, and shows the first screen or one session."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.filter import LineFilter
from textual.screen import Screen

from workbench.errors import WorkbenchError
from workbench.tui.guard import Guard
from workbench.tui.theme import CSS, DARK, LIGHT, PALETTES

if TYPE_CHECKING:
    from workbench.debugger.desk import Desk
    from workbench.debugger.session import Session


class WorkbenchApp(App[int]):
    """The debugger's face.

    Attributes:
        failure: why the one session that was asked for could not be opened.
    """

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
        super().__init__()
        self.desk, self.clock = desk, clock
        self.failure: WorkbenchError | None = None
        self.keys = dict(keymap or {})
        self._wanted: Callable[[], Session] | None = None
        if open is not None:
            self._wanted = lambda: desk.open(open)
        elif scenario is not None:
            self._wanted = lambda: desk.start(scenario)
        for palette in PALETTES.values():
            self.register_theme(palette.theme())
        self.theme = LIGHT.name if theme == "light" else DARK.name
        if self.keys:
            self.set_keymap(self.keys)

    def get_default_screen(self) -> Screen[None]:
        if self._wanted is not None:
            from workbench.tui.session_screen import SessionScreen

            return SessionScreen(self._wanted)
        from workbench.tui.first_screen import FirstScreen

        return FirstScreen(self.desk, self.clock)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), Guard()]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        from workbench.tui.bindings import DEEDS, sign
        from workbench.tui.session_screen import SessionScreen

        if isinstance(screen, SessionScreen):
            for deed in DEEDS:
                keys = sign(self.keys.get(deed.id, deed.keys))
                action = deed.action

                async def act(action: str = action) -> None:
                    await screen.run_action(action)

                yield SystemCommand(f"{deed.word}  ({keys})", deed.meaning, act)
        yield SystemCommand("light or dark", "change the colours", self.action_light)
        yield SystemCommand("quit", "leave; the session stands where it stands", self.action_quit)

    def show_first(self, note: str = "") -> None:
        """Leave the session on top and show the first screen, with a word on why."""
        from workbench.tui.first_screen import FirstScreen

        below = [screen for screen in self.screen_stack if isinstance(screen, FirstScreen)]
        if below:
            self.pop_screen()
            if note:
                below[0].tell(note)
            return
        self.switch_screen(FirstScreen(self.desk, self.clock))

    def action_light(self) -> None:
        """Dark or light."""
        self.theme = DARK.name if self.theme == LIGHT.name else LIGHT.name
        for screen in self.screen_stack:
            screen.refresh(layout=True)
            for widget in screen.query("*"):
                widget.refresh()

    def action_help_quit(self) -> None:
        """What ctrl+c does where nothing else takes it: it holds the run, and never quits."""
        from workbench.tui.session_screen import SessionScreen

        for screen in reversed(self.screen_stack):
            if isinstance(screen, SessionScreen):
                screen.action_pause()
                return
