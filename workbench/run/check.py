"""Replay: fold a recording and see, at each intent, that `decide` offers exactly it. Touches nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from workbench.decide import asked_again, decide
from workbench.errors import NO_SENSE
from workbench.events import (
    AnswerRead,
    Body,
    DifferenceRuled,
    Event,
    Heard,
    HistoryCut,
    JudgeAsked,
    ModelAnswered,
    ModelCalled,
    OutputAccepted,
    OutputGiven,
    Recast,
    Said,
    SummaryAsked,
    ToolCalled,
    ToolReturned,
    TurnGiven,
    WaitBegan,
)
from workbench.run.consequences import read_output
from workbench.run.differences import Difference, decoded, first_leaf, in_json
from workbench.run.interventions import takes_over
from workbench.run.requests import goes_on, told_otherwise
from workbench.state import (
    CallModel,
    CallTool,
    CheckOutput,
    Command,
    Conclude,
    Intended,
    State,
    Tell,
    Wait,
    apply,
    as_edited,
    taking_over,
)
from workbench.state.apply import torn


class Divergence(msgspec.Struct, frozen=True):
    """Where a recording is not what the rules make of it.

    Attributes:
        seq: the event.
        kind: its kind.
        difference: the first leaf that differs (`arguments.order`), "" where the whole event is out of place.
    """

    seq: int
    kind: str
    difference: Difference

    @property
    def leaf(self) -> str:
        """The path of the leaf."""
        return self.difference.leaf

    @property
    def recorded(self) -> str:
        """The leaf as it was recorded, as JSON text, shortened to where the sides part."""
        return self.difference.sides[0]

    @property
    def expected(self) -> str:
        """The leaf as the rules give it."""
        return self.difference.sides[1]

    def __str__(self) -> str:
        place = f"{self.kind} {self.leaf}".strip()
        return f"event {self.seq} differs at {place}: recorded {self.recorded}, the rules give {self.expected}"


def check(events: Iterable[Event]) -> State | Divergence:
    """The state that the recording ends in, or the first place where it differs from what the rules offer.

    A place that a person let pass as it was recorded, which is on record behind it, is taken as it is.

    Raises:
        StoreError: its events do not follow from one another.
    """
    events = list(events)
    passed = {
        event.body.target
        for event in events
        if isinstance(event.body, DifferenceRuled) and event.body.choice == "recorded"
    }
    state = State()
    answers: dict[str, Event] = {}
    accepted: dict[int, Event] = {}
    try:
        for event in events:
            body = event.body
            expected = _expected(state, event, answers, accepted)
            if event.seq not in passed:
                if expected is not None and passed:
                    expected = _behind_passed(events, state, event, expected, passed)
                if expected is not None and expected != body:
                    found = _difference(body, expected)
                    if isinstance(body, ModelCalled) and found.leaf.startswith(_MESSAGES):
                        found = told_otherwise(events, state, event, body.request) or found
                    return Divergence(event.seq, body.kind, found)
                if expected is None and _ruled(state, event) and state.started is not None:
                    return Divergence(event.seq, body.kind, Difference("", "this event", "nothing of the kind here"))
            if isinstance(body, ModelAnswered):
                answers[event.actor] = event
            elif isinstance(body, OutputAccepted | ToolReturned) and state.specs[event.actor].output is not None:
                accepted[event.seq] = event
            state = apply(state, event)
    except NO_SENSE as error:
        raise torn(state, error) from error
    return state


def _behind_passed(events: Sequence[Event], state: State, event: Event, expected: Body, passed: set[int]) -> Body:
    """The request that the rules make behind one that somebody let pass: what differs there is in it, too."""
    body = event.body
    if not isinstance(body, ModelCalled) or not isinstance(expected, ModelCalled) or body.request.base not in passed:
        return expected
    if not goes_on(events, state.actors[event.actor].log, body.request):
        return expected
    passed.add(event.seq)
    return expected.model_copy(update={"request": expected.request.model_copy(update={"chain": body.request.chain})})


def _ruled(state: State, event: Event) -> bool:
    """Whether the rules alone bring such an event about (an import's turns are given by what was recorded)."""
    body, by_rule = event.body, event.by == "rule"
    if isinstance(body, ModelCalled | ToolCalled | WaitBegan | OutputGiven | AnswerRead | SummaryAsked | HistoryCut):
        return True
    if isinstance(body, Heard | TurnGiven | JudgeAsked):
        return by_rule and state.started is not None and state.started.turns == "user"
    if isinstance(body, Recast):
        return takes_over(event)
    return by_rule and isinstance(body, Said) and body.role == "user"


def _expected(state: State, event: Event, answers: dict[str, Event], accepted: dict[int, Event]) -> Body | None:
    """The body that the rules offer in the place of this one; None where they offer none of its kind."""
    if not _ruled(state, event) or state.started is None:
        return None
    offered = [command for command in decide(state) if command.actor == event.actor]
    body = event.body
    standbys = _degraded(state, event.actor) if isinstance(body, Recast) else []
    if body in standbys:
        return body
    same: list[Command] = [command for command in offered if isinstance(command, _COMMANDS[type(body)])]
    if not same and isinstance(body, ModelCalled):
        by_older_rule = asked_again(state.actors[event.actor])
        same = [] if by_older_rule is None else [by_older_rule]
    if not same:
        return standbys[-1] if standbys else None
    command = next((command for command in same if command.key == getattr(body, "call", "")), same[0])
    return _body_of(command, body, state, answers, accepted)


def _degraded(state: State, actor: str) -> list[Body]:
    """The other models with which the actor may go on at caps that were reached, as a replay is told of it."""
    names = [name for name, one in state.reached.items() if one.at == "degrade"]
    return [taking_over(state.specs[actor], state.standbys[name]).body for name in names]


_MESSAGES = "request.base", "request.keep", "request.add", "request.chain"
"""The leaves of a request that tell its messages."""

_COMMANDS: dict[type[Body], type[Command]] = {
    ModelCalled: CallModel,
    ToolCalled: CallTool,
    OutputGiven: CheckOutput,
    WaitBegan: Wait,
    AnswerRead: Conclude,
    Said: Tell,
    SummaryAsked: Tell,
    HistoryCut: Tell,
    Heard: Tell,
    JudgeAsked: Tell,
    Recast: Tell,
    TurnGiven: Tell,
}


def _body_of(
    command: Command, recorded: Body, state: State, answers: dict[str, Event], accepted: dict[int, Event]
) -> Body:
    """What the rules make of `command`; what was drawn or estimated is as it was recorded."""
    if isinstance(command, Wait):
        assert isinstance(recorded, WaitBegan)
        return command.intent(recorded.seconds, recorded.until)
    if isinstance(command, CallModel):
        return command.intent(recorded.reserve if isinstance(recorded, ModelCalled) else None)
    if isinstance(command, Intended):
        return command.intent()
    if isinstance(command, Tell):
        if isinstance(recorded, SummaryAsked) and isinstance(command.body, SummaryAsked):
            return command.body.model_copy(update={"again": recorded.again})
        return command.body
    answer = _told(state, answers.get(command.actor))
    assert answer is None or isinstance(answer, ModelAnswered)
    taken = _told(state, accepted.get(state.actors[command.actor].accepted))
    return read_output(state.specs[command.actor], answer, taken)


def _told(state: State, event: Event | None) -> Body | None:
    """What the event says as the edits of the run let it read."""
    return None if event is None else as_edited(event, state.edits.get(event.seq, ())).body


def _difference(recorded: Body, expected: Body) -> Difference:
    """Where two bodies that are not equal differ first."""
    found = first_leaf(_plain(recorded), _plain(expected)) or ("", _plain(recorded), _plain(expected))
    path, was, wanted = found
    return Difference(path, in_json(was), in_json(wanted))


def _plain(body: Body) -> dict[str, Any]:
    """The body as JSON values, with JSON text inside it decoded so that leaves can be named."""
    plain: dict[str, Any] = body.model_dump(mode="json")
    for field in ("arguments", "claims", "data"):
        text = plain.get(field)
        if isinstance(text, str):
            plain[field] = decoded(text)
    return plain
