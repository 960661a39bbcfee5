"""Replay of a recording: what the rules make of it is what it holds, or the first leaf that differs is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from tests.memory import Memory
from tests.playbook import Stage, agent, answered, asked, cap, read, started, story, wants
from workbench.errors import ModelFailed
from workbench.events import (
    Call,
    Cap,
    Check,
    Criterion,
    Event,
    HistoryCut,
    ModelCalled,
    Request,
    Said,
    StandIn,
    SummaryAsked,
    TurnGiven,
    UserSide,
    Window,
)
from workbench.run import Divergence, Run, check
from workbench.run.differences import Difference, first_leaf, in_json
from workbench.state import State, fold


async def recording(**setting: Any) -> list[Event]:
    """A run with two turns, parallel calls and criteria."""
    say = '{"agent_output": "bye", "system_status": "complete", "collected": {"order": "A-1"}}'
    stage = Stage(wants(Call(name="lookup", arguments='{"order":"A-1","deep":{"x":[1,2]}}'), "save"), "so?", say)
    run = stage.start(
        agent("agent", structured=True), lines=["look up A-1", "thanks"], criteria=(Criterion(name="order"),), **setting
    )
    await run.drive()
    return list(stage.log.events())


def changed(events: Sequence[Event], kind: str, **fields: Any) -> list[Event]:
    """The recording with one field of its first event of that kind changed."""
    at = next(place for place, event in enumerate(events) if event.body.kind == kind)
    body = events[at].body.model_copy(update=fields)
    return [*events[:at], replace(events[at], body=body), *events[at + 1 :]]


async def test_what_was_recorded_replays_to_its_state():
    events = await recording()
    assert check(events) == fold(events)
    assert check(await recording(caps=(cap("tool_calls", 1),))) is not None


@pytest.mark.parametrize(
    ("kind", "fields", "leaf", "recorded", "expected"),
    [
        ("tool_called", {"arguments": '{"order":"A-2","deep":{"x":[1,2]}}'}, "arguments.order", '"A-2"', '"A-1"'),
        ("tool_called", {"arguments": '{"order":"A-1","deep":{"x":[1,3]}}'}, "arguments.deep.x[1]", "3", "2"),
        ("tool_called", {"arguments": '{"order":"A-1"}'}, "arguments.deep", "nothing", '{"x": [1, 2]}'),
        ("tool_called", {"arguments": "{broken"}, "arguments", '"{broken"', '{"order": "A-1", "deep": {"x": [1, 2]}}'),
        ("tool_called", {"tool": "charge"}, "tool", '"charge"', '"lookup"'),
        ("tool_called", {"effect": "effect"}, "effect", '"effect"', '"read"'),
        ("model_called", {"attempt": 2}, "attempt", "2", "1"),
        ("answer_read", {"output": "no"}, "output", '"no"', '"so?"'),
        ("said", {"text": "look up A-2"}, "text", '"look up A-2"', '"look up A-1"'),
    ],
)
async def test_one_changed_leaf_is_found_and_named(
    kind: str, fields: dict[str, Any], leaf: str, recorded: str, expected: str
):
    events = changed(await recording(), kind, **fields)
    found = check(events)
    assert isinstance(found, Divergence)
    assert (found.kind, found.leaf, found.recorded, found.expected) == (kind, leaf, recorded, expected)
    assert str(found) == f"event {found.seq} differs at {kind} {leaf}: recorded {recorded}, the rules give {expected}"


async def test_a_changed_answer_is_found_where_its_words_are_used():
    found = check(changed(await recording(), "model_answered", text="something else"))
    assert isinstance(found, Divergence)
    assert (found.kind, found.leaf) == ("model_called", "messages[1] to [3], one of them")


async def test_a_changed_result_is_found_where_it_was_told():
    found = check(changed(await recording(), "tool_returned", content="other"))
    assert isinstance(found, Divergence)
    assert found.kind == "model_called"


async def test_an_event_that_the_rules_do_not_offer_is_out_of_place():
    events = story(started(), ("agent", Said(text="hi"), "human"), read("agent.1", "hi"))
    found = check(events)
    assert isinstance(found, Divergence)
    assert (found.seq, found.leaf, found.expected) == (3, "", "nothing of the kind here")
    assert str(found).startswith("event 3 differs at answer_read: ")


async def test_a_recording_cut_anywhere_replays():
    events = await recording()
    assert all(isinstance(check(events[:upto]), State) for upto in range(len(events) + 1))


def test_a_recorded_run_is_given_its_turns():
    said = story(
        started(turns="recorded"),
        ("agent", Said(text="hi"), "human"),
        ("agent", TurnGiven(), "rule"),
    )
    state = fold(said)
    request = ModelCalled.model_validate(
        {"call": "agent.1", "request": {"add": [2], "head": state.actors["agent"].head, "chain": _chain(state)}}
    )
    rest = story(request, answered("agent.1", "hello"), read("agent.1", "hello"), after=3)
    assert isinstance(check([*said, *rest]), State)


def _chain(state: State) -> str:
    return f"{state.actors['agent'].log.chain:016x}"


async def duet() -> tuple[Stage, Run]:
    """Two actors, who hear each other, up to the cap of their iterations."""
    stage = Stage("what tea?", "here you are")
    stage.models["fake:user"] = type(stage.model)("tea, please", "green")
    both = (agent(), agent("user", role="user"))
    run = stage.start(*both, user=UserSide(kind="actor", actor="user"), caps=(cap("iterations", 2),))
    await run.drive()
    return stage, run


async def test_actors_who_hear_each_other_replay():
    stage, run = await duet()
    events = list(stage.log.events())
    assert check(events) == run.state
    heard = [place for place, event in enumerate(events) if event.body.kind == "heard"]
    assert len(heard) >= 2


def test_nothing_is_a_recording_too():
    assert check([]) == State()


def test_a_recording_without_a_start_cannot_be_judged():
    assert check(story(asked())[:0]) == State()


@pytest.mark.parametrize(
    ("left", "right", "leaf"),
    [
        ({"a": 1}, {"a": 2}, "a"),
        ({"a": 1}, {"a": 1, "b": 2}, "b"),
        ({"b": 1, "a": 1}, {"a": 1}, "b"),
        ([1, 2], [1], "[1]"),
        ([1], [1, 2], "[1]"),
        ({"a": [{"b": None}]}, {"a": [{"b": 0}]}, "a[0].b"),
        ({"a": 1}, {"a": True}, "a"),
        ({"a": 1}, {"a": 1.0}, "a"),
        (1, 2, ""),
        ([1], {"0": 1}, ""),
    ],
)
def test_the_first_difference(left: Any, right: Any, leaf: str):
    found = first_leaf(left, right)
    assert found is not None
    assert found[0] == leaf


@pytest.mark.parametrize("value", [{"a": [1, {"b": None}]}, [], "x", None])
def test_what_is_equal_differs_nowhere(value: Any):
    assert first_leaf(value, value) is None


def test_a_side_without_the_leaf_has_nothing_there():
    found = first_leaf({"a": 1}, {"a": 1, "b": None})
    assert found is not None
    assert [in_json(side) for side in found[1:]] == ["nothing", "null"]


def test_long_sides_are_shortened_to_where_they_part():
    assert Difference("a", "x", "y").sides == ("x", "y")
    recorded, now = Difference("a", "x" * 500 + "one" + "z" * 500, "x" * 500 + "two" + "z" * 500).sides
    assert (len(recorded), len(now)) == (120, 120)
    assert recorded == "…" + "x" * 40 + "one" + "z" * 75 + "…"
    assert now.startswith("…" + "x" * 40 + "two")
    assert Difference("a", "x" * 500, "x" * 510).sides == ("…" + "x" * 40, "…" + "x" * 50)


def test_sides_are_told_as_people_read_them():
    assert Difference("a", '"two\\nlines"', '{"b": 1}').told == ("two\nlines", '{\n  "b": 1\n}')
    assert Difference("a", "nothing", "1").told == ("nothing", "1")


async def test_a_judge_who_was_shown_something_else_is_found():
    stage = Stage('{"agent_output": "thanks", "system_status": "complete"}')
    stage.models["fake:judge"] = type(stage.model)('{"verdicts": [{"name": "polite", "met": true}]}')
    polite = Criterion(name="polite", check=Check(rubric="It thanks."))
    judge = agent("judge", role="judge")
    await stage.start(agent("agent", structured=True), judge, lines=["hi"], criteria=(polite,)).drive()
    events = list(stage.log.events())
    assert isinstance(check(events), State)
    found = check(changed(events, "judge_asked", refs=(2,)))
    assert isinstance(found, Divergence)
    assert (found.kind, found.leaf) == ("judge_asked", "refs[1]")


async def test_what_was_heard_is_what_the_rules_give():
    stage, _ = await duet()
    found = check(changed(list(stage.log.events()), "heard", source=2))
    assert isinstance(found, Divergence)
    assert (found.kind, found.leaf) == ("heard", "source")


async def degraded() -> Stage:
    """A run that goes on with a second model at a cap, and with a third where that one fails."""
    stage = Stage(wants("lookup"), wants("lookup"))
    stage.models["fake:small"] = type(stage.model)("", "", ModelFailed("down", "it is down"))
    stage.models["fake:last"] = type(stage.model)(spent="done")
    cheap = Cap(name="requests", limit="2", at="degrade", to=StandIn(model="fake:small"))
    await stage.start(agent(fallbacks=(StandIn(model="fake:last"),)), lines=["go"], caps=(cheap,)).drive()
    return stage


async def test_the_model_that_goes_on_at_a_cap_is_the_one_that_was_chosen():
    stage = await degraded()
    events = list(stage.log.events())
    assert [line for line in stage.lines if "recast" in line] == ["recast rule: fake:small", "recast rule: fake:last"]
    assert isinstance(check(events), State)
    found = check(changed(events, "recast", spec=agent().model_copy(update={"model": "fake:other"})))
    assert isinstance(found, Divergence)
    assert (found.leaf, found.expected) == ("spec.model", '"fake:small"')


async def test_a_fork_right_at_a_cap_goes_on_as_its_parent_did():
    stage = await degraded()
    parent = list(stage.log.events())
    at = next(event.seq for event in parent if event.body.kind == "cap_reached")
    log = Memory(parent[:at], number=2)
    fork = Run.fork(log, stage.ports, parent=1, parent_seq=at, later=parent[at:])
    assert [event.body.kind for event in log.events(at)] == ["forked", "recast"]
    assert fork.state.specs["agent"].model == "fake:small"
    assert isinstance(check(log.events()), State)


async def test_a_model_that_was_asked_again_to_sum_up_replays_where_that_was_the_rule():
    window = Window(system=1, history=1, answer=1, policy="summarise", keep=2)
    stage = Stage(*[wants("lookup")] * 4, "done")
    await stage.start(agent(window=window), lines=["go"], caps=(cap("iterations", 4),)).drive()
    whole = list(stage.log.events())
    cut = next(place for place, event in enumerate(whole) if isinstance(event.body, HistoryCut))
    question = next(event.body for event in whole if isinstance(event.body, SummaryAsked))
    assert isinstance(check(whole), State)

    def asked_on(again: bool) -> list[Event]:
        """The recording, in which the model was asked to sum up once more after it had called a tool."""
        head = changed(whole[:cut], "summary_asked", again=again)
        actor = fold(head).actors["agent"]
        assert actor.asked is not None
        base, keep = actor.asked.seq, actor.asked.length
        add, chain = tuple(actor.log.refs(keep)), f"{actor.log.chain:016x}"
        call = f"agent.{actor.answers + 1}"
        request = Request(base=base, keep=keep, add=add, head=actor.head, chain=chain)
        summed_up = HistoryCut(dropped=question.dropped, summary=cut + 2)
        return [*head, *story(asked(call, request=request), answered(call, "in short"), summed_up, after=cut)]

    assert isinstance(check(asked_on(again=True)), State)
    found = check(asked_on(again=False))
    assert isinstance(found, Divergence)
    assert (found.seq, found.kind, found.expected) == (cut + 1, "model_called", "nothing of the kind here")
    # Today's rule is allowed there, too: form 1 does not tell which of both wrote it.
    assert isinstance(check(changed(whole, "summary_asked", again=True)), State)
