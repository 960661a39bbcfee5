"""What follows at a cap where the run neither ends nor stands still: the events by which it goes on. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from workbench.budget.caps import LAST_ANSWER, figure
from workbench.budget.likely import estimate
from workbench.budget.spending import part_of, used
from workbench.errors import UsedWrongly
from workbench.events import (
    FOLLOWS,
    Body,
    CallFailed,
    CapReached,
    Follow,
    Reserve,
    Said,
    Usage,
    cost_of,
    is_free,
    measure_of,
)
from workbench.state import CallTool, Command, Hold, State, taking_over

LAST_WORDS = (
    "The budget of this run is used up ({reason}). This is your last answer: no tool can be called any more. "
    "Answer now with what you have, and say what is missing."
)


def going_on(state: State, command: Command, hold: Hold) -> list[tuple[str, Body]]:
    """The events that let the run go on at the cap of `hold`, in order, each with its actor.

    The first follow of a cap records that. A tool's call that is refused fails, so that its actor can be asked again.
    """
    events: list[tuple[str, Body]] = []
    if hold.cap not in state.reached:
        limit = state.limits[hold.cap]
        reached = CapReached(name=hold.cap, at=hold.follow, limit=str(limit), reason=hold.reason)
        events.append((command.actor, reached))
        if hold.follow == "degrade":
            standby = state.standbys[hold.cap]
            events += [(name, taking_over(state.specs[name], standby).body) for name in _degraded(state, command, hold)]
        elif hold.follow == "wrap_up":
            events.append((command.actor, Said(text=LAST_WORDS.format(reason=hold.reason), role="system")))
    if isinstance(command, CallTool) and hold.follow in ("deny_tools", "wrap_up"):
        message = f"this call was not made: {hold.reason}"
        events.append((command.actor, CallFailed(call=command.call, error="budget", message=message)))
    return events


def _degraded(state: State, command: Command, hold: Hold) -> list[str]:
    """Who goes on with the cap's other model: who reached it, and of a cap for all, everybody whose model costs.

    A scripted customer or judge, and a model that is free, would only become dearer.
    """
    if measure_of(hold.cap).actor:
        return [command.actor]
    prices = {name: state.specs[name].price for name in state.actors}
    return [name for name, price in prices.items() if name == command.actor or price is None or not is_free(price)]


class Limit(NamedTuple):
    """A cap as somebody wants it; `limit` None lifts it, `keep` leaves it as it is, `at` None what follows."""

    name: str
    limit: str | None
    keep: bool = False
    at: Follow | None = None
    model: str | None = None


def parse_limit(text: str) -> Limit:
    """What `NAME VALUE [FOLLOW [MODEL]]` or `NAME FOLLOW [MODEL]` says; `=` may stand for the space, `none` lifts.

    Raises:
        UsedWrongly: it does not say that.
    """
    name, *words = text.replace("=", " ", 1).split()[:5] if text.strip() else [""]
    if not words:
        raise UsedWrongly("limit what? For instance: limit tool_calls 10, or: limit cost none")
    value = words[0]
    keep = value in FOLLOWS
    rest = words if keep else words[1:]
    at, *more = rest or [""]
    if at and at not in FOLLOWS:
        raise UsedWrongly(f"what follows at a cap is one of {', '.join(FOLLOWS)}, not {at!r}")
    if (at == "degrade") != bool(more) or len(more) > 1:
        raise UsedWrongly(
            "degrade names the model that goes on, and nothing else does: limit cost 1 degrade PROVIDER:MODEL"
        )
    limit = None if keep or value in ("none", "off") else value
    return Limit(name, limit, keep, at or None, more[0] if more else None)


def room_to_wrap_up(state: State, name: str) -> str | None:
    """The limit that leaves room for one last answer, where the cap as it stands has none; None where it is not needed.

    For a person who stands before the cap and wants an answer with what the agent has.
    """
    limit, so_far, measure = state.limits.get(name), used(state, name), measure_of(name)
    if limit is None or so_far is None:
        return limit
    actor = measure.actor or state.agent
    price = state.specs[actor].price
    asks = estimate(state, actor)
    cost = None if price is None else f"{cost_of(Usage(input=asks, output=LAST_ANSWER), price):f}"
    need = part_of(Reserve(input=asks, output=LAST_ANSWER, cost=cost), measure.what)
    if measure.what in ("iterations", "requests", "requests_per_minute"):
        need = Decimal(1)
    return figure(max(Decimal(limit), so_far + need))
