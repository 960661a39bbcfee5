"""The part of the fold that counts what is used, by the run and by each actor."""

from __future__ import annotations

from workbench.events import AnswerChanged, Body, Event, Usage, cost_of, is_free
from workbench.state.actor import Actor, Meters
from workbench.state.changing import Handler
from workbench.state.state import State


def metered(state: State, actor: Actor) -> tuple[Meters, ...]:
    """The meters that count what the actor does, as copies that belong to this state alone."""
    meters = state.meters = state.meters.__copy__()
    if actor.meters is None:
        return (meters,)
    actor.meters = actor.meters.__copy__()
    return meters, actor.meters


def _answer_changed(state: State, event: Event, body: AnswerChanged) -> None:
    """What the call's own fact does not count: requests beside the last, and answers that middleware turned down."""
    if not body.again and body.usage is None:
        return
    usage, price = body.usage or Usage(input=0, output=0), state.specs[event.actor].price
    known = usage.input is not None and usage.output is not None
    cost = cost_of(usage, price) if price is not None and known else None
    unpriced = body.usage is not None and cost is None and (price is None or not is_free(price))
    for meters in metered(state, state.own(event.actor)):
        meters.requests += body.again
        meters.input_tokens += usage.input or 0
        meters.output_tokens += usage.output or 0
        meters.unpriced += unpriced
        if cost is not None:
            meters.cost += cost


METERING: dict[type[Body], Handler] = {AnswerChanged: _answer_changed}
