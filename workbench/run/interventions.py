"""What somebody changed in the course of a run: at which place, and as values that another run can be held against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from workbench.events import (
    ActorSpec,
    AnswerRead,
    Edited,
    Event,
    LimitSet,
    ModelCalled,
    OutputGiven,
    Recast,
    Reverted,
    ToolCalled,
)
from workbench.run.differences import decoded
from workbench.run.editable import editable
from workbench.state import CallModel, CallTool, CheckOutput, Conclude, State, apply, as_edited, fold

_PHASES: dict[type[Any], int] = {
    ModelCalled: 0,
    ToolCalled: 1,
    OutputGiven: 2,
    AnswerRead: 3,
    CallModel: 0,
    CallTool: 1,
    CheckOutput: 2,
    Conclude: 3,
}

Place = tuple[int, int, int, int]
"""Where an actor is: the turns that it ended, its answers in this one, the phase (think, call, check, output), and
which of the answer's calls. Of two places of an actor, the greater comes later."""


class Places:
    """Where each actor is, told in such a way that it can be said of a run that takes another course, too."""

    def __init__(self) -> None:
        self._turns: dict[str, tuple[int, int]] = {}

    def take(self, event: Event) -> None:
        """Note that a turn ended, if that is what happened."""
        if isinstance(event.body, AnswerRead):
            turns, _ = self._turns.get(event.actor, (0, 0))
            self._turns[event.actor] = turns + 1, number_of(event.body.call, event.actor)[0]

    def of(self, actor: str, what: object) -> Place | None:
        """The place of a command, or of an intent that was not taken yet; None for what has none."""
        phase = _PHASES.get(type(what))
        if phase is None:
            return None
        turns, last = self._turns.get(actor, (0, 0))
        answer, call = number_of(str(getattr(what, "call", "")), actor)
        return turns, answer - last, phase, call


def number_of(call: str, actor: str) -> tuple[int, int]:
    """The numbers N and I of the call `ACTOR.N.I`; I is 0 where it has none."""
    answer, _, place = call.removeprefix(f"{actor}.").partition(".")
    return int(answer), int(place or 0)


class Change(msgspec.Struct, frozen=True):
    """What somebody changed at event `seq`.

    Attributes:
        actor: whom it is about, "" where it is about the run.
        before: actor and place of the command that came next; None where none did.
        was, value: what it changed, as plain values by name, before and after; empty where an edit was taken back.
    """

    seq: int
    actor: str
    body: Edited | Reverted | Recast | LimitSet
    before: tuple[str, Place] | None
    was: dict[str, Any]
    value: dict[str, Any]


def changes_in(events: Sequence[Event], begin: int) -> list[Change]:
    """What somebody, or a rule of theirs, changed after event `begin`, in order.

    That another model takes over at a cap or after a failure is no such change: it follows by itself.
    """
    if not any(_changed(event) for event in events[begin:]):
        return []
    places, found = Places(), list[Change]()
    waiting: list[Change] = []
    state = fold(events[:begin])
    for event in events[begin:]:
        place = places.of(event.actor, event.body)
        if place is not None:
            found += [replace(change, before=(event.actor, place)) for change in waiting]
            waiting = []
        places.take(event)
        body = _changed(event)
        if body is not None:
            waiting.append(_change(events, state, event, body))
        state = apply(state, event)
    return found + waiting


def _changed(event: Event) -> Edited | Reverted | Recast | LimitSet | None:
    """The event's body, if that is that somebody changed something."""
    body = event.body
    if isinstance(body, Edited | Reverted | LimitSet) or (isinstance(body, Recast) and not takes_over(event)):
        return body
    return None


def takes_over(event: Event) -> bool:
    """Whether another model took over at a cap or after a failure; a person's change says what it changed."""
    return isinstance(event.body, Recast) and event.by == "rule" and not event.body.changed


def _change(events: Sequence[Event], state: State, event: Event, body: Edited | Reverted | Recast | LimitSet) -> Change:
    """What the event changed of `state`; nobody knows yet what comes next."""
    was, value = dict[str, Any](), dict[str, Any]()
    match body:
        case Edited():
            told = as_edited(events[body.target - 1], state.edits.get(body.target, ()))
            was, value = edited_part(body, editable(told, body.field, body.call) or ""), edited_part(body, body.value)
        case Recast():
            spec = state.specs[body.spec.name]
            names = [name for name in ActorSpec.model_fields if getattr(spec, name) != getattr(body.spec, name)]
            was, value = cast_part(spec, names), cast_part(body.spec, names)
        case LimitSet():
            was, value = limit_part(state, body), {"limit": body.limit} | ({"then": body.at} if body.at else {})
        case Reverted():
            pass
    return Change(event.seq, event.actor, body, None, was, value)


def edited_part(edit: Edited, text: str) -> dict[str, Any]:
    """What `edit` is about, where the field says `text`."""
    return {edit.field: decoded(text) if edit.field == "arguments" else text}


def cast_part(spec: ActorSpec, names: Sequence[str]) -> dict[str, Any]:
    """These fields of an actor."""
    plain: dict[str, Any] = spec.model_dump(mode="json", include=set(names))
    return {name: decoded(plain[name]) if name == "settings" else plain[name] for name in names}


def limit_part(state: State, limit: LimitSet) -> dict[str, Any]:
    """What `limit` sets, as it is in `state`."""
    now: dict[str, Any] = {"limit": state.limits.get(limit.name)}
    return now | ({"then": state.follows.get(limit.name)} if limit.at else {})
