"""A talk with a session: the branch that the verbs are about, and what of it was shown already."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from workbench.debugger.language.lines import Line, Lines, short
from workbench.debugger.language.telling import told

if TYPE_CHECKING:
    from workbench.debugger.desk import Desk
    from workbench.debugger.session import Session
    from workbench.events import Event

Show = Callable[[Lines], None]
Write = Callable[[str, str], Awaitable[str]]
_MOST = 40


class Talk:
    """What the verbs work on. It keeps which branches are open and what of them was shown, nothing of the run.

    Attributes:
        session: the branch that the verbs are about.
        steady: nothing is shown that varies from run to run, such as the time of day.
        write: lets a person rewrite a text (its second argument says what it is); None where nobody can.
        until: the event at which a run that is under way is to be held.
        diverged: a replay found a difference.
        over: `close` or `quit` was said; quit: it was `quit`.
    """

    def __init__(
        self,
        desk: Desk,
        session: Session,
        show: Show,
        *,
        steady: bool,
        write: Write | None = None,
        stream: Callable[[Session], None] = lambda session: None,
    ) -> None:
        """`show` prints lines; `stream` is told whenever a draft of the session may have grown."""
        self.desk, self.show, self.steady, self.write, self._stream = desk, show, steady, write, stream
        self.session = session
        self.until: int | None = None
        self.diverged = self.over = self.quit = False
        self._open: dict[str, Session] = {}
        self._shown = session.newest.seq
        self.join(session)

    async def stand_still(self, session: Session) -> None:
        """Wait until its run holds, ends, waits for somebody, or asks the person to be the model."""
        going = asyncio.shield(session.settled())
        asked = asyncio.ensure_future(session.person.asked.wait())
        done, _ = await asyncio.wait({going, asked}, return_when=asyncio.FIRST_COMPLETED)
        for waiting in (going, asked):
            waiting.cancel()
        self.until = None
        if going in done:
            await going

    def walked(self, before: int) -> Lines:
        """The recorded events that a walk from `before` to the place one looks at came by; backwards: the place."""
        seq = self.session.seq
        lines = self.told(self.session.events(before if seq > before else seq - 1, seq))
        if len(lines) > _MOST:
            lines = [Line(f"       … {len(lines) - _MOST} more lines", "faint"), *lines[-_MOST:]]
        return lines

    def told(self, events: Iterable[Event]) -> Lines:
        """Events of the session as lines, with how long calls took unless the talk is steady."""
        return told(events, self.session.newest.specs, timed=not self.steady)

    def go_to(self, session: Session, *, shown: int | None = None) -> None:
        """Let the verbs be about another branch; its events after `shown` (by default none yet) are shown."""
        self.join(session)
        self.session = session
        self._shown = session.newest.seq if shown is None else shown
        self.follow(session)

    def branch(self, name: str) -> Session:
        """The branch of this session that goes by `name`, opened if it is not."""
        if name not in self._open:
            self.join(self.desk.open(f"{self.session.identity.session}/{name}"))
        return self._open[name]

    def close(self) -> None:
        """Let go of every branch."""
        for session in self._open.values():
            session.close()

    def join(self, session: Session) -> None:
        """Keep a branch open until the talk ends, and show what is recorded while the verbs are about it."""
        name = session.identity.branch
        if self._open.get(name) is not session:
            self._open[name] = session
            session.on_change(lambda: self._changed(session))

    def let_go(self, session: Session) -> None:
        """Somebody else keeps this branch, and closes it."""
        self._open.pop(session.identity.branch, None)

    def _changed(self, session: Session) -> None:
        if session is not self.session:
            return
        self.follow(session)
        if self.until is not None and session.newest.seq >= self.until and session.driving:
            self.until = None
            session.pause()

    def follow(self, session: Session) -> None:
        """Show what was recorded since, as soon as it is."""
        self._stream(session)
        newest = session.newest.seq
        if newest > self._shown:
            events = session.events(self._shown, newest)
            self._shown = newest
            self.show(self.told(events))
        traced = session.breakpoints.take_traces()
        self.show([Line(f"       trace    {one.number} @{one.seq}: {short(one.text)}", "new") for one in traced])

    def mark(self) -> tuple[object, ...]:
        """Equal to another mark where nothing that the one sentence tells has changed between them."""
        return (self.session, self.session.newest.seq, self.session.looking, self.session.person.question)
