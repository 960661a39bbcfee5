"""Change a cap (+): how much, and what follows when it is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.budget import parse_limit, used
from workbench.debugger.capping import cap
from workbench.events import FOLLOWS, MEASURES
from workbench.tui.sheets.form import Entry, Form

if TYPE_CHECKING:
    from workbench.debugger.session import Session


def limit_form(session: Session, name: str) -> Form[str]:
    """The form for the cap `name`, or for another that is named in it; answers how the cap then stands."""
    state = session.newest
    limit = state.limits.get(name)
    follow = state.follows.get(name, "pause")
    entries = [
        Entry("limit", "a number, or none to lift it", limit or "", hint="no cap"),
        Entry("then", f"{', '.join(FOLLOWS[:-1])}, or degrade PROVIDER:MODEL", follow),
        Entry("cap", "or tool_calls:TOOL, cost@ACTOR, session.cost, day.cost", name),
    ]

    def change(texts: list[str]) -> str:
        amount, then, which = (text.strip() for text in texts)
        # To wrap up where nothing is left takes as much more as one last answer needs.
        keeps = then == "wrap_up" and which == name and amount == limit
        lifts = amount in ("", "none", "off")
        words = f"{which} {then}" if keeps else f"{which} none" if lifts else f"{which} {amount} {then}"
        return cap(session, parse_limit(words))

    return Form(f"Change the cap on {name}", entries, change, does="sets it")


def pressing(session: Session) -> str:
    """The cap that a person most likely means: the one that holds the run, else one that is set."""
    state = session.newest
    capped = [name for name, limit in state.limits.items() if limit is not None]
    full = [name for name in capped if (so_far := used(state, name)) is None or f"{so_far:f}" == state.limits[name]]
    if state.held is not None and state.held.gate == "budget" and full:
        return full[0]
    return next((name for name in MEASURES if name in capped), "tool_calls")
