"""What follows from a fact by rule: an answer is read, and criteria whose verdict it changes are judged anew."""

from __future__ import annotations

import json

from workbench.criteria.judging import Witness, judge, judge_claims, stated
from workbench.criteria.outside import judge_function
from workbench.criteria.rubrics import judge_rubrics, read_by
from workbench.events import (
    ActorSpec,
    AnswerRead,
    Body,
    Call,
    Criterion,
    CriterionJudged,
    Event,
    Evidence,
    FunctionChecked,
    Heard,
    ModelAnswered,
    OutputAccepted,
    Said,
    Settled,
    ToolReturned,
)
from workbench.state import State
from workbench.state.telling import Lookup, Telling, message_of


def reading_of(state: State, actor: str, lookup: Lookup) -> AnswerRead:
    """The actor's last answer, read as its spec says; an output that was accepted is what it says."""
    log, spec = state.actors[actor].log, state.specs[actor]
    accepted = lookup(state.actors[actor].accepted).body if state.actors[actor].accepted else None
    if isinstance(accepted, ToolReturned):
        return read_output(spec, None, accepted)
    answer = lookup(log.refs(len(log) - 1)[0]).body
    assert isinstance(answer, ModelAnswered)
    return read_output(spec, answer, accepted)


def read_output(spec: ActorSpec, answer: ModelAnswered | None, accepted: Body | None) -> AnswerRead:
    """How an actor's answer is read.

    `accepted` is what accepted it as an output: nothing, a check, or (then there is no answer) a final tool's result.
    """
    if isinstance(accepted, ToolReturned):
        call = accepted.call.rpartition(".")[0]
        status = "complete" if spec.structured else None
        return AnswerRead(call=call, output=accepted.content, status=status, how="json")
    assert answer is not None
    reading = read_by(spec, answer.text)
    output = accepted.output if isinstance(accepted, OutputAccepted) else reading.output
    claims = None if reading.claims is None else json.dumps(reading.claims, ensure_ascii=False)
    return AnswerRead(call=answer.call, output=output, status=reading.status, how=reading.how, claims=claims)


def witness_of(state: State, event: Event, lookup: Lookup) -> Witness | None:
    """What a criterion can take from `event`, None where it shows nothing."""
    if state.specs[event.actor].role != "agent":
        return None
    body = event.body
    match body:
        case Said(role="user"):
            return Witness(event.seq, "user", body.text)
        case Heard():
            return Witness(event.seq, "user", message_of(event, lookup, {}).text)
        case ModelAnswered(partial=False) if state.actors[event.actor].summing is None:  # a summary is nobody's word
            return Witness(event.seq, "agent", body.text)
        case Settled(ruling="accept") if state.actors[event.actor].summing is None:
            # What came of a partial answer is said only now.
            log = state.actors[event.actor].log
            answer = lookup(log[len(log) - 1])
            assert isinstance(answer.body, ModelAnswered)
            return Witness(answer.seq, "agent", answer.body.text)
        case ToolReturned():
            asked = _asked_for(state, event.actor, body.call, lookup)
            return Witness(event.seq, "result", body.content, asked.name, asked.arguments, body.data or "")
        case _:
            return None


def judged(state: State, event: Event, lookup: Lookup) -> list[CriterionJudged]:
    """The verdicts that `event`, just folded into `state`, changes."""
    assert state.started is not None
    criteria = state.started.criteria
    if not criteria or not event.actor:
        return []
    verdicts = {name: verdict.met for name, verdict in state.verdicts.items()}
    body = event.body
    if isinstance(body, AnswerRead | FunctionChecked):
        role = state.specs[event.actor].role
        log = state.actors[event.actor if role == "agent" else state.agent].log
        told = Telling(log, lookup, [], {})
        if isinstance(body, FunctionChecked):
            return judge_function(state.verdicts.get(body.criterion), body, event.seq, lambda value: _find(told, value))
        if role == "judge":
            return judge_rubrics(criteria, verdicts, body, event.seq, lambda value: _find(told, value, anybody=True))
        if role == "agent":
            return judge_claims(criteria, verdicts, body, event.seq, lambda value: _find(told, value))
        return []
    witness = witness_of(state, event, lookup)
    return [] if witness is None else judge(criteria, verdicts, witness)


def expressed(state: State) -> list[Criterion]:
    """The run's criteria that are expressions, in an order in which each may ask about those before it."""
    criteria = state.started.criteria if state.started is not None else ()
    return [criterion for criterion in criteria if criterion.check is not None and criterion.check.expression]


def _find(told: Telling, value: str, *, anybody: bool = False) -> Evidence | None:
    """Where the user or a tool (or anybody) first said `value`, letter for letter but for case."""
    for message in told:
        words = stated(value, message.text) if anybody or message.role in ("user", "tool") else ""
        if words:
            return Evidence(seq=message.seq, words=words)
    return None


_NOTHING = Call(name="")


def _asked_for(state: State, actor: str, call: str, lookup: Lookup) -> Call:
    """What `call` asked for; nothing where no answer of the actor asked for it."""
    answer, _, place = call.rpartition(".")
    for ref in reversed(state.actors[actor].log.refs()):
        said = lookup(ref).body
        if isinstance(said, ModelAnswered) and said.call == answer:
            return said.calls[int(place) - 1]
    return _NOTHING
