"""Where the breakpoints of a session would have held in what is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from workbench.decide import decide
from workbench.events import AnswerRead, ModelCalled, ToolCalled
from workbench.gates import Breakpoints
from workbench.state import State, apply

if TYPE_CHECKING:
    from workbench.debugger.session import Session


class RecordedHit(msgspec.Struct, frozen=True):
    """A place in the log, and why a run would have stood still there."""

    seq: int
    reason: str


def next_hit(session: Session) -> RecordedHit | None:
    """The first hit behind the place one looks at."""
    return next(_hits(session, session.seq, session.newest.seq), None)


def hit_before(session: Session) -> RecordedHit | None:
    """The last hit before the place one looks at."""
    hits = list(_hits(session, 1, session.seq - 1))
    return hits[-1] if hits else None


def _hits(session: Session, after: int, upto: int) -> Iterator[RecordedHit]:
    """Hits at the places behind `after`, up to and with `upto`: a hold before the event that follows the place."""
    set_now = [one for one in session.breakpoints if one.enabled and not one.trace and not one.action]
    if not set_now:
        return
    state = session.state_at(after)
    breakpoints = Breakpoints(replace(one, once=False, ignore=0) for one in set_now)
    breakpoints.follow(session.event, state)
    for event in session.events(after, upto + 1):
        body = event.body
        if state.seq > after and isinstance(body, ModelCalled | ToolCalled | AnswerRead):
            key = f"{body.call} output" if isinstance(body, AnswerRead) else body.call
            command = next((command for command in decide(state) if command.key == key), None)
            hold = None if command is None else breakpoints.gate(_ungranted(state), command)
            if hold is not None:
                yield RecordedHit(state.seq, hold.reason)
                breakpoints.follow(session.event, state)
        state = apply(state, event)


def _ungranted(state: State) -> State:
    """The state as if nobody had let the command pass yet."""
    if not state.grant:
        return state
    asked = state.__copy__()
    asked.grant = ""
    return asked
