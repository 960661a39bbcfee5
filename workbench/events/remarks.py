"""What an event says to who reads a session afterwards, where it is nobody's words: one sentence, untrusted."""

from __future__ import annotations

from workbench.events import (
    AnswerChanged,
    AnswerRead,
    CapReached,
    CriterionJudged,
    Edited,
    Event,
    Forked,
    FunctionChecked,
    Held,
    HistoryCut,
    JudgeAsked,
    LimitSet,
    Noted,
    OutputAccepted,
    OutputRejected,
    Recast,
    Redone,
    RequestChanged,
    Reverted,
    RunEnded,
    Settled,
    SummaryAsked,
)


def remark(event: Event) -> str:
    """The sentence; "" for what is said, called and returned, and for what matters to no reader."""
    body = event.body
    match body:
        case AnswerRead() if body.how != "text":
            return f"read as {body.how}{f', {body.status}' if body.status else ''}"
        case CriterionJudged():
            return f"criterion {body.name} {body.word}" + (f": {body.words}" if body.words else "")
        case JudgeAsked():
            return f"the judge is asked of {', '.join(body.criteria)}"
        case FunctionChecked():
            return f"{body.function} of {body.criterion}: {body.said}"
        case OutputAccepted() if body.notes:
            return f"output accepted: {'; '.join(body.notes)}"
        case OutputRejected():
            return f"output rejected: {body.message}"
        case SummaryAsked():
            return "the history outgrew its room: its model sums it up"
        case HistoryCut():
            return f"{body.words} from here on"
        case RequestChanged() | AnswerChanged():
            return body.words
        case Held():
            return f"held, {body.gate}: {body.reason}"
        case Settled():
            return f"settled {body.call}: {body.ruling.replace('_', ' ')}"
        case Forked():
            undone = ", ".join(one.tool for one in body.undone)
            return f"forked after event {body.parent_seq}" + (f"; stays done: {undone}" if undone else "")
        case Edited():
            return f"{body.field} of event {body.target} edited by a {'rule' if event.by == 'rule' else 'person'}"
        case Reverted():
            return f"the edit of event {body.edit} taken back"
        case Recast():
            return recast_words(body)
        case LimitSet():
            return f"limit of {body.name}: {body.limit or 'none'}"
        case CapReached():
            return f"{body.name} reached: {body.reason}; {body.at.replace('_', ' ')}"
        case Redone():
            return redone_words(body)
        case Noted():
            return f"note, {body.role}: {body.text}"
        case RunEnded():
            return f"ended: {body.outcome}" + (f", {body.reason}" if body.reason else "")
        case _:
            return ""


def redone_words(body: Redone) -> str:
    """What a replay does again of what people did in its recording."""
    if body.already:
        return f"what was changed at event {body.source} of the recording is so here already"
    return f"as at event {body.source} of the recording"


def recast_words(body: Recast) -> str:
    """What became of an actor, untrusted."""
    name, changed = body.spec.name, body.changed
    if body.reverts is not None:
        return f"what event {body.reverts} changed of {name} was taken back"
    if changed == ("system",):
        return f"the system prompt of {name} was edited"
    persona = body.spec.persona
    as_whom = f", as {persona.name}" if persona is not None and "persona" in changed else ""
    if as_whom and "model" not in changed:
        return f"{name} goes on{as_whom}"
    return f"{name} is now {body.spec.model}{as_whom}"
