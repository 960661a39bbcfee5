"""The edits that hold in a branch, each with what it changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from workbench.debugger.casting import Cast, casts
from workbench.debugger.used import prompt_use, use_of
from workbench.debugger.words import clock_time
from workbench.events import Edited, Recast
from workbench.events.remarks import recast_words
from workbench.safe_text import clipped
from workbench.tui.targets import consequences

if TYPE_CHECKING:
    from workbench.debugger.session import Session

_LONG = 160


class EditLine(NamedTuple):
    """An edit: the event that made it, what it changed, and what taking it back means."""

    seq: int
    name: str
    about: list[str]


def edits_of(session: Session) -> list[EditLine]:
    """Every edit and change of an actor that holds, the newest first."""
    lines = [*_edits(session), *[_cast(session, cast) for cast in casts(session)]]
    return sorted(lines, key=lambda line: -line.seq)


def _edits(session: Session) -> Iterator[EditLine]:
    holding = [(target, edit) for target, edits in session.newest.edits.items() for edit in edits]
    for target, edit in holding:
        event = session.event(edit.seq)
        body = event.body
        assert isinstance(body, Edited)
        what = f"{edit.field} of {edit.call or f'event {target}'}, by {event.by} at {clock_time(event.at)}"
        about = _sides(body.was, body.value)
        yield EditLine(edit.seq, what, about + consequences(session, use_of(session, target, edit.call, edit.seq)))


def _cast(session: Session, cast: Cast) -> EditLine:
    event = session.event(cast.seq)
    assert isinstance(event.body, Recast)
    name = f"{recast_words(event.body)}, by {event.by} at {clock_time(event.at)}"
    about = (
        [f"- {clipped(cast.was.system, _LONG)}", f"+ {clipped(cast.now.system, _LONG)}"]
        if "system" in cast.fields
        else []
    )
    return EditLine(cast.seq, name, about + consequences(session, prompt_use(session, cast.now.name, cast.seq)))


def _sides(was: str, now: str) -> list[str]:
    return [f"- {clipped(was, _LONG)}", f"+ {clipped(now, _LONG)}"]
