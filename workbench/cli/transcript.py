"""A log as lines of plain text: what `sessions show` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.debugger.words import duration
from workbench.events import (
    AnswerRead,
    CallFailed,
    CriterionJudged,
    Event,
    Forked,
    FunctionChecked,
    Held,
    HistoryCut,
    JudgeAsked,
    ModelAnswered,
    Noted,
    OutputAccepted,
    OutputRejected,
    RunEnded,
    Said,
    Settled,
    ToolCalled,
    ToolReturned,
)


def lines(events: Iterable[Event]) -> Iterator[str]:
    """A line or more for each event that says something; untrusted."""
    for event in events:
        text = _words(event)
        if text:
            head, *rest = text.split("\n")
            yield f"{event.seq:>5}  {head}"
            yield from (f"       {line}" for line in rest)


def _words(event: Event) -> str:
    body = event.body
    match body:
        case Said():
            return f"{body.role}: {body.shown}"
        case ModelAnswered():
            calls = "".join(f"\n  calls {call.name}({call.arguments})" for call in body.calls)
            return f"{event.actor}: {body.text}{calls}" + ("\n  broken off here" if body.partial else "")
        case ToolCalled():
            return f"{body.tool} {body.call} ({body.effect})" + (
                f", attempt {body.attempt}" if body.attempt > 1 else ""
            )
        case ToolReturned():
            return f"  result of {body.call} ({duration(body.ms)}): {body.shown}"
        case CallFailed():
            came = f"\n  before that it had said: {body.partial}" if body.partial else ""
            return f"  {body.call} failed, {body.error}: {body.message}{came}"
        case OutputAccepted() if body.notes:
            return f"  output accepted: {'; '.join(body.notes)}"
        case OutputRejected():
            return f"  output rejected: {body.message}"
        case HistoryCut():
            return f"  {body.dropped} messages {'summed up' if body.summary else 'left out'} from here on"
        case AnswerRead(status=status) if status is not None:
            return f"  read as {body.how}: {status}"
        case CriterionJudged():
            words = body.reason if body.unsure else body.evidence.words if body.evidence else ""
            return f"  {body.name} {body.word}" + (f": {words}" if words else "")
        case JudgeAsked():
            return f"  the judge is asked of {', '.join(body.criteria)}"
        case FunctionChecked():
            return f"  {body.function} of {body.criterion}: {body.error or ('holds' if body.met else 'does not hold')}"
        case Held():
            return f"held, {body.gate}: {body.reason}"
        case Settled():
            return f"settled {body.call}: {body.ruling}"
        case Forked():
            return f"forked after {body.parent_seq}"
        case Noted():
            return f"note, {body.role}: {body.text}"
        case RunEnded():
            return f"ended: {body.outcome}" + (f", {body.reason}" if body.reason else "")
        case _:
            return ""
