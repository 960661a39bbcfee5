"""What the list of steps says of an event that is no phase of the run: a note, in a few untrusted words."""

from __future__ import annotations

from typing import NamedTuple

from workbench.debugger.words import outcome_words
from workbench.events import (
    AnswerChanged,
    CapReached,
    DifferenceRuled,
    Event,
    Forked,
    FunctionChecked,
    HistoryCut,
    JudgeAsked,
    LimitSet,
    Noted,
    Recast,
    Redone,
    ReplayBegan,
    RequestChanged,
    RunEnded,
    Settled,
    SummaryAsked,
)
from workbench.events.remarks import recast_words
from workbench.run.interventions import takes_over


class Note(NamedTuple):
    """A note: `label` is what it is, `detail` some more, `call` the one that it is about."""

    label: str
    detail: str = ""
    call: str = ""
    failed: bool = False


def note_of(event: Event) -> Note | None:
    """The note of this event; None where there is none."""
    body = event.body
    match body:
        case Recast() if takes_over(event):
            return Note(f"model: {body.spec.model}", "takes over")
        case Recast() if event.by in ("human", "rule"):
            return Note(recast_words(body))
        case SummaryAsked():
            return Note("history outgrew its room", "its model sums it up")
        case HistoryCut():
            return Note(f"history cut: {body.words}")
        case RequestChanged() | AnswerChanged():
            return Note("middleware", body.words, body.call)
        case JudgeAsked():
            return Note("judge asked of", ", ".join(body.criteria))
        case FunctionChecked():
            return Note(body.function, body.said, failed=body.error is not None)
        case Noted():
            return Note(body.role, body.text)
        case RunEnded():
            return Note(outcome_words(body.outcome), body.reason, failed=body.outcome == "error")
        case Settled():
            return Note(f"settled: {body.ruling.replace('_', ' ')}", call=body.call)
        case LimitSet():
            follow = f", then {body.at.replace('_', ' ')}" if body.at else ""
            return Note(f"limit {body.name} = {body.limit or 'none'}{follow}")
        case CapReached():
            return Note(f"cap: {body.at.replace('_', ' ')}", body.reason)
        case Forked():
            return Note(f"forked after {body.parent_seq}")
        case ReplayBegan():
            return Note(f"replay, live {body.live}", f"up to event {body.upto}")
        case Redone():
            return Note(f"again as @{body.source}", "which was so already" if body.already else "of the recording")
        case DifferenceRuled():
            return Note(f"differs: {body.choice}", body.leaf, body.call)
        case _:
            return None
