"""What came of a run in figures, to be put beside another's; what is unknown is never zero."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from workbench.debugger.words import count, dollars, duration
from workbench.events import CallFailed, Event, ModelAnswered, ToolReturned
from workbench.state import Standing, State, Verdict

_NAMES = ("outcome", "reason", "model", "persona", "cost", "tokens", "model calls", "tool calls", "time", "messages")


class Result(msgspec.Struct, frozen=True):
    """What came of a run. None is unknown, never zero.

    Attributes:
        outcome: as it ended, or `held`, `waiting`.
        cost: US dollars as decimal text.
        ms: time in calls of models and tools, in milliseconds.
        criteria: verdict by name; None is what nobody knows: a claim that nothing shows, a check that failed.
        standings: where each of them stands, in a word.
    """

    outcome: str
    reason: str
    model: str
    persona: str
    cost: str | None
    input_tokens: int | None
    output_tokens: int | None
    model_calls: int
    tool_calls: int
    ms: int | None
    messages: int
    events: int
    criteria: dict[str, bool | None]
    standings: dict[str, Standing]


class Figure(msgspec.Struct, frozen=True):
    """A line of the summary in words, `?` where it is unknown."""

    name: str
    left: str
    right: str

    @property
    def same(self) -> bool:
        return self.left == self.right


def result_of(events: Sequence[Event], state: State, messages: int) -> Result:
    """What came of these events, which fold to `state` and are `messages` of a conversation."""
    meters = state.meters
    answers = [event.body for event in events if isinstance(event.body, ModelAnswered)]
    timed = [event.body.ms for event in events if isinstance(event.body, ModelAnswered | ToolReturned | CallFailed)]
    read = [answer.usage.input for answer in answers]
    written = [answer.usage.output for answer in answers]
    agent = state.specs[state.agent] if state.started else None
    imported = state.started is not None and state.started.origin is not None
    criteria = state.started.criteria if state.started else ()
    verdicts = {one.name: state.verdicts.get(one.name, Verdict(met=False)) for one in criteria}
    return Result(
        outcome=state.ended.outcome if state.ended else "held" if state.held else "waiting",
        reason=state.ended.reason if state.ended else state.held.reason if state.held else "",
        model=agent.model if agent else "",
        persona=agent.persona.name if agent and agent.persona else "",
        cost=None if meters.unpriced else f"{meters.cost:f}",
        input_tokens=None if None in read else meters.input_tokens,
        output_tokens=None if None in written else meters.output_tokens,
        model_calls=meters.requests,
        tool_calls=meters.tool_calls,
        ms=None if imported and not any(timed) else sum(timed),
        messages=messages,
        events=len(events),
        criteria={name: verdict.met for name, verdict in verdicts.items()},
        standings={name: verdict.standing for name, verdict in verdicts.items()},
    )


def figures(left: Result, right: Result) -> list[Figure]:
    """Two results side by side, a line for each figure and for each criterion of either."""
    criteria = dict.fromkeys([*left.criteria, *right.criteria])
    return [
        *[Figure(name, _told(name, left), _told(name, right)) for name in _NAMES],
        *[Figure(f"criterion {name}", _verdict(left, name), _verdict(right, name)) for name in criteria],
    ]


def _told(name: str, result: Result) -> str:
    """A line of the summary in words."""
    match name:
        case "cost":
            return dollars(None if result.cost is None else Decimal(result.cost))
        case "tokens":
            known = result.input_tokens, result.output_tokens
            return "{} in, {} out".format(*["?" if number is None else count(number) for number in known])
        case "time":
            return "?" if result.ms is None else duration(result.ms)
        case _:
            return str(getattr(result, name.replace(" ", "_"))) or "–"


def _verdict(result: Result, name: str) -> str:
    word = result.standings.get(name, "–")
    return "not met" if word == "unmet" else word
