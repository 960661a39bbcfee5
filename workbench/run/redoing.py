"""What somebody changed in the recording is changed again where a replay comes to the same place; else it is asked.

An edit is made again as soon as what it edits is there; another model, prompt or cap before the command that came next
in the recording, or the first one behind it. What they change must be here what it was there: where it is not, nobody
knows whether the change is still wanted, and the replay holds.
"""

from __future__ import annotations

from typing import Any

from workbench.events import (
    Body,
    CallFailed,
    Edited,
    Event,
    HistoryCut,
    LimitSet,
    ModelAnswered,
    OutputRejected,
    Recast,
    Redone,
    Reverted,
    Said,
    ToolReturned,
)
from workbench.gates import Deed
from workbench.run.differences import Difference, first_leaf, in_json
from workbench.run.editable import edit_of, reversal_of
from workbench.run.interventions import Change, Place, Places, cast_part, edited_part, limit_part
from workbench.run.recorded import Recording
from workbench.safe_text import clipped
from workbench.state import Command, Replay, State, as_edited
from workbench.state.telling import Lookup

_WIDE = 40


class Redoing:
    """What is to be done again in one replay. `lookup` finds the events of the run that replays."""

    def __init__(self, recording: Recording, lookup: Lookup) -> None:
        self.recording, self._lookup = recording, lookup
        self._seen = 0
        self._places = Places()
        self._names: dict[tuple[str, str, str], list[int]] = {}
        self._settled: set[int] = set()
        self._here: dict[int, int] = {}
        self._given: dict[str, str] = {}
        self._counted = self._served = 0

    def due(self, state: State, command: Command) -> Deed | Difference | None:
        """What is changed before `command`, or how that is not what it was in the recording; None where nothing is."""
        replay = state.replay
        if replay is None or replay.live == "both" or not self.recording.changes:
            return None
        self._catch_up(state, replay)
        place = self._places.of(command.actor, command)
        if place is None:
            return None
        for change in self.recording.changes:
            if change.seq not in self._settled and change.seq not in replay.left:
                found = self._again(change, state, replay, (command.actor, place))
                if found is not None:
                    return found
        return None

    def _again(self, change: Change, state: State, replay: Replay, at: tuple[str, Place]) -> Deed | Difference | None:
        """The change as it is made here; None where what it changes is not there, or not yet."""
        made = self._made(change, state, at)
        if made is None:
            return None
        now, actor, body = made
        if change.value and first_leaf(change.value, now) is None:
            return Deed(0, actor, (Redone(source=change.seq, already=True),))
        leaf = first_leaf(change.was, now)
        if leaf is not None and change.seq not in replay.wanted:
            path, recorded, here = leaf
            made_it = clipped(", ".join(in_json(value) for value in change.value.values()), _WIDE)
            told = f"{path}, which event {change.seq} there made {made_it}"
            return Difference(told, in_json(recorded), in_json(here), change=change.seq)
        return Deed(0, actor, (Redone(source=change.seq), body))

    def _made(self, change: Change, state: State, at: tuple[str, Place]) -> tuple[dict[str, Any], str, Body] | None:
        """What it changes as it is now, whom it is about, and the body."""
        match change.body:
            case Edited() as edit:
                target = self._counterpart(edit.target)
                if target is None:
                    return None
                told = as_edited(self._lookup(target), state.edits.get(target, ()))
                made = edit_of(told, edit.field, edit.value, edit.call)
                return None if made is None else (edited_part(made, made.was), told.actor, made)
            case Reverted() as back:
                return self._taken_back(back, change, state, at)
            case Recast() as recast if _is_due(change, at):
                now, names = state.specs[recast.spec.name], list(change.value)
                spec = now.model_copy(update={name: getattr(recast.spec, name) for name in names})
                reverts = None if recast.reverts is None else self._change_here(recast.reverts)
                again = Recast(spec=spec, changed=tuple(names), reverts=reverts)
                return cast_part(now, names), change.actor, again
            case LimitSet() as limit if _is_due(change, at):
                return limit_part(state, limit), change.actor, limit
            case _:
                return None

    def _taken_back(
        self, back: Reverted, change: Change, state: State, at: tuple[str, Place]
    ) -> tuple[dict[str, Any], str, Body] | None:
        cut = self.recording.told(back.edit)
        if isinstance(cut.body, HistoryCut):
            here = self._counterpart(back.edit) if _is_due(change, at) else None
            cuts = state.actors[cut.actor].cuts
            if not any(one.seq == here for one in cuts) or any(here in one.refs for one in cuts):
                return None
            return {}, cut.actor, Reverted(edit=here or 0)
        here = self._change_here(back.edit)
        if here is None:
            return None
        for target, edits in state.edits.items():
            event = self._lookup(target)
            made = reversal_of(event, edits, here)
            if made is not None:
                return {}, event.actor, made
        return None

    # -- what stands here for an event of the recording -------------------------------------------------------------

    def _change_here(self, seq: int) -> int | None:
        """The event here that changes what event `seq` changed in the recording."""
        return seq if seq <= self.recording.begin else self._here.get(seq)

    def _counterpart(self, seq: int) -> int | None:
        """The event here that says what event `seq` says in the recording; None where none does, or not yet."""
        if seq <= self.recording.begin:
            return seq
        event = self.recording.told(seq)
        name = _name(event)
        if name is None:
            return None
        kind, actor, call = name
        if kind == "tool":
            call = self._given.get(call, "" if call in self._given.values() else call)
        found = self._names.get((kind, actor, call), [])
        if call:
            return found[-1] if found else None
        earlier = self.recording.events[self.recording.begin : seq - 1]
        place = sum(_name(one) == name for one in earlier)
        return found[place] if place < len(found) else None

    def _catch_up(self, state: State, replay: Replay) -> None:
        """Note what was recorded here since this was asked last."""
        for seq in range(max(self._seen, replay.since) + 1, state.seq + 1):
            event = self._lookup(seq)
            self._places.take(event)
            name = _name(event)
            if name is not None:
                self._names.setdefault(name, []).append(seq)
        self._seen = state.seq
        for source, here in replay.redone[self._counted :]:
            # A fork may have left between a `redone` and what it tells of, which is then still to be done.
            if not here or (
                here <= state.seq and self._lookup(here).body.kind == self.recording.told(source).body.kind
            ):
                self._settled.add(source)
                if here:
                    self._here[source] = here
        for call, source in replay.served[self._served :]:
            self._given[source] = call
        self._counted, self._served = len(replay.redone), len(replay.served)


def _is_due(change: Change, at: tuple[str, Place]) -> bool:
    """Whether the command at this place is the one before which it was changed, or behind that."""
    return change.before is not None and change.before[0] == at[0] and change.before[1] <= at[1]


def _name(event: Event) -> tuple[str, str, str] | None:
    """What an event is found by in another run: what it is, about whom, and its call ("" where it is one of many)."""
    body = event.body
    match body:
        case ModelAnswered():
            return "answer", event.actor, body.call
        case ToolReturned() | CallFailed():
            return "tool", event.actor, body.call
        case OutputRejected():
            return "rejected", event.actor, body.call
        case Said() if body.role == "user":
            return "said", event.actor, ""
        case HistoryCut():
            return "cut", event.actor, ""
        case _:
            return None
