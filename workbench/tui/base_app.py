"""What every screen and widget may ask of the app that shows it: its desk, its clock, its keys, its colours."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.driver import Driver
from textual.screen import Screen

from workbench.tui.terminal.in_order import InOrder
from workbench.tui.theme import DARK, LIGHT, PALETTES, Palette
from workbench.tui.together import Together

if TYPE_CHECKING:
    from workbench.debugger.desk import Desk
    from workbench.debugger.session import Session
    from workbench.errors import WorkbenchError


class BaseApp(App[int]):
    """The app as its parts know it.

    Attributes:
        desk: what lists and opens sessions.
        clock: seconds since 1970.
        keys: binding id → keys, where they are remapped.
        failure: why the one session that was asked for could not be opened.
        together: the forks that run without a screen of their own.
        opening: the screen that is not ready for keys; while it is on top, they wait for `listen`.
        stuck: that screen has said what it waits for, so that leaving need not wait.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        keymap: Mapping[str, str] | None = None,
        theme: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self.desk, self.clock, self.keys = desk, clock, dict(keymap or {})
        self.failure: WorkbenchError | None = None
        self.opening: Screen[Any] | None = None
        self.stuck = False
        self.together = Together()
        self._typed = InOrder(self)
        for palette in PALETTES.values():
            self.register_theme(palette.theme())
        # Set before anything watches it: a change of theme would have every stylesheet parsed again.
        self.set_reactive(BaseApp.theme, LIGHT.name if theme == "light" else DARK.name)
        self.stylesheet.set_variables(self.get_css_variables())
        if self.keys:
            self.set_keymap(self.keys)

    def get_driver_class(self) -> type[Driver]:
        driver = super().get_driver_class()
        from workbench.tui.terminal.pasting import read_pastes

        read_pastes()
        return driver

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self.stuck and isinstance(event, events.Key) and event.key in self._quits:
            self.exit()
        elif self._typed.enters(event, ready=self.opening is not self.screen):
            target = self.focused or self.screen
            await super().on_event(event)
            self._typed.follow(target)

    def listen(self, target: DOMNode) -> None:
        """The screen on top is ready for keys once `target`, which gets the focus, knows of it."""
        self.opening, self.stuck = None, False
        self._typed.listen(target)

    @property
    def _quits(self) -> list[str]:
        return self.keys.get("app.quit", "ctrl+q").split(",")

    @property
    def palette(self) -> Palette:
        """The colours of the theme that the app wears."""
        return PALETTES.get(self.theme, DARK)

    def show_session(self, session: Session, note: str = "") -> None:
        """Show an open session over what is shown, and say `note` in it."""
        raise NotImplementedError

    def show_first(self, note: str = "") -> None:
        """Leave the session on top and show the first screen, with a word on why."""
        raise NotImplementedError
