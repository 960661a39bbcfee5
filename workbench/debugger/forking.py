"""Forks of a session, one or several from the same place, each with another model or persona where one is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import Impossible, UsedWrongly
from workbench.events.parts import IMPORTED

if TYPE_CHECKING:
    from workbench.debugger.desk import Desk
    from workbench.debugger.session import Session

MOST_FORKS = 50
NOT_HERE = (f"{IMPORTED}:", "function:")
"""How the names of models begin that only a recording, or another program, can speak for."""


def fork(
    desk: Desk, session: Session, seq: int, many: int = 1, *, model: str | None = None, persona: str | None = None
) -> list[Session]:
    """So many branches that leave the session after event `seq`, each held.

    Where they are several, each counts for itself what the breakpoints have yet to ignore, and which held once.

    Raises:
        UsedWrongly, NotFound: the number is not 1 to 50, or there is no such model or persona; nothing was made.
        Impossible: there is no such event, or this session cannot be written here.
    """
    if not 1 <= many <= MOST_FORKS:
        raise UsedWrongly(f"{many} forks: should be 1 to {MOST_FORKS}")
    if not 1 <= seq <= session.newest.seq:
        raise Impossible(f"there is no event {seq} to fork after: this branch has 1 to {session.newest.seq}")
    desk.check_cast(model=model, persona=persona)
    made: list[Session] = []
    try:
        for _ in range(many):
            made.append(session.fork(seq))
            desk.recast(made[-1], model=model, persona=persona)
            if many > 1:
                made[-1].breakpoints.count_alone()
    except BaseException:
        for one in made:
            one.close()
        raise
    return made
