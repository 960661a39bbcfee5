"""The meters of a run as a face shows them: used, set aside, likely next, added since the fork, and the cap of each."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from workbench.budget import estimate, likely_cost, set_aside, spent, used
from workbench.debugger.steps import Step
from workbench.debugger.words import count, dollars
from workbench.events import measure_of
from workbench.state import Actor, State

COUNTERS = ("iterations", "requests", "tool_calls", "input_tokens", "output_tokens", "tokens", "cost", "seconds")
_USUAL = ("iterations", "tool_calls", "tokens", "cost")
_UNTOLD = ("input_tokens", "output_tokens", "tokens", "seconds")
"""What an import that tells nothing of it has as zero: it is unknown."""
_BARS = "▁▂▃▄▅▆▇█"


class Meter(msgspec.Struct, frozen=True):
    """One counter.

    Attributes:
        used: None is unknown, never zero.
        aside: reserved for calls that are under way.
        likely: what the next call is likely to add; None where nobody can say.
        added: used since the fork, where this branch is one.
        follow: what follows at the cap; `reached`: whether that has happened.
    """

    name: str
    used: Decimal | None
    limit: Decimal | None
    aside: Decimal
    likely: Decimal | None
    added: Decimal | None
    follow: str
    reached: bool

    def shown(self, amount: Decimal | None) -> str:
        """An amount of this counter, short; `?` where it is unknown."""
        return figure(self.name, amount)


def figure(name: str, amount: Decimal | None) -> str:
    """An amount of the counter `name`, short; `?` where it is unknown."""
    if amount is None:
        return "?"
    match measure_of(name).what:
        case "cost":
            return dollars(amount)
        case "seconds":
            return f"{amount:.1f}s"
        case _:
            return count(int(amount))


def meters(state: State, counters: Sequence[str] = _USUAL) -> list[Meter]:
    """The `counters`, then every other cap, in the order in which they were set."""
    capped = [name for name, limit in state.limits.items() if limit is not None and name not in counters]
    return [_meter(state, name) for name in (*counters, *capped)]


def _meter(state: State, name: str) -> Meter:
    measure, limit = measure_of(name), state.limits.get(name)
    now = used(state, name)
    if not now and measure.what in _UNTOLD and state.started is not None and state.started.origin is not None:
        now = None
    forked = state.forked
    added = None
    if forked is not None and now is not None and measure == measure_of(measure.what) and measure.what in COUNTERS:
        before = spent(forked, measure.what)
        added = None if before is None else now - before
    return Meter(
        name,
        now,
        None if limit is None else Decimal(limit),
        set_aside(state, name),
        _likely(state, measure.actor, measure.what),
        added,
        state.follows.get(name, "pause"),
        name in state.reached,
    )


def next_actor(state: State) -> Actor | None:
    """Whose model would be asked next, as far as that can be told."""
    if state.started is None:
        return None
    busy = [actor for actor in state.actors.values() if actor.todo != "rest"]
    return busy[0] if busy else state.actors[state.agent]


def _likely(state: State, actor: str, what: str) -> Decimal | None:
    one = state.actors.get(actor) if actor else next_actor(state)
    if one is None:
        return None
    match what:
        case "cost":
            return likely_cost(state, one.name)
        case "tokens" | "input_tokens":
            return Decimal(estimate(state, one.name))
        case "iterations" | "requests" | "requests_per_minute":
            return Decimal(1)
        case _:
            return None


def off_by(state: State) -> str:
    """How far the estimates of what requests would read were off, in words; "" where none was made."""
    measured, estimated = state.meters.measured, state.meters.estimated
    if not measured:
        return ""
    share = round(100 * (estimated - measured) / measured)
    return f"{abs(share)} % too {'high' if share >= 0 else 'low'}"


def costs(steps: Sequence[Step]) -> list[Decimal | None]:
    """What each iteration's model calls cost, in order; None is unknown."""
    found: dict[int, Decimal | None] = {}
    for step in steps:
        if step.kind == "think" and step.input_tokens is not None:
            before = found.get(step.iteration, Decimal(0))
            found[step.iteration] = None if before is None or step.cost is None else before + step.cost
    return list(found.values())


def sparkline(amounts: Sequence[Decimal | None], cells: int) -> str:
    """The last `cells` amounts as bars, `?` where one is unknown; one bar for several where there are more."""
    if not amounts or cells < 1:
        return ""
    per = -(-len(amounts) // cells)
    groups = [amounts[start : start + per] for start in range(0, len(amounts), per)]
    sums = [None if None in group else sum((one for one in group if one is not None), Decimal(0)) for group in groups]
    most = max((one for one in sums if one is not None), default=Decimal(0))
    top = len(_BARS) - 1
    return "".join("?" if one is None else _BARS[int(one / most * top)] if most else _BARS[0] for one in sums)
