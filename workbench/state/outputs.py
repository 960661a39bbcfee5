"""The part of the fold that is about outputs that are checked before they count, and go back to the model if wrong."""

from __future__ import annotations

from workbench.events import Body, CallFailed, Event, OutputAccepted, OutputGiven, OutputRejected, ToolReturned
from workbench.state.actor import Actor, Asking, Trouble
from workbench.state.changing import Handler, flush, passed
from workbench.state.content import content_of
from workbench.state.state import State

REFUSED = "refused"
"""The error of a final tool's call whose output must not go back to the model."""


def _given(state: State, event: Event, body: OutputGiven) -> None:
    state.own(event.actor).checking = Asking(body.call, body.attempt, event.seq, event.at)
    passed(state, f"{body.call} check")


def _accepted(state: State, event: Event, body: OutputAccepted) -> None:
    actor = state.own(event.actor)
    actor.checking, actor.accepted, actor.todo = None, event.seq, "conclude"


def _rejected(state: State, event: Event, body: OutputRejected) -> None:
    actor = state.own(event.actor)
    actor.checking, actor.todo = None, "think"
    actor.log = actor.log.plus(event.seq, content_of(body))
    _count(state, actor, body.message, final=body.final)
    flush(actor)


def of_final_tool(state: State, event: Event, body: ToolReturned | CallFailed) -> None:
    """Take note of what the actor's final tool gave, if the call was one of it."""
    output = state.specs[event.actor].output
    if output is None or not output.tool:
        return
    actor = state.own(event.actor)
    if not any(want.call == body.call and want.tool == output.tool for want in actor.wants):
        return
    if isinstance(body, ToolReturned):
        actor.accepted = event.seq
    else:
        _count(state, actor, body.message, final=body.error == REFUSED)


def _count(state: State, actor: Actor, message: str, *, final: bool) -> None:
    """One more output was rejected; where no more may go back, the actor cannot go on."""
    actor.rejected += 1
    output = state.specs[actor.name].output
    if final:
        actor.trouble = Trouble("output_refused", message, retryable=False, final=True)
    elif output is not None and actor.rejected > output.retries:
        actor.trouble = Trouble("invalid_output", message, retryable=False)


OUTPUTS: dict[type[Body], Handler] = {
    OutputGiven: _given,
    OutputAccepted: _accepted,
    OutputRejected: _rejected,
}
