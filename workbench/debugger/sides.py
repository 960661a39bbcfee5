"""The two sides of a comparison, found by name: a branch of the open session, or any other session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.debugger.diff import Side
from workbench.errors import Impossible

if TYPE_CHECKING:
    from workbench.debugger.desk import Desk
    from workbench.debugger.session import Session


def side(desk: Desk, session: Session, name: str) -> Side:
    """A branch of this session by its name, else any session; read, never written.

    Raises:
        NotFound: nothing goes by that name.
    """
    if name == session.identity.branch:
        return _of(session, name)
    own = {row.name for row in desk.branches(session.identity.session)}
    other = desk.open(f"{session.identity.session}/{name}" if name in own else name, write=False)
    try:
        return _of(other, name)
    finally:
        other.close()


def left_branch(desk: Desk, session: Session) -> str:
    """The branch that this one left.

    Raises:
        Impossible: it left none.
    """
    here = session.identity
    parent = next((row.parent for row in desk.branches(here.session) if row.name == here.branch), None)
    if parent is None:
        raise Impossible(f"{here.branch} left no other branch: name what to compare it with, as in diff main b2")
    return parent


def _of(session: Session, name: str) -> Side:
    """The branch whole, unless it was opened at a place in its past."""
    return Side(name, session.identity.title, session.events(), session.newest)
