"""The edits that hold in a branch, each with what it changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from workbench.debugger.changing import use_of
from workbench.debugger.words import clock_time
from workbench.events import Edited
from workbench.tui.targets import consequences

if TYPE_CHECKING:
    from workbench.debugger.session import Session

_LONG = 160


class EditLine(NamedTuple):
    """An edit: the event that made it, what it changed, and what taking it back means."""

    seq: int
    name: str
    about: list[str]


def edits_of(session: Session) -> Iterator[EditLine]:
    """Every edit that holds, the newest first."""
    holding = [(target, edit) for target, edits in session.newest.edits.items() for edit in edits]
    for target, edit in sorted(holding, key=lambda one: -one[1].seq):
        event = session.event(edit.seq)
        body = event.body
        assert isinstance(body, Edited)
        what = f"{edit.field} of {edit.call or f'event {target}'}, by {event.by} at {clock_time(event.at)}"
        about = [f"- {_cut(body.was)}", f"+ {_cut(body.value)}"]
        yield EditLine(edit.seq, what, about + consequences(session, use_of(session, target, edit.call, edit.seq)))


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
