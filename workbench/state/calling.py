"""The part of the fold that is about calls of models and tools, and the waits before one is made again."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from workbench.events import (
    Body,
    CallFailed,
    Event,
    ModelAnswered,
    ModelCalled,
    ToolCalled,
    ToolReturned,
    WaitBegan,
    WaitEnded,
    cost_of,
    is_free,
)
from workbench.state.actor import Asked, Asking, Partial, Recovery, Trouble, Want
from workbench.state.capping import note_request
from workbench.state.changing import Handler, flush, passed, unheld
from workbench.state.content import content_of, media_size, size_of
from workbench.state.metering import metered
from workbench.state.outputs import of_final_tool
from workbench.state.state import State
from workbench.state.windows import note_place


def _model_called(state: State, event: Event, body: ModelCalled) -> None:
    actor, call, attempt = state.own(event.actor), body.call, body.attempt
    actor.asking = Asking(call, attempt, event.seq, event.at, False, body.reserve, actor.fresh)
    actor.asked = Asked(event.seq, len(actor.log), body.request.head)
    actor.attempts = attempt
    spec = state.specs[event.actor]
    iterates = attempt == 1 and spec.role == "agent"
    if spec.window is not None:
        note_place(actor)
    for meters in metered(state, actor):
        meters.requests += 1
        meters.iterations += iterates
    if state.limits:
        note_request(state, event.at, event.actor)
    passed(state, call)


def _model_answered(state: State, event: Event, body: ModelAnswered) -> None:
    actor = state.own(event.actor)
    asking, spec = actor.asking, state.specs[event.actor]
    actor.asking = actor.trouble = actor.recovery = None
    actor.attempts = 0
    actor.answers += 1
    usage, price, calls, call, ms = body.usage, spec.price, body.calls, body.call, body.ms
    asked, made = usage.input, usage.output
    read, written, cost = asked or 0, made or 0, None
    if body.cached:  # nobody was asked, so nothing was used, whatever was used when it was first given
        read, written, cost = 0, 0, Decimal(0)
    elif price is not None and asked is not None and made is not None:
        cost = cost_of(usage, price)
    unpriced = cost is None and event.by != "human" and body.model != "rule" and (price is None or not is_free(price))
    for meters in metered(state, actor):
        meters.input_tokens += read
        meters.output_tokens += written
        meters.unpriced += unpriced
        meters.ms += ms
        if cost is not None:
            meters.cost += cost
        if asking is not None and asking.reserve is not None and asked is not None:
            meters.estimated += asking.reserve.input
            meters.measured += asked
    if spec.role == "judge":
        if unpriced:
            state.judging = None
        elif state.judging is not None:
            state.judging += cost or 0
    if asked is None:
        actor.fresh += size_of(body.text)
    else:
        actor.weighed = asked + (made or 0)
        actor.fresh -= asking.told if asking is not None else actor.fresh
    actor.log = actor.log.plus(event.seq, content_of(body))
    partial = body.partial and not calls
    actor.partial = Partial(event.seq, call, 1 if asking is None else asking.attempt) if partial else None
    if calls:
        actor.wants = tuple([Want(f"{call}.{place}", one.name, one.arguments) for place, one in enumerate(calls, 1)])
        actor.todo = "tools"
    else:
        actor.todo = "cut" if actor.summing is not None else "conclude" if spec.output is None else "check"


def _tool_called(state: State, event: Event, body: ToolCalled) -> None:
    actor, call, attempt, tool = state.own(event.actor), body.call, body.attempt, body.tool
    actor.wants = tuple(
        [
            replace(want, status="open", attempt=attempt, arguments=body.arguments, since=event.at)
            if want.call == call
            else want
            for want in actor.wants
        ]
    )
    if attempt == 1:
        for meters in metered(state, actor):
            meters.tool_calls += 1
            meters.by_tool = {**meters.by_tool, tool: meters.by_tool.get(tool, 0) + 1}
    passed(state, call)


def _result(state: State, event: Event, call: str, content: int, size: int, ms: int) -> None:
    actor = state.own(event.actor)
    actor.fresh += size
    if ms:
        for meters in metered(state, actor):
            meters.ms += ms
    wants = [
        replace(want, status="done", result=event.seq, content=content) if want.call == call else want
        for want in actor.wants
    ]
    for want in wants:
        if want.status != "done":
            actor.wants = tuple(wants)
            break
    else:
        for want in wants:
            actor.log = actor.log.plus(want.result, want.content)
        actor.wants = ()
        actor.todo = "conclude" if actor.accepted else "think"
        if actor.waiting and not actor.accepted:
            flush(actor)
    unheld(state, call)


def _tool_returned(state: State, event: Event, body: ToolReturned) -> None:
    of_final_tool(state, event, body)
    size = size_of(body.content) + media_size(body.media)
    _result(state, event, body.call, content_of(body), size, body.ms)


def _call_failed(state: State, event: Event, body: CallFailed) -> None:
    asking = state.actors[event.actor].asking
    if asking is None or asking.call != body.call:
        of_final_tool(state, event, body)
        _result(state, event, body.call, content_of(body), size_of(body.message), body.ms)
        return
    actor = state.own(event.actor)
    actor.asking = None
    for meters in metered(state, actor):
        meters.ms += body.ms
    actor.trouble = Trouble(body.error, body.message, body.retryable, body.retry_after, event.at, cut=body.cut)
    if not body.cut:
        actor.recovery = actor.recovery or Recovery(event.at)
    flush(actor)


def _wait_began(state: State, event: Event, body: WaitBegan) -> None:
    actor = state.own(event.actor)
    actor.recovery = replace(
        actor.recovery or Recovery(event.at),
        tries=body.retry,
        wait="open",
        seq=event.seq,
        seconds=body.seconds,
        until=body.until,
    )


def _wait_ended(state: State, event: Event, body: WaitEnded) -> None:
    actor = state.own(event.actor)
    actor.recovery, actor.trouble = replace(actor.recovery or Recovery(event.at), wait="none"), None


CALLS: dict[type[Body], Handler] = {
    ModelCalled: _model_called,
    ModelAnswered: _model_answered,
    ToolCalled: _tool_called,
    ToolReturned: _tool_returned,
    CallFailed: _call_failed,
    WaitBegan: _wait_began,
    WaitEnded: _wait_ended,
}
