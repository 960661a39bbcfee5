"""Events as lines: what happened, in the words of a console, with nothing in them that varies from run to run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workbench.criteria.coming import said_in, so_far
from workbench.debugger.alignment import word_marks
from workbench.debugger.diff import sorted_json
from workbench.debugger.language.lines import WIDE, Line, Lines, Look, both, short
from workbench.debugger.words import duration, seconds
from workbench.events import (
    ActorSpec,
    AnswerChanged,
    AnswerRead,
    CallFailed,
    CapReached,
    Choice,
    CriterionJudged,
    DifferenceRuled,
    Doubted,
    Edited,
    Event,
    Forked,
    FunctionChecked,
    Heard,
    HistoryCut,
    JudgeAsked,
    LimitSet,
    ModelAnswered,
    ModelCalled,
    Noted,
    OutputAccepted,
    OutputGiven,
    OutputRejected,
    Recast,
    Redone,
    ReplayBegan,
    RequestChanged,
    Reverted,
    RunEnded,
    RunStarted,
    Said,
    Served,
    Settled,
    SummaryAsked,
    ToolCalled,
    ToolReturned,
    TurnGiven,
    WaitBegan,
    WaitEnded,
    WriterTook,
)
from workbench.events.remarks import recast_words, redone_words
from workbench.run.interventions import takes_over

_VERDICTS: dict[str, tuple[str, Look]] = {
    "met": ("met", "good"),
    "not met": ("unmet", "wrong"),
    "claimed": ("claimed", "held"),
    "unknown": ("unknown", "held"),
}

_CHOSEN: dict[Choice, str] = {
    "recorded": "as it was recorded", "once": "this once", "live": "live from here", "stop": "stops",
}  # fmt: skip
"""What was chosen where a replay differs."""

_OF_A_CHANGE: dict[Choice, str] = {"recorded": "changed all the same", "once": "left as it is"}
"""The same, where what somebody changed in the recording is not what it was there."""

_CHANGES = (Edited, ModelAnswered, ToolReturned, CallFailed)
"""What a rule does as a person would, or a fork takes over from its parent."""


def told(events: Iterable[Event], specs: Mapping[str, ActorSpec], *, timed: bool = False) -> Lines:
    """A line or more for each event that says something by itself.

    Args:
        specs: actor → how its answers are read.
        timed: with how long calls took.
    """
    lines: Lines = []
    for event in events:
        for place, (word, text, look) in enumerate(_words(event, specs)):
            if event.by == "rule" and isinstance(event.body, _CHANGES):
                text = f"{text}  · by rule"
            where = f"{event.seq:>5}" if place == 0 else " " * 5
            lines.append(Line(f"{where}  {word:<9}{text}".rstrip(), look))
        if timed and lines and isinstance(event.body, ModelAnswered | ToolReturned | CallFailed) and event.body.ms:
            lines[-1] = Line(f"{lines[-1].text}  · {duration(event.body.ms)}", lines[-1].look)
    return lines


def _words(event: Event, specs: Mapping[str, ActorSpec]) -> list[tuple[str, str, Look]]:
    body = event.body
    match body:
        case RunStarted():
            return [("started", short(body.title or body.scenario or ""), "faint")]
        case Said():
            return [(body.role, short(body.shown), "strong")]
        case Heard():
            return [("heard", f"{event.actor} hears event {body.source}", "faint")]
        case TurnGiven():
            return [("turn", event.actor, "faint")]
        case ModelCalled():
            return [("think", body.call + _attempt(body.attempt), "faint")]
        case ModelAnswered():
            return _answer(body, said_in(body, specs.get(event.actor)))
        case ToolCalled():
            return [("call", f"{body.call} {short_call(body.tool, body.arguments)}{_attempt(body.attempt)}", "text")]
        case ToolReturned():
            return [("result", f"{body.call} {short(body.shown)}", "text")]
        case CallFailed():
            came = so_far(body.partial, specs.get(event.actor))
            before: list[tuple[str, str, Look]] = [("", f"before that: {short(came)}", "faint")] if came else []
            return [("failed", f"{body.call} {short(body.error)}: {short(body.message)}", "wrong"), *before]
        case AnswerRead():
            status = f" ({body.status})" if body.status else ""
            return [("output", short(body.output) + status, "strong")]
        case CriterionJudged():
            word, look = _VERDICTS[body.word]
            shown = f": {short(body.words, 60)}" if body.words else ""
            return [(word, short(body.name) + shown, look)]
        case _:
            return _remark(event)


def _answer(body: ModelAnswered, words: str) -> list[tuple[str, str, Look]]:
    cut = " (cut off)" if body.partial else " (cached)" if body.cached else ""
    calls = [f"{body.call}.{place} {short_call(call.name, call.arguments)}" for place, call in enumerate(body.calls, 1)]
    said: list[tuple[str, str, Look]] = [("answer", short(words) + cut, "text")] if words or not calls else []
    return said + [("asks" if place or said else "answer", f"▸ {words}", "text") for place, words in enumerate(calls)]


def _remark(event: Event) -> list[tuple[str, str, Look]]:
    body = event.body
    match body:
        case JudgeAsked():
            return [("judge", f"is asked of {short(', '.join(body.criteria))}", "faint")]
        case FunctionChecked():
            return [("function", f"{short(body.function, 60)}: {short(body.said)}", "wrong" if body.error else "faint")]
        case OutputGiven():
            return [("check", f"the output of {body.call}{_attempt(body.attempt)}", "faint")]
        case OutputAccepted():
            return [("accepted", short("; ".join(body.notes)), "held" if body.notes else "faint")]
        case OutputRejected():
            return [("rejected", f"{body.call} {short(body.message)}", "wrong")]
        case SummaryAsked():
            return [("window", "the history outgrew its room: its model sums it up", "held")]
        case HistoryCut():
            return [("window", body.words, "held")]
        case RequestChanged() | AnswerChanged():
            return [("between", short(body.words), "held")]
        case Noted():
            return [("note", f"{short(body.role, 30)}: {short(body.text)}", "faint")]
        case WaitBegan():
            told = f"is asked again in {seconds(body.seconds)} ({body.retry} of {body.of})"
            return [("wait", f"{body.call} {told}: {short(body.error)}", "held")]
        case WaitEnded(how="elapsed"):
            return []
        case WaitEnded():
            return [("wait", f"{body.call} {body.how} by you", "faint")]
        case WriterTook():
            return [("doubt", "another process took over; calls that were under way are in doubt", "held")]
        case Doubted():
            return [("doubt", f"{body.call} {short(body.reason)}", "held")]
        case Settled():
            return [("settled", f"{body.call} {body.ruling.replace('_', ' ')}", "held")]
        case LimitSet():
            follow = f", then {body.at.replace('_', ' ')}" if body.at else ""
            return [("limit", f"{short(body.name, 30)} = {body.limit or 'none'}{follow}", "faint")]
        case CapReached():
            return [("cap", f"{short(body.name, 30)}: {body.reason}; {body.at.replace('_', ' ')}", "held")]
        case Edited():
            return [("edited", f"{body.field} of {body.call or f'event {body.target}'}: {_change(body)}", "new")]
        case Reverted():
            return [("reverted", f"the edit of event {body.edit}", "new")]
        case Recast():
            if takes_over(event):
                return [("model", f"{short(body.spec.model, 60)} takes over for {event.actor}", "new")]
            return [("recast", short(recast_words(body)), "new")]
        case Forked():
            kept = [(one.call, short_call(one.tool, one.arguments)) for one in body.undone]
            stays: list[tuple[str, str, Look]] = [("", f"not undone: {call} {words}", "held") for call, words in kept]
            return [("forked", f"after event {body.parent_seq}", "new"), *stays]
        case ReplayBegan():
            other = "tools" if body.live == "model" else "model"
            return [("replay", f"of what was recorded up to event {body.upto}; the {other} comes from there", "new")]
        case Served():
            other = "" if body.source == body.call else f"{body.source} of "
            return [("served", f"{body.call} from {other}the recording", "faint")]
        case Redone():
            return [("again", redone_words(body), "faint")]
        case DifferenceRuled():
            where = body.call or f"event {body.target}"
            chosen = _OF_A_CHANGE.get(body.choice) if body.change else None
            differs = f": {short(body.leaf)}, recorded {short(body.recorded, 60)}, now {short(body.now, 60)}"
            return [("ruled", f"{where} {chosen or _CHOSEN[body.choice]}{differs if body.leaf else ''}", "new")]
        case RunEnded():
            look: Look = "good" if body.outcome == "completed" else "wrong"
            return [("ended", body.outcome + (f": {short(body.reason)}" if body.reason else ""), look)]
        case _:
            return []


def _change(body: Edited) -> str:
    """The original and the edited text in one, the words that changed marked."""
    was, now = body.was, body.value
    if body.field == "arguments":
        was, now = sorted_json(was), sorted_json(now)
    return both(word_marks(was, now), WIDE) if body.was else short(body.value)


def short_call(tool: str, arguments: str) -> str:
    """`tool(arguments)`, shortened."""
    return f"{short(tool, 60)}({short(arguments)})"


def _attempt(attempt: int) -> str:
    return f", attempt {attempt}" if attempt > 1 else ""
