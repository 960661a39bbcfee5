"""The part of the fold that is about replays: which recording, what was served and redone, what people chose."""

from __future__ import annotations

from msgspec.structs import replace

from workbench.events import Body, DifferenceRuled, Event, Redone, ReplayBegan, Served
from workbench.state.changing import Handler
from workbench.state.state import Replay, State


def _began(state: State, event: Event, body: ReplayBegan) -> None:
    known = state.replay or Replay()
    state.replay = Replay(body.source, body.upto, body.live, event.seq, accepted=known.accepted)


def _served(state: State, event: Event, body: Served) -> None:
    known = state.replay or Replay()
    state.replay = replace(known, served=(*known.served, (body.call, body.source)))


def _redone(state: State, event: Event, body: Redone) -> None:
    known = state.replay or Replay()
    here = 0 if body.already else event.seq + 1
    state.replay = replace(known, redone=(*known.redone, (body.source, here)))


def _ruled(state: State, event: Event, body: DifferenceRuled) -> None:
    known = state.replay or Replay()
    if body.choice == "live":
        state.replay = replace(known, live="both")
    elif body.choice == "recorded" and body.target:
        state.replay = replace(known, accepted=(*known.accepted, body.target))
    elif body.change and body.choice == "recorded":
        state.replay = replace(known, wanted=(*known.wanted, body.change))
    elif body.change and body.choice == "once":
        state.replay = replace(known, left=(*known.left, body.change))
    elif body.choice == "recorded":
        state.replay = replace(known, passed=(*known.passed, body.call), known=(*known.known, _leaf(body)))
    elif body.choice == "once":
        state.replay = replace(known, alone=(*known.alone, body.call), known=(*known.known, _leaf(body)))


def _leaf(body: DifferenceRuled) -> tuple[str, str, str]:
    return body.leaf, body.recorded, body.now


REPLAYING: dict[type[Body], Handler] = {
    ReplayBegan: _began,
    Served: _served,
    Redone: _redone,
    DifferenceRuled: _ruled,
}
