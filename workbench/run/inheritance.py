"""What a fork owes to the branch it leaves: facts of calls that were open there, and effects that stay done."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.events import (
    AnswerChanged,
    CallFailed,
    CriterionJudged,
    Event,
    HistoryCut,
    JudgeAsked,
    ModelAnswered,
    ModelCalled,
    OutputAccepted,
    OutputGiven,
    OutputRejected,
    Recast,
    RequestChanged,
    Said,
    ToolCalled,
    ToolReturned,
    Undone,
)
from workbench.state import State

_FACTS = ModelAnswered | ToolReturned | CallFailed | OutputAccepted | OutputRejected
STOOD_IN = ("human", "rule")
"""Who records the intent of a call only together with a fact that stands in for it."""
_DID_NOTHING = ("not_run", "skipped", "unknown_tool", "invalid_call")


def adopted(state: State, later: Iterable[Event]) -> list[Event]:
    """Of the parent's events after the fork, those that the fork adopts; no more of them are read than it takes.

    Those are the facts of calls that were open, and what belongs to its last event: verdicts, and where that says that
    a cap was reached, the other model or the words by which the run went on.

    Args:
        state: the parent's state at the fork.
        later: the parent's events after it, in order.
    """
    open_calls = set(state.open_calls)
    found: list[Event] = []
    at_cap = any(one.seq == state.seq for one in state.reached.values())
    for place, event in enumerate(later):
        body = event.body
        belongs = len(found) == place and (
            isinstance(body, CriterionJudged) or (at_cap and event.by == "rule" and isinstance(body, Recast | Said))
        )
        if belongs:
            found.append(event)
        elif not open_calls:
            break
        elif isinstance(body, _FACTS | RequestChanged | AnswerChanged) and body.call in open_calls:
            found.append(event)
            if isinstance(body, _FACTS):
                open_calls.discard(body.call)
    return found


ABOUT_EFFECTS = ("tool_called", "call_failed")
"""The kinds of events that say which effects there were."""


def undone(later: Iterable[Event]) -> tuple[Undone, ...]:
    """The effect calls among the parent's events after the fork: they stay done. Only `ABOUT_EFFECTS` matter."""
    effects: dict[str, ToolCalled] = {}
    for event in later:
        body = event.body
        if isinstance(body, ToolCalled) and body.effect == "effect" and event.by not in STOOD_IN:
            effects[body.call] = body
        elif isinstance(body, CallFailed) and body.error in _DID_NOTHING:
            effects.pop(body.call, None)
    return tuple([Undone(call=one.call, tool=one.tool, arguments=one.arguments) for one in effects.values()])


def first_use(events: Iterable[Event], target: Event, call: str = "") -> int | None:
    """The seq of the first event that used what `target` says (with `call`: that call's arguments).

    A model or a judge was told it, or its output was checked. `events` are those after `target`, or all.
    """
    told = {target.seq}
    answer = target.body.call if isinstance(target.body, ModelAnswered) else ""
    for event in events:
        body = event.body
        if call:
            if isinstance(body, ToolCalled) and body.call == call:
                return event.seq
        elif isinstance(body, HistoryCut) and body.summary in told:
            told.add(event.seq)
        elif (
            (isinstance(body, ModelCalled) and not told.isdisjoint(body.request.add))
            or (isinstance(body, JudgeAsked) and not told.isdisjoint(body.refs))
            or (isinstance(body, OutputGiven) and (body.call, event.actor) == (answer, target.actor))
        ):
            return event.seq
    return None
