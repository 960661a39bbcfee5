"""A hand that types verbs on real sessions of a workspace in a fresh folder, and reads what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.bench import Bench as Sessions
from workbench.debugger.language.lines import Lines
from workbench.debugger.language.obeying import obey
from workbench.debugger.language.opening import greeting
from workbench.debugger.language.talk import Talk, Write
from workbench.debugger.session import Session
from workbench.errors import WorkbenchError


class Hand:
    """`await hand("s")` does a verb and gives the lines that it said."""

    def __init__(self, folder: Path) -> None:
        self.sessions = Sessions(folder)
        self.desk = self.sessions.desk
        self.said: list[str] = []
        self._talk: Talk | None = None

    @property
    def talk(self) -> Talk:
        """The talk that was begun."""
        assert self._talk is not None
        return self._talk

    @property
    def session(self) -> Session:
        """The branch that the verbs are about."""
        return self.talk.session

    def take(self, session: Session, write: Write | None = None) -> None:
        """Begin to talk with a session."""
        self._talk = Talk(self.desk, session, self._show, steady=True, write=write)

    def start(self, scenario: str = "support-desk") -> None:
        """Begin to talk with a new session of a scenario."""
        self.take(self.desk.start(scenario))

    async def greet(self) -> list[str]:
        """What the session says when it is opened."""
        return [line.text for line in await greeting(self.talk)]

    async def __call__(self, *verbs: str) -> list[str]:
        """Do the verbs; what the last one said."""
        for verb in verbs:
            self.said = []
            await obey(self.talk, verb)
        return self.said

    def seq(self, kind: str, nth: int = 1) -> int:
        """The event that is the nth of its kind in this branch."""
        return [event.seq for event in self.session.events() if event.body.kind == kind][nth - 1]

    async def refused(self, verb: str) -> str:
        """Why a verb cannot be done; nothing is recorded."""
        before = self.talk.mark()
        try:
            await obey(self.talk, verb)
        except WorkbenchError as refusal:
            assert self.talk.mark() == before
            return str(refusal)
        pytest.fail(f"{verb!r} was done")

    def _show(self, lines: Lines) -> None:
        self.said += [line.text for line in lines]

    def close(self) -> None:
        """Let go of the sessions."""
        if self._talk is not None:
            self._talk.close()
        self.sessions.close()
