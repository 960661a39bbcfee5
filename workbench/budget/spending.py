"""What was used of a cap, and what is set aside of it for calls that are under way."""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from msgspec.structs import replace

from workbench.errors import UsedWrongly
from workbench.events import Measure, Reserve, Tallied, Tally, measure_of
from workbench.events.measures import MOST
from workbench.state import MINUTE, Meters, State

_THOUSAND = Decimal(1000)


def spent(meters: Meters | Tally, what: str) -> Decimal | None:
    """What these meters count of `what`; None where it cannot be known (a cost with unknown prices)."""
    match what:
        case "tokens":
            return Decimal(meters.input_tokens + meters.output_tokens)
        case "cost":
            return None if meters.unpriced else Decimal(meters.cost)
        case "seconds":
            return meters.ms / _THOUSAND
        case _:
            return Decimal(getattr(meters, what))


def used(state: State, name: str) -> Decimal | None:
    """What was used of the cap `name` so far, by whoever it counts; None where that cannot be known."""
    measure = measure_of(name)
    if measure.what == "requests_per_minute":
        counted = [at for at, actor in state.recent if at > state.at - MINUTE and measure.actor in ("", actor)]
        return Decimal(len(counted))
    if measure.scope != "run" and state.elsewhere is not None:
        return _shared(state, measure)
    meters = state.meters
    if measure.actor:
        actor = state.actors.get(measure.actor)
        if actor is None:
            return Decimal(0)
        meters = actor.meters or meters
    if measure.tool:
        return Decimal(meters.by_tool.get(measure.tool, 0))
    return spent(meters, measure.what)


def _shared(state: State, measure: Measure) -> Decimal | None:
    """What all others and this run used: as it was told last, and what this run added since."""
    elsewhere = state.elsewhere
    assert elsewhere is not None
    told = spent(elsewhere.session if measure.scope == "session" else elsewhere.day, measure.what)
    mine, before = spent(state.meters, measure.what), spent(elsewhere.base, measure.what)
    if told is None or mine is None or before is None:
        return None
    return told + mine - before


def set_aside(state: State, name: str, *, but: str = "") -> Decimal:
    """What of the cap is reserved by calls that are under way, but for that of an actor that is to be asked again.

    Of a cap that others share, what they had set aside when this run was told of them is part of it.
    """
    measure = measure_of(name)
    held = [
        actor.asking.reserve
        for actor in state.actors.values()
        if actor.asking is not None
        and actor.asking.reserve is not None
        and actor.name != but
        and measure.actor in ("", actor.name)
    ]
    return sum((part_of(reserve, measure.what) for reserve in held), _by_others(state, measure))


def _by_others(state: State, measure: Measure) -> Decimal:
    """What calls of others hold of a cap that they share. What they count by is known when they are asked, but this."""
    elsewhere = state.elsewhere
    if measure.scope == "run" or elsewhere is None:
        return Decimal(0)
    aside = elsewhere.session_aside if measure.scope == "session" else elsewhere.day_aside
    return spent(aside, measure.what) or Decimal(0)


def alone(state: State) -> State:
    """The run as it would stand if others had nothing set aside."""
    if state.elsewhere is None:
        return state
    left = copy(state)
    left.elsewhere = replace(state.elsewhere, session_aside=Tally(), day_aside=Tally())
    return left


def part_of(reserve: Reserve, what: str) -> Decimal:
    """What a reserve takes of `what`; a cost that is unknown takes nothing, since nothing can be kept with it."""
    match what:
        case "input_tokens":
            return Decimal(reserve.input)
        case "output_tokens":
            return Decimal(reserve.output)
        case "tokens":
            return Decimal(reserve.input + reserve.output)
        case "cost":
            return Decimal(reserve.cost or 0)
        case _:
            return Decimal(0)


def is_shared(state: State) -> bool:
    """Whether a cap counts what others use, too: this session's other branches, this workspace's other sessions."""
    return any(limit is not None and measure_of(name).scope != "run" for name, limit in state.limits.items())


def is_news(state: State, told: Tallied) -> bool:
    """Whether others have used or set aside something since this run was told last, or it never was, or a day began.

    `told` has what this run used, too.
    """
    known = state.elsewhere
    if known is None or known.date != told.date:
        return True
    if (known.session_aside, known.day_aside) != (told.session_aside, told.day_aside):
        return True
    return any(
        _amount(now, what) - _amount(state.meters, what) != _amount(before, what) - _amount(known.base, what)
        for now, before in ((told.session, known.session), (told.day, known.day))
        for what in Tally.model_fields
    )


def _amount(meters: Meters | Tally, what: str) -> Decimal:
    return Decimal(getattr(meters, what))


def date_of(at: float) -> str:
    """The day of a moment, in UTC: `2026-11-24`."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def check_limit(name: str, limit: str | None, actors: Collection[str] = ()) -> None:
    """Refuse a cap that could not be kept.

    Args:
        actors: who takes part, where that is known.

    Raises:
        UsedWrongly: there is no cap of that name, it is for an actor who does not take part, or its limit is no number
            between 0 and `MOST`.
    """
    try:
        measure = measure_of(name)
    except ValueError as error:
        raise UsedWrongly(str(error)) from None
    if measure.actor and actors and measure.actor not in actors:
        raise UsedWrongly(f"{name}: nobody called {measure.actor!r} takes part; there are: {', '.join(actors)}")
    if limit is None:
        return
    whole = "" if measure.what in ("cost", "seconds") else "whole "
    try:
        amount = Decimal(limit)
        kept = 0 <= amount <= MOST and (not whole or amount % 1 == 0)
    except InvalidOperation:
        kept = False
    if not kept:
        raise UsedWrongly(
            f"the limit of {name} must be a {whole}number of at least 0 and at most {MOST:,}, not {limit[:40]!r}"
        )
