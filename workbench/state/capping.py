"""The part of the fold that is about caps: set, reached, counted by the minute, and shared with others."""

from __future__ import annotations

from workbench.events import Body, CapReached, Event, LimitSet, Tallied, measure_of
from workbench.state.changing import Handler, head_now
from workbench.state.state import Elsewhere, Reached, State

MINUTE = 60.0


def note_request(state: State, at: float, actor: str) -> None:
    """A model was asked; where a cap counts requests by the minute, this one is remembered so long."""
    if any(
        limit is not None and measure_of(name).what == "requests_per_minute" for name, limit in state.limits.items()
    ):
        state.recent = (*[one for one in state.recent if one[0] > at - MINUTE], (at, actor))


def _limit_set(state: State, event: Event, body: LimitSet) -> None:
    state.limits = {**state.limits, body.name: body.limit}
    if body.at is not None:
        state.follows = {**state.follows, body.name: body.at}
    if body.to is not None:
        state.standbys = {**state.standbys, body.name: body.to}
    if body.name in state.reached:
        state.reached = {name: one for name, one in state.reached.items() if name != body.name}
        _rehead(state)


def _cap_reached(state: State, event: Event, body: CapReached) -> None:
    state.reached = {**state.reached, body.name: Reached(body.at, event.seq)}
    _rehead(state)


def _rehead(state: State) -> None:
    """Who has its tools again, or has none any more, is asked otherwise."""
    for name, actor in state.actors.items():
        head = head_now(state, name)
        if head != actor.head:
            state.own(name).head = head


def _tallied(state: State, event: Event, body: Tallied) -> None:
    state.elsewhere = Elsewhere(body.session, body.day, body.date, state.meters, body.session_aside, body.day_aside)


CAPPING: dict[type[Body], Handler] = {LimitSet: _limit_set, CapReached: _cap_reached, Tallied: _tallied}
