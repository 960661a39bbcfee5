"""Changing a cap of a session, by what a person wants of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.budget import Limit, check_limit, room_to_wrap_up
from workbench.errors import Impossible

if TYPE_CHECKING:
    from workbench.debugger.session import Session


def cap(session: Session, wanted: Limit) -> str:
    """Change a cap as it is `wanted`, and say how it now stands.

    A cap that is to wrap up where it has no room left gets what one last answer needs.

    Raises:
        UsedWrongly: there is no such cap, or its limit is no number.
        Impossible: what follows is to change at a cap that there is not.
    """
    name, state = wanted.name, session.newest
    limit = wanted.limit
    check_limit(name, limit, state.actors)
    if wanted.keep:
        limit = room_to_wrap_up(state, name) if wanted.at == "wrap_up" else state.limits.get(name)
        if limit is None:
            raise Impossible(f"{name} has no cap: give it a limit, too, as in: limit {name} 10 {wanted.at}")
    session.limit(name, limit, at=wanted.at, model=wanted.model)
    if limit is None:
        return f"no cap on {name} any more"
    at = session.newest.follows.get(name, "pause")
    return f"{name} is capped at {limit}, then {at.replace('_', ' ')}"
