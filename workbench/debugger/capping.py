"""Changing a cap by words, as every face takes them: `limit cost 0.5 wrap_up`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.budget import check_limit, parse_limit, room_to_wrap_up
from workbench.errors import Impossible

if TYPE_CHECKING:
    from workbench.debugger.session import Session


def cap(session: Session, words: str) -> str:
    """Change the cap that `words` name, and say how it now stands.

    A cap that is to wrap up where it has no room left gets what one last answer needs.

    Raises:
        UsedWrongly: the words name no cap, no number or nothing that can follow.
        Impossible: what follows is to change at a cap that there is not.
    """
    wanted = parse_limit(words)
    name, state = wanted.name, session.newest
    limit = wanted.limit
    check_limit(name, limit)
    if wanted.keep:
        limit = room_to_wrap_up(state, name) if wanted.at == "wrap_up" else state.limits.get(name)
        if limit is None:
            raise Impossible(f"{name} has no cap: give it a limit, too, as in: limit {name} 10 {wanted.at}")
    session.limit(name, limit, at=wanted.at, model=wanted.model)
    if limit is None:
        return f"no cap on {name} any more"
    at = session.newest.follows.get(name, "pause")
    return f"{name} is capped at {limit}, then {at.replace('_', ' ')}"
