"""`apply(state, event) -> state`: the fold. Pure: no clock, no chance, no disk; the given state is never changed."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from workbench.errors import NO_SENSE, StoreError
from workbench.events import (
    AnswerRead,
    Body,
    CriterionJudged,
    Doubted,
    Event,
    FunctionChecked,
    Heard,
    Held,
    JudgeAsked,
    Noted,
    Released,
    RequestChanged,
    RunEnded,
    RunStarted,
    Said,
    TurnGiven,
    WriterTook,
)
from workbench.state.actor import Actor, Meters, Recovery
from workbench.state.calling import CALLS
from workbench.state.capping import CAPPING
from workbench.state.changing import CHANGES, Handler, flush, head_of, passed, unfailed
from workbench.state.content import BYTES_A_TOKEN, content_of, media_size, size_of
from workbench.state.metering import METERING
from workbench.state.outputs import OUTPUTS
from workbench.state.replaying import REPLAYING
from workbench.state.state import Ended, Hold, State, Verdict
from workbench.state.transcript import Transcript, digest
from workbench.state.windows import WINDOWS


def apply(state: State, event: Event) -> State:
    """The state after `event`."""
    after, body = state.__copy__(), event.body
    after.branch, after.seq, after.at = event.branch, event.seq, event.at
    _HANDLERS[type(body)](after, event, body)
    return after


def fold(events: Iterable[Event], state: State | None = None) -> State:
    """The state after all `events`, from `state` or from nothing.

    Raises:
        StoreError: they do not follow from one another.
    """
    state = State() if state is None else state
    try:
        for event in events:
            state = apply(state, event)
    except NO_SENSE as error:
        raise torn(state, error) from error
    return state


def torn(state: State, error: Exception) -> StoreError:
    """What is to be said of a log whose events after `state` cannot be."""
    said = f"{type(error).__name__}: {error}".rstrip(": ")
    return StoreError(
        f"this branch does not hold together after event {state.seq} ({said}): its file is damaged; put a sound copy "
        "in its place, or go on from an earlier event with 'workbench fork'"
    )


def _started(state: State, event: Event, body: RunStarted) -> None:
    state.started, state.mode = body, body.mode
    state.specs = {spec.name: spec for spec in body.actors}
    state.actors = {spec.name: Actor(spec.name, head_of(spec)) for spec in body.actors}
    state.limits = {cap.name: cap.limit for cap in body.caps}
    state.follows = {cap.name: cap.at for cap in body.caps}
    state.standbys = {cap.name: cap.to for cap in body.caps if cap.to is not None}
    if len(state.actors) > 1:
        for actor in state.actors.values():
            actor.meters = Meters()


def _tell(state: State, actor: Actor, ref: int, content: int, size: int, *, think: bool = True) -> None:
    """Put a message of `size` bytes into the transcript, or keep it until what the actor is at is done."""
    actor.fresh += size
    if actor.asking is not None or actor.summing is not None or actor.todo in ("tools", "check", "conclude"):
        actor.waiting = (*actor.waiting, (ref, content))
        return
    actor.log = actor.log.plus(ref, content)
    if think:
        actor.todo = "think"


def _reopen(state: State) -> None:
    """Nothing is over any more, and what failed may be tried again; a wait that is under way, owed or due goes on."""
    state.ended = None
    for name, actor in state.actors.items():
        if actor.trouble is not None:
            unfailed(state, name)


def _said(state: State, event: Event, body: Said) -> None:
    actor = state.own(event.actor)
    content = content_of(body)
    state.volume = size_of(body.text)
    _tell(state, actor, event.seq, content, state.volume + media_size(body.media), think=body.role == "user")
    _reopen(state)
    if event.by == "rule" and body.role == "user":
        state.lines += 1
    if len(state.actors) > 1:
        state.spoken = {**state.spoken, event.seq: content}


def _heard(state: State, event: Event, body: Heard) -> None:
    actor = state.own(event.actor)
    actor.heard = body.source
    _tell(state, actor, event.seq, digest("heard", str(state.spoken.get(body.source, 0))), state.volume)


def _turn_given(state: State, event: Event, body: TurnGiven) -> None:
    state.own(event.actor).todo = "think"


def _judge_asked(state: State, event: Event, body: JudgeAsked) -> None:
    actor = state.own(event.actor)
    actor.log, actor.asked = Transcript().plus(event.seq, content_of(body)), None
    actor.summing, actor.cuts, actor.places, actor.whole = None, (), (), False
    actor.todo = "think"
    # It is shown what the agent was told, so that weighs about as much.
    agent = state.actors[state.agent]
    actor.weighed, actor.fresh = 0, agent.weighed * BYTES_A_TOKEN + agent.fresh
    state.examined = {**state.examined, **dict.fromkeys(body.criteria, body.answer)}


def _function_checked(state: State, event: Event, body: FunctionChecked) -> None:
    state.examined = {**state.examined, body.criterion: body.answer}


def _noted(state: State, event: Event, body: Noted | RequestChanged) -> None:
    """Nothing follows from a note, nor from what middleware asks: it was the actor's request that was called for."""


def _answer_read(state: State, event: Event, body: AnswerRead) -> None:
    actor = state.own(event.actor)
    actor.todo, actor.said = "rest", event.seq
    actor.accepted = actor.rejected = 0
    actor.partial = actor.trouble = None
    flush(actor)
    passed(state, f"{body.call} output")
    role = state.specs[event.actor].role
    if role == "judge":
        return
    state.volume = size_of(body.output)
    state.floor = (event.actor, event.seq)
    if role == "agent":
        state.output, state.status = body.output, body.status
    if len(state.actors) > 1:
        state.spoken = {**state.spoken, event.seq: digest("assistant", body.output)}
    if state.mode == "finish":
        state.mode = "step"


def _criterion_judged(state: State, event: Event, body: CriterionJudged) -> None:
    evidence = body.evidence
    before = state.verdicts.get(body.name)
    stood = before is not None and (before.met is True or before.held)
    fell = not body.met and ((stood and not body.unsure) or (before is not None and before.regressed))
    seq, words = (evidence.seq, evidence.words) if evidence else (None, "")
    verdict = Verdict(body.met, seq, words, body.reason, fell, body.unsure, body.unsure and stood)
    state.verdicts = {**state.verdicts, body.name: verdict}


def _held(state: State, event: Event, body: Held) -> None:
    state.held = Hold(body.gate, body.reason, body.command, body.phase, body.call, event.at)
    if body.due:
        for name, actor in state.actors.items():
            if actor.trouble is not None and not actor.trouble.cut:
                recovery = actor.recovery or Recovery(actor.trouble.at)
                state.own(name).recovery = replace(recovery, wait="due")


def _released(state: State, event: Event, body: Released) -> None:
    state.held, state.mode, state.grant = None, body.mode, body.grant
    _reopen(state)


def _writer_took(state: State, event: Event, body: WriterTook) -> None:
    for name, actor in state.actors.items():
        recovery = actor.recovery
        if recovery is not None and recovery.wait == "open":
            state.own(name).recovery = replace(recovery, wait="owed" if body.waits else "doubt")
        if actor.asking is not None or actor.checking is not None or actor.wants:
            mine = state.own(name)
            if mine.checking is not None:
                mine.checking = replace(mine.checking, doubt=True)
            if mine.asking is not None:
                mine.asking = replace(mine.asking, doubt=True)
            mine.wants = tuple(
                [replace(want, status="doubt") if want.status == "open" else want for want in mine.wants]
            )


def _doubted(state: State, event: Event, body: Doubted) -> None:
    actor = state.own(event.actor)
    if actor.checking is not None:  # its own call is the answer's, and waits for nothing else
        actor.checking = replace(actor.checking, doubt=True)
        return
    actor.wants = tuple([replace(want, status="doubt") if want.call == body.call else want for want in actor.wants])


def _run_ended(state: State, event: Event, body: RunEnded) -> None:
    state.ended, state.held = Ended(body.outcome, body.reason, body.error, body.retryable), None
    for name, actor in state.actors.items():
        if actor.recovery is not None and actor.recovery.wait == "due":
            state.own(name).recovery = replace(actor.recovery, wait="none")


_HANDLERS: dict[type[Body], Handler] = {
    **CHANGES,
    **CALLS,
    **OUTPUTS,
    **WINDOWS,
    **CAPPING,
    **METERING,
    **REPLAYING,
    RunStarted: _started,
    Said: _said,
    Heard: _heard,
    TurnGiven: _turn_given,
    Noted: _noted,
    RequestChanged: _noted,
    JudgeAsked: _judge_asked,
    FunctionChecked: _function_checked,
    AnswerRead: _answer_read,
    CriterionJudged: _criterion_judged,
    Held: _held,
    Released: _released,
    WriterTook: _writer_took,
    Doubted: _doubted,
    RunEnded: _run_ended,
}
