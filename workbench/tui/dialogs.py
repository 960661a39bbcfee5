"""The verbs of the debugger that ask something before they do it: each opens a dialog and does what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.tui.focus import Focus, condition_at, focus_of
from workbench.tui.verbs import Verbs

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.tui.break_screen import Wish


class Dialogs(Verbs):
    """The actions that need more than a key."""

    @property
    def focus_here(self) -> Focus:
        """What the cursor stands on."""
        return focus_of(self.pane)

    # -- breakpoints ------------------------------------------------------------------------------------------

    def action_break(self) -> None:
        from workbench.gates.completion import names_of
        from workbench.tui.break_screen import BreakScreen

        session = self.session
        if session is not None:
            text = condition_at(session, self.focus_here)
            self.house.push_screen(BreakScreen(text, names_of(session.newest)), self._break)

    def _break(self, wish: Wish | None) -> None:
        if wish is None:
            return

        def set_break(session: Session) -> str:
            from workbench.debugger import breaking
            from workbench.tui.breaks_screen import state_of

            one = breaking.set_break(session, wish.text, once=wish.once, trace=wish.trace)
            if wish.ignore:
                one = breaking.ignore(session, one.number, wish.ignore)
            state = state_of(one)
            return f"breakpoint {one.number}: {one.text}" + (f" ({state})" if state else "")

        self.attempt(set_break)

    def action_breaks(self) -> None:
        from workbench.tui.breaks_screen import BreaksScreen

        def then(answer: str | None) -> None:
            self.sync()
            if answer == "new":
                self.action_break()

        if self.session is not None:
            self.house.push_screen(BreaksScreen(self.session), then)
