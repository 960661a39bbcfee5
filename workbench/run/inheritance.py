"""What a fork owes to the branch it leaves: facts of calls that were open there, and effects that stay done."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.events import (
    CallFailed,
    CriterionJudged,
    Event,
    ModelAnswered,
    ModelCalled,
    OutputAccepted,
    OutputRejected,
    ToolCalled,
    ToolReturned,
    Undone,
)
from workbench.state import State

_FACTS = ModelAnswered | ToolReturned | CallFailed | OutputAccepted | OutputRejected
_STOOD_IN = ("human", "rule")
"""Who records the intent of a call only together with a fact that stands in for it."""
_DID_NOTHING = ("not_run", "skipped", "unknown_tool", "invalid_call")


def inheritance(state: State, later: Iterable[Event]) -> tuple[tuple[Undone, ...], list[Event]]:
    """Of the parent's events after the fork: the effect calls that stay done, and the facts that the fork adopts.

    It adopts the facts of calls that were open, and the verdicts that belong to its last event.

    Args:
        state: the parent's state at the fork.
        later: the parent's events after it, in order.
    """
    open_calls = set(state.open_calls)
    effects: dict[str, ToolCalled] = {}
    adopted: list[Event] = []
    for place, event in enumerate(later):
        body = event.body
        if isinstance(body, CriterionJudged) and len(adopted) == place:
            adopted.append(event)
        elif isinstance(body, ToolCalled) and body.effect == "effect" and event.by not in _STOOD_IN:
            effects[body.call] = body
        elif isinstance(body, CallFailed) and body.error in _DID_NOTHING:
            effects.pop(body.call, None)
        if isinstance(body, _FACTS) and body.call in open_calls:
            open_calls.discard(body.call)
            adopted.append(event)
    undone = tuple([Undone(call=one.call, tool=one.tool, arguments=one.arguments) for one in effects.values()])
    return undone, adopted


def first_use(events: Iterable[Event], target: int, call: str = "") -> int | None:
    """The seq of the first intent that used what event `target` says (with `call`: that call's arguments)."""
    for event in events:
        body = event.body
        if call:
            if isinstance(body, ToolCalled) and body.call == call:
                return event.seq
        elif isinstance(body, ModelCalled) and target in body.request.add:
            return event.seq
    return None
