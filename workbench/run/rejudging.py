"""New criteria held against a recorded run: the rules of a live run on its events; nothing is asked or recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from workbench.criteria.expressions import weigh
from workbench.events import Criterion, CriterionJudged, Event, RunEnded, RunStarted
from workbench.run.consequences import expressed, judged
from workbench.run.examining import examine
from workbench.run.ports import Ports
from workbench.state import Examine, State, apply, as_edited
from workbench.state.telling import Lookup, Telling


async def rejudge(events: Iterable[Event], criteria: Sequence[Criterion], ports: Ports | None = None) -> State:
    """The state after the run, had it had these criteria.

    Functions are asked at every answer, through `ports`; judges are not: a rubric stays without a verdict.
    """
    kept: dict[int, Event] = {}
    state = State()
    for event in events:
        kept[event.seq] = event
        body = event.body
        if isinstance(body, CriterionJudged | RunEnded):
            continue
        if isinstance(body, RunStarted):
            began = body.model_copy(update={"criteria": tuple(criteria)})
            event = Event(event.branch, event.seq, event.at, event.by, event.actor, began)
            kept[event.seq] = event
        state = apply(state, event)
        if state.started is None or not event.actor:
            continue

        told = _reader(kept, state)
        state = _follow(state, event, told)
        if ports is not None and event.body.kind == "answer_read" and state.specs[event.actor].role == "agent":
            state = await _examine(state, event, told, ports)
    return state


def _reader(kept: Mapping[int, Event], state: State) -> Lookup:
    """Finds events, each as the edits that hold in `state` let it read."""
    return lambda seq: as_edited(kept[seq], state.edits.get(seq, ()))


def _follow(state: State, event: Event, told: Lookup) -> State:
    """The state with the verdicts that `event` changes."""
    for verdict in judged(state, event, told):
        state = _with(state, event, verdict)
    for criterion in expressed(state):
        verdict = weigh(criterion, state, event, told)
        if verdict is not None:
            state = _with(state, event, verdict)
    return state


def _with(state: State, event: Event, verdict: CriterionJudged) -> State:
    return apply(state, Event(event.branch, event.seq, event.at, "rule", event.actor, verdict))


async def _examine(state: State, event: Event, told: Lookup, ports: Ports) -> State:
    """The state with what the functions say of the run up to the answer that `event` is."""
    assert state.started is not None
    for criterion in state.started.criteria:
        if criterion.check is None or criterion.check.function is None:
            continue
        command = Examine(event.actor, criterion.name, criterion.check.function, event.seq)
        messages = Telling(state.actors[event.actor].log, told, [], {})
        fact = await examine(command, state, ports, messages, told, cancelled=lambda: False)
        checked = Event(event.branch, event.seq, event.at, "engine", event.actor, fact)
        state = _follow(apply(state, checked), checked, told)
    return state
