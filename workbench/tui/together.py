"""Forks that run side by side without a screen of their own, until each stands still or a person goes to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.debugger.session import Session

Stood = Callable[["Session"], None]
"""Told of each fork that stands still, once it was let go of, so that it can be opened."""


class Together:
    """The forks that are under way."""

    def __init__(self) -> None:
        self._under_way: dict[tuple[str, str], Session] = {}
        self._seeing: set[asyncio.Task[None]] = set()

    def run(self, forks: Sequence[Session], stood: Stood) -> None:
        """Let them run to their end or first hold."""
        for session in forks:
            self._under_way[_place(session)] = session
            session.proceed()
            seeing = asyncio.create_task(self._see(session, stood))
            self._seeing.add(seeing)
            seeing.add_done_callback(self._seeing.discard)

    async def _see(self, session: Session, stood: Stood) -> None:
        await session.settled()
        if self._under_way.get(_place(session)) is session:
            del self._under_way[_place(session)]
            session.close()
            stood(session)

    def of(self, session: str) -> dict[str, Session]:
        """The branches of this session that are under way, by name."""
        return {branch: one for (of, branch), one in self._under_way.items() if of == session}

    def take(self, session: str, branch: str) -> Session | None:
        """The fork, where it is under way; a screen of its own keeps it from now on."""
        return self._under_way.pop((session, branch), None)

    def close(self) -> None:
        """Stop all of them; what is open in them will be in doubt."""
        for seeing in self._seeing:
            seeing.cancel()
        for session in self._under_way.values():
            session.close()
        self._under_way.clear()


def _place(session: Session) -> tuple[str, str]:
    return session.identity.session, session.identity.branch
