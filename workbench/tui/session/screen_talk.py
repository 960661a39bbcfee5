"""A talk with the session of a screen: its panes show what happens, a form asks what the person is to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.debugger.language.lines import Lines
from workbench.debugger.language.talk import Talk
from workbench.errors import Impossible
from workbench.tui.sheets.form import Entry, Form

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.tui.session.exploring import Exploring


class ScreenTalk(Talk):
    """The verbs that are typed on one screen are about its session; another branch has a screen of its own."""

    def __init__(self, screen: Exploring, session: Session) -> None:
        self._screen = screen
        self._lines: Lines = []
        self._arrived: Session | None = None
        super().__init__(screen.app.desk, session, self._keep, steady=False, write=self._written)

    def said(self, lines: Lines) -> Lines:
        """What a verb showed on its way and then `lines`, once."""
        said, self._lines = [*self._lines, *lines], []
        return said

    def arrived(self) -> Session | None:
        """The branch that a verb led to, once."""
        arrived, self._arrived = self._arrived, None
        return arrived

    def go_to(self, session: Session, *, shown: int | None = None) -> None:
        self._arrived = session

    def branch(self, name: str) -> Session:
        under_way = self._screen.app.together.take(self.session.identity.session, name)
        return self._screen.below(name) or under_way or super().branch(name)

    def walked(self, before: int) -> Lines:
        return []

    def follow(self, session: Session) -> None:
        """The panes do."""

    def _keep(self, lines: Lines) -> None:
        self._lines += lines

    async def _written(self, was: str, what: str) -> str:
        entries = [Entry("text", text=was, original=was)]
        form: Form[str | None] = Form(f"Edit {what}", entries, lambda texts: texts[0])
        text = await self._screen.app.push_screen_wait(form)
        if text is None:
            raise Impossible("left as it was")
        return text
