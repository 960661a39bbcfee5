"""The part of the fold that is about people changing a run: rulings, edits, another cast, limits, forks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from workbench.events import ActorSpec, Body, Edited, Event, Forked, Recast, Reverted, Settled
from workbench.state.actor import Actor
from workbench.state.content import content_of_cut
from workbench.state.state import Edit, Hold, State
from workbench.state.transcript import digest

Handler = Callable[[State, Event, Any], None]
"""Changes a state, which nobody else holds yet, by an event and its body."""


def head_of(spec: ActorSpec) -> str:
    """Digest of what stands before an actor's messages in every request: prompt, tools, settings."""
    tools = [f"{tool.name}\x1e{tool.description}\x1e{tool.parameters}" for tool in spec.tools]
    asked = [spec.model, spec.system, spec.settings, str(spec.structured), *tools]
    if spec.output is not None and spec.output.mode == "native":
        asked.append(spec.output.form or "")
    return f"{digest(*asked):016x}"


def passed(state: State, key: str) -> None:
    """A command went through: its hold and its grant are used up."""
    state.held = None
    if state.grant == key:
        state.grant = ""


def flush(actor: Actor) -> None:
    """Put what waited into the transcript; who was told something has something to think about.

    While its history is being summed up it waits on: what stands behind the question for the summary goes with it.
    """
    if actor.summing is not None:
        return
    for ref, content in actor.waiting:
        actor.log = actor.log.plus(ref, content)
        actor.todo = "think"
    actor.waiting = ()


def head_now(state: State, actor: str) -> str:
    """The digest for the actor as it is, and as a cap that was reached lets it be asked."""
    head = head_of(state.specs[actor])
    return f"{digest(head, 'without tools'):016x}" if state.toolless(actor) else head


def unheld(state: State, call: str) -> None:
    """A hold before `call` has nothing to wait for any more."""
    if state.held is not None and state.held.call == call:
        state.held = None


def unfailed(state: State, name: str, *, owed: bool = True) -> None:
    """The actor's model is to be asked again as if it had not failed, unless that is being waited for, or `owed`."""
    recovery = state.actors[name].recovery
    if recovery is None or recovery.wait not in (("open", "owed", "due") if owed else ("open",)):
        actor = state.own(name)
        actor.trouble = actor.recovery = None


def _settled(state: State, event: Event, body: Settled) -> None:
    if body.ruling in ("accept", "discard"):
        _ruled_on_partial(state, state.own(event.actor), body)
        return
    if body.ruling == "again":
        actor = state.own(event.actor)
        actor.wants = tuple(
            [replace(want, status="wanted") if want.call == body.call else want for want in actor.wants]
        )
        unheld(state, body.call)


def _ruled_on_partial(state: State, actor: Actor, body: Settled) -> None:
    """What came of an answer counts as it is; or it was never given, and the same call is made once more."""
    partial, actor.partial = actor.partial, None
    unheld(state, body.call)
    if partial is not None and body.ruling == "discard":
        actor.log = actor.log.first(len(actor.log) - 1)
        actor.answers -= 1
        actor.attempts, actor.todo = partial.attempt, "think"
        flush(actor)


def _forked(state: State, event: Event, body: Forked) -> None:
    state.undone, state.mode, state.grant = body.undone, "step", ""
    state.forked = state.meters
    state.held = Hold("fork", f"forked after event {body.parent_seq}", since=event.at)


def _retell(state: State, target: int, content: int, grew: int) -> None:
    """Whoever was told what `target` says, or will be, is told it with this content, `grew` bytes longer."""
    for name, actor in state.actors.items():
        log = actor.log.edited(target, content)
        waiting = tuple([(ref, content if ref == target else was) for ref, was in actor.waiting])
        wants = tuple([replace(want, content=content) if want.result == target else want for want in actor.wants])
        if log is not actor.log or waiting != actor.waiting or wants != actor.wants:
            mine = state.own(name)
            mine.log, mine.waiting, mine.wants = log, waiting, wants
            mine.fresh += grew
        if actor.cuts:
            _retell_cuts(state.own(name), target, content)


def _retell_cuts(actor: Actor, target: int, content: int) -> None:
    """What was cut off says it, too, when it is told again; and the line in its place, where `target` sums it up."""
    new = {target: content}
    new |= {cut.seq: content_of_cut(len(cut.refs), content) for cut in actor.cuts if cut.summary == target}
    for ref in new.keys() - {target}:
        actor.log = actor.log.edited(ref, new[ref])
    actor.cuts = tuple(
        [
            replace(cut, contents=tuple([new.get(ref, was) for ref, was in zip(cut.refs, cut.contents, strict=True)]))
            for cut in actor.cuts
        ]
    )


def _rewant(state: State, call: str, arguments: str) -> None:
    """The call `call`, where it is still to be made, is to be made with these arguments."""
    for name, actor in state.actors.items():
        if any(want.call == call for want in actor.wants):
            mine = state.own(name)
            mine.wants = tuple(
                [replace(want, arguments=arguments) if want.call == call else want for want in actor.wants]
            )


def _edited(state: State, event: Event, body: Edited) -> None:
    edit = Edit(event.seq, body.field, body.value, body.call, len(body.value) - len(body.was))
    state.edits = {**state.edits, body.target: (*state.edits.get(body.target, ()), edit)}
    _retell(state, body.target, int(body.content, 16), edit.grew)
    if body.field == "arguments":
        _rewant(state, body.call, body.value)


def _reverted(state: State, event: Event, body: Reverted) -> None:
    for target, edits in state.edits.items():
        gone = next((edit for edit in edits if edit.seq == body.edit), None)
        if gone is None:
            continue
        state.edits = {**state.edits, target: tuple([edit for edit in edits if edit is not gone])}
        _retell(state, target, int(body.content, 16), -gone.grew)
        if gone.field == "arguments":
            _rewant(state, gone.call, body.arguments)
        return


def _recast(state: State, event: Event, body: Recast) -> None:
    same = state.specs[body.spec.name].model == body.spec.model
    state.specs = {**state.specs, body.spec.name: body.spec}
    state.own(body.spec.name).head = head_now(state, body.spec.name)
    unfailed(state, body.spec.name, owed=same)


CHANGES: dict[type[Body], Handler] = {
    Settled: _settled,
    Forked: _forked,
    Edited: _edited,
    Reverted: _reverted,
    Recast: _recast,
}
