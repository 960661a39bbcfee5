"""A replay with one side live: the other side is served from the recording, and what differs holds until ruled."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.memory import Memory
from tests.playbook import CHARGE, LOOKUP, Hang, Stage, agent, cap, says, told, until, wants
from tests.replayed import ORDER, OTHER, Replayed, apart, recorded
from workbench.errors import Impossible, ToolFailed
from workbench.events import Call, Live, ModelAnswered, Price, ToolReturned, ToolSpec, Usage, UserSide
from workbench.events.messages import Answer
from workbench.gates import GATES
from workbench.run import Run, check
from workbench.run.recorded import begins_at
from workbench.state import State, fold


async def test_with_the_tools_live_the_model_is_served_and_never_asked():
    events = await recorded(wants(ORDER), "found it")
    stage = await Replayed(events, "tools").drive()
    assert stage.model.requests == []
    assert [done[0] for done in stage.tools.done] == ["lookup"]
    assert stage.own == [
        "served agent.1",
        "model_called agent.1",
        "model_answered agent.1 lookup",
        "tool_called agent.1.1 lookup",
        "tool_returned agent.1.1 found",
        "served agent.2",
        "model_called agent.2",
        "model_answered agent.2 found it",
        "answer_read agent.2 found it",
    ]
    assert {event.by for event in stage.log.events() if event.body.kind == "model_answered"} == {"rule"}
    assert isinstance(check(stage.log.events()), State)


async def test_with_the_model_live_the_tools_are_served_and_never_run():
    fails = ToolFailed("gone", "no such order")

    def refuse(arguments: str, context: Any) -> str:
        raise fails

    events = await recorded(wants(ORDER, "charge"), "found it", charge=refuse)
    stage = await Replayed(events, "model", wants(ORDER, "charge"), "so it is").drive()
    assert stage.tools.done == []
    assert len(stage.model.requests) == 2
    assert stage.served == [("agent.1.1", "agent.1.1"), ("agent.1.2", "agent.1.2")]
    assert stage.own[2:8] == [
        "served agent.1.1",
        "tool_called agent.1.1 lookup",
        "tool_returned agent.1.1 found",
        "served agent.1.2",
        "tool_called agent.1.2 charge",
        "call_failed agent.1.2 gone",
    ]
    assert isinstance(check(stage.log.events()), State)


async def test_a_result_goes_once_to_the_same_call_wherever_it_is_made():
    events = await recorded(wants(ORDER, OTHER), wants(ORDER), "done")
    spaced = Call(name="lookup", arguments='{ "order": "A-2" }')
    stage = await Replayed(events, "model", wants(spaced, ORDER), wants(ORDER), wants(ORDER), "done").drive()
    assert stage.served == [("agent.1.1", "agent.1.2"), ("agent.1.2", "agent.1.1"), ("agent.2.1", "agent.2.1")]
    assert (
        stage.why
        == 'the replay differs at call: recorded nothing, now {"tool": "lookup", "arguments": {"order": "A-1"}}'
    )


@pytest.mark.parametrize(
    ("call", "differs"),
    [
        (OTHER, 'arguments.order: recorded "A-1", now "A-2"'),
        (Call(name="charge", arguments=ORDER.arguments), 'tool: recorded "lookup", now "charge"'),
        (Call(name="lookup", arguments="{"), 'arguments: recorded {"order": "A-1"}, now "{"'),
        (Call(name="lookup", arguments="{}"), 'arguments.order: recorded "A-1", now nothing'),
    ],
)
async def test_a_call_that_differs_holds_and_names_the_first_leaf_with_both_sides(call: Call, differs: str):
    stage = await Replayed(await recorded(wants(ORDER), "done"), "model", wants(call)).drive()
    assert stage.last == "held difference agent.1.1"
    assert stage.why == f"the replay differs at {differs}"


async def test_a_result_that_differs_is_named_in_the_request_that_follows():
    events = await recorded(wants(ORDER), "done")
    stage = await Replayed(events, "tools", lookup=says("lost")).drive()
    assert stage.last == "held difference agent.2"
    assert stage.why == 'the replay differs at messages[2].content: recorded "found", now "lost"'


@pytest.mark.parametrize(
    ("changed", "differs"),
    [
        ({"system": "Be brief."}, 'system: recorded "", now "Be brief."'),
        ({"settings": '{"temperature": 1}'}, "settings.temperature: recorded nothing, now 1"),
        ({"model": "fake:other"}, 'model: recorded "fake:agent", now "fake:other"'),
        (
            {"tools": (LOOKUP, CHARGE.model_copy(update={"description": "Takes money."}))},
            'tools[1].description: recorded "", now "Takes money."',
        ),
        ({"structured": True}, "structured: recorded false, now true"),
    ],
)
async def test_prompt_tools_and_settings_are_part_of_the_request(changed: dict[str, Any], differs: str):
    events = await recorded(wants(ORDER), "done", actor=agent("agent", LOOKUP, CHARGE))
    stage = Replayed(events, "tools")
    stage.run.recast(stage.run.state.specs["agent"].model_copy(update=changed))
    await stage.drive()
    assert stage.last == "held difference agent.1"
    assert stage.why == f"the replay differs at {differs}"


@pytest.mark.parametrize("live", ["model", "tools"])
async def test_a_replay_that_is_killed_at_any_event_goes_on_as_it_would_have(live: Live):
    stage = await apart(live)
    stage.run.choose("recorded")
    await stage.drive()
    whole = list(stage.log.events())
    began = next(event.seq for event in whole if event.body.kind == "replay_began")
    for upto in range(began, len(whole)):
        other = Replayed(stage.recorded, live, *stage.model.lines, lacks=None, **stage.tools.deeds)
        other.log = Memory(whole[:upto], number=2)
        run = other.run = Run.open(other.log, other.ports, gates=GATES)
        if run.state.held is not None and run.apart is None:
            run.release("run")
        await run.drive()
        while run.apart is not None:
            run.choose("recorded")
            await run.drive()
        facts = [line for line in told(other.log.events()) if line.startswith(("model_answered", "tool_returned"))]
        assert facts == [line for line in stage.lines if line.startswith(("model_answered", "tool_returned"))], upto
        assert dict(other.served) == dict(stage.served)


async def test_a_fork_at_the_hold_is_still_a_replay_and_its_parent_stays_held():
    stage = await apart("model")
    parent = list(stage.log.events())
    log = Memory(parent, number=3)
    fork = Run.fork(log, stage.ports, parent=2, parent_seq=len(parent), later=[], gates=GATES)
    fork.choose("recorded")
    fork.release("run")
    await fork.drive()
    assert fork.waiting
    assert stage.tools.done == []
    assert stage.run.apart is not None


async def test_a_fork_of_a_served_effect_has_nothing_that_was_not_undone():
    events = await recorded(wants("charge"), "done")
    stage = await Replayed(events, "model", wants("charge"), "done").drive()
    parent = list(stage.log.events())
    at = next(event.seq for event in parent if event.body.kind == "model_answered")
    fork = Run.fork(Memory(parent[:at], number=3), stage.ports, parent=2, parent_seq=at, later=parent[at:], gates=GATES)
    assert fork.state.undone == ()


async def test_a_branch_that_replays_cannot_be_opened_where_its_recording_is_not():
    stage = await apart("model")
    with pytest.raises(Impossible, match="replays another one"):
        Run.open(stage.log, replace(stage.ports, recording=None), gates=GATES)
    stage.run.choose("live")
    assert Run.open(stage.log, replace(stage.ports, recording=None), gates=GATES).state.replay is not None


async def test_what_is_served_costs_nothing_and_what_it_had_cost_is_known():
    dear = Price(input="1000000", output="1000000")
    answers = [
        Answer(text="a", calls=(ORDER,), usage=Usage(input=2, output=3)),
        Answer(text="b", usage=Usage(input=1, output=1)),
    ]
    events = await recorded(*answers, actor=agent().model_copy(update={"price": dear}))
    assert fold(events).meters.cost == 7
    stage = await Replayed(events, "tools").drive()
    state, replaying = stage.run.state, stage.run.replaying
    assert (state.meters.cost, state.meters.input_tokens, state.meters.unpriced) == (0, 0, 0)
    assert state.meters.requests == 2
    assert replaying is not None
    assert state.replay is not None
    saved = replaying.recording.saved(state.replay.served)
    assert (saved.models, saved.tools, saved.cost) == (2, 0, Decimal(7))


async def test_what_an_unpriced_answer_had_cost_is_not_known():
    events = await recorded("done", actor=agent().model_copy(update={"price": None}))
    stage = await Replayed(events, "tools").drive()
    assert stage.run.replaying is not None
    assert stage.run.replaying.recording.saved([("agent.1", "agent.1")]).cost is None
    assert stage.run.state.meters.unpriced == 0


async def test_what_a_person_said_is_said_again_in_its_order():
    stage = Stage("hello", "well", "bye")
    run = stage.start(agent(), user=UserSide())
    for words in ("hi", "how are you", "farewell"):
        run.say(words)
        await run.drive()
    other = await Replayed(list(stage.log.events()), "model", "hello", "fine", "bye").drive()
    replaying = other.run.replaying
    assert replaying is not None
    for words in ("how are you", "farewell"):
        said = replaying.said_next(other.run.state)
        assert said is not None
        assert said.text == words
        other.run.say(said.text)
        await other.drive()
    assert replaying.said_next(other.run.state) is None


async def test_a_question_to_a_person_is_answered_as_it_was():
    ask = ToolSpec(name="ask", effect="read", person=True)
    actor = agent("agent", ask)
    stage = Stage(wants(Call(name="ask", arguments='{"question":"Which?"}')), "thanks")
    run = stage.start(actor, lines=["go"])
    await run.drive()
    run.stand_in(ToolReturned(call="agent.1.1", content="the red one"), mode="run")
    await run.drive()
    events = list(stage.log.events())
    other = await Replayed(events, "model", wants(Call(name="ask", arguments='{"question":"Which?"}')), "ok").drive()
    assert "tool_returned agent.1.1 the red one" in other.own
    assert other.run.waiting
    other = await Replayed(events, "tools").drive()
    assert "tool_returned agent.1.1 the red one" in other.own
    assert (other.run.question, other.run.waiting, other.tools.done) == (None, True, [])


async def test_an_answer_that_was_discarded_is_not_served():
    stage = Stage(["half", Hang()])
    run = stage.start(agent(), lines=["go"])
    driving = asyncio.create_task(run.drive())
    await until(stage.model.hung.is_set)
    run.cancel()
    await driving
    run.settle("agent.1", "discard")
    stage.model.lines = ["whole"]
    run.release("run")
    await run.drive()
    other = await Replayed(list(stage.log.events()), "tools").drive()
    assert other.own[-1] == "answer_read agent.1 whole"


async def test_several_actors_are_served_each_its_own():
    stage = Stage("what tea?", "here you are")
    stage.models["fake:user"] = type(stage.model)("tea, please", "thanks")
    duet = (agent(), agent("user", role="user"))
    setting = {"user": UserSide(kind="actor", actor="user"), "caps": (cap("iterations", 2),)}
    await stage.start(*duet, **setting).drive()
    events = list(stage.log.events())
    other = await Replayed(events, "tools").drive()
    assert other.model.requests == []
    spoken = ("answer_read", "model_answered", "run_ended")
    assert [line for line in other.own if line.startswith(spoken)] == [
        line for line in told(events) if line.startswith(spoken)
    ]
    asked = [one.call for event in events if isinstance(one := event.body, ModelAnswered)]
    assert other.served == [(call, call) for call in asked]
    assert {call.partition(".")[0] for call in asked} == {"agent", "user"}


async def test_a_replay_of_a_replay_compares_with_the_newer_one():
    first = await apart("model")
    first.run.choose("recorded")
    await first.drive()
    events = list(first.log.events())
    second = Replayed(events, "model", wants(OTHER), wants("save"), "done")
    await second.drive()
    assert second.run.waiting
    assert second.served == [("agent.1.1", "agent.1.1"), ("agent.2.1", "agent.2.1")]


async def test_a_recording_without_a_model_call_has_nothing_to_replay():
    stage = Stage()
    stage.start(agent())
    with pytest.raises(Impossible, match="no model was called"):
        begins_at(stage.log.events())
