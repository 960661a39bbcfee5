"""Time that runs out while calls are under way: which cap on seconds is used up first, and when. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from workbench.budget.caps import figure
from workbench.budget.spending import used
from workbench.events import measure_of
from workbench.state import Effectful, State


class Expiry(NamedTuple):
    """The seconds of a cap run out.

    Attributes:
        left: seconds from now, if all that is under way goes on; 0 where it is time.
        unused: seconds of the cap that calls which are over leave of it.
        actor: whose calls it counts; "" for all.
        reason: why a call is broken off then.
    """

    left: float
    unused: float
    actor: str
    reason: str

    def counts(self, command: Effectful) -> bool:
        """Whether the call uses the cap up."""
        return self.actor in ("", command.actor)


def keeps_time(state: State) -> bool:
    """Whether a call that takes too long would be broken off."""
    return next(_caps(state), None) is not None


def running_out(state: State, running: Sequence[tuple[Effectful, float]]) -> Expiry | None:
    """The cap on seconds that is used up first; None where none counts any of `running`.

    Args:
        running: the calls under way, and the seconds that each has taken so far. Calls made together count each.
    """
    found: list[Expiry] = []
    for name, limit in _caps(state):
        measure = measure_of(name)
        mine = [Decimal(seconds) for command, seconds in running if measure.actor in ("", command.actor)]
        so_far = used(state, name)
        if mine and so_far is not None:
            unused = max(limit - so_far, Decimal(0))
            left = max(unused - sum(mine), Decimal(0)) / len(mine)
            reason = f"the {figure(limit)} {measure.words} ran out"
            found.append(Expiry(float(left), float(unused), measure.actor, reason))
    return min(found, default=None)


def _caps(state: State) -> Iterator[tuple[str, Decimal]]:
    """The caps on seconds at which the run ends or stands still, and their limits. Others let what was begun go on."""
    for name, limit in state.limits.items():
        if limit is None or name in state.reached or measure_of(name).what != "seconds":
            continue
        follow = state.follows.get(name, "pause")
        if follow in ("stop", "pause") or (follow == "degrade" and name not in state.standbys):
            yield name, Decimal(limit)
