"""What is set aside at this moment by calls of models that are under way, on every branch that somebody writes.

Nothing is kept for it: an intent has its reserve, and one without its fact, on a branch whose writer lives, is a call
that is under way. A writer that ended holds nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from workbench.events import ModelCalled, Reserve, Tally, decode
from workbench.store.catalog import SEQ_MASK
from workbench.store.database import Database, sound
from workbench.store.locks import written_branches

_LATELY = 200
"""Events about models, from the end of a branch. An actor asks one thing at a time, so what is open stands there."""
_KINDS = "'model_called', 'model_answered', 'call_failed', 'writer_took'"


class SetAside(NamedTuple):
    """What calls under way hold, in a session and in the whole workspace."""

    session: Tally
    workspace: Tally


def set_aside(database: Database, session: str, but: int) -> SetAside:
    """What is held by calls on all branches except `but`: on those of `session`, and on all."""
    mine: list[Reserve] = []
    every: list[Reserve] = []
    with sound(database.path):
        for branch in written_branches(database.path):
            row = database.row("SELECT session FROM branch WHERE id = ?", (branch,))
            if branch == but or row is None:
                continue
            held = list(_held(database, branch))
            every += held
            mine += held if row[0] == session else []
    return SetAside(_sum(mine), _sum(every))


def _held(database: Database, branch: int) -> Iterator[Reserve]:
    """The reserves of a branch's intents that have no fact yet; one that was taken over has none that is under way."""
    found = database.rows(
        f"SELECT actor, kind, v, body FROM event WHERE id > ? AND id <= ? AND kind IN ({_KINDS})"
        f" ORDER BY id DESC LIMIT {_LATELY}",
        (branch << 32, branch << 32 | SEQ_MASK),
    )
    seen: set[str] = set()
    for actor, kind, version, stored in found:
        if kind == "writer_took":
            return
        if actor not in seen and kind == "model_called":
            body = decode(kind, version, stored)
            if isinstance(body, ModelCalled) and body.reserve is not None:
                yield body.reserve
        seen.add(actor)


def _sum(held: list[Reserve]) -> Tally:
    cost = sum((Decimal(reserve.cost or 0) for reserve in held), Decimal(0))
    return Tally(
        input_tokens=sum(reserve.input for reserve in held),
        output_tokens=sum(reserve.output for reserve in held),
        cost=f"{cost.normalize():f}",
    )
