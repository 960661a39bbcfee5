"""Where one is, in a few words: the place, why the run stands still, and what was used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.budget import spent
from workbench.debugger.words import count, dollars

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.state import State


def sentence(session: Session, *, steady: bool = False) -> str:
    """Where the run is and why it stands still. `steady`: without the time of day."""
    if session.looking is not None:
        return f"LOOKING BACK at event {session.looking} of {session.newest.seq}"
    if session.person.question is not None:
        return "YOU ARE THE MODEL: model TEXT is the answer"
    held = session.newest.held
    if steady and held is not None and held.gate == "doubt":
        tool = next((want.tool for want in session.newest.doubtful if want.call == held.call), held.call)
        return f"HELD before {tool}: effect tool, in doubt"
    return session.standing()


def place(session: Session) -> str:
    """`main @12`, and of how many where one looks back."""
    at = f"{session.identity.branch} @{session.seq}"
    return at if session.looking is None else f"{at} of {session.newest.seq}"


def meters(state: State) -> str:
    """What was used, each against its cap where it has one, in a few words."""
    parts: list[str] = []
    for name, words in (("iterations", "it"), ("tool_calls", "calls"), ("tokens", "tok"), ("cost", "")):
        used = spent(state.meters, name)
        shown = dollars(used) if name == "cost" else count(int(used or 0))
        limit = state.limits.get(name)
        parts.append(f"{shown}{f'/{limit}' if limit is not None else ''} {words}".rstrip())
    return "  ".join(parts)
