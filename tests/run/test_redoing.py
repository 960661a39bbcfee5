"""What people did in a recording is done again in its live replay, where it stood; what is otherwise there is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.memory import Memory
from tests.playbook import Stage, agent, cap, says, wants
from tests.replayed import ORDER, OTHER, Replayed
from workbench.events import (
    Call,
    CallFailed,
    Choice,
    Event,
    Live,
    ModelAnswered,
    ToolReturned,
    Usage,
)
from workbench.gates import GATES
from workbench.run import Run, check
from workbench.run.interventions import changes_in
from workbench.run.recorded import begins_at
from workbench.state import State

SIDES: list[Live] = ["model", "tools"]


class Told(Stage):
    """A run in which somebody does something at holds; `events` is what was recorded."""

    def __init__(self, *lines: Any, **deeds: Any) -> None:
        super().__init__(*lines, **deeds)
        self.run = self.start(agent(), lines=["go"], mode="step")

    async def to(self, held: str) -> Told:
        """Step until the run is held there (`step agent.1.1`)."""
        await self.run.drive()
        while self.last != f"held {held}":
            self.run.release("step")
            await self.run.drive()
        return self

    async def on(self) -> Told:
        """Go on to the end."""
        self.run.release("run")
        await self.run.drive()
        return self

    def place(self, kind: str) -> int:
        """The newest event of this kind."""
        return [event.seq for event in self.log.events() if event.body.kind == kind][-1]

    @property
    def events(self) -> list[Event]:
        return list(self.log.events())


def again(stage: Replayed) -> list[int]:
    """The recorded events that were done again."""
    replay = stage.run.state.replay
    assert replay is not None
    return [source for source, _ in replay.redone]


async def edited_result() -> tuple[list[Event], int]:
    """A recording in which somebody edited what a tool gave back, and what follows from that; and the edit's event."""
    stage = await Told(wants(ORDER), wants("save"), "done").to("step agent.2")
    stage.run.change(stage.place("tool_returned"), "content", "as edited")
    edit = stage.place("edited")
    return (await stage.on()).events, edit


@pytest.mark.parametrize("live", SIDES)
async def test_an_edit_is_made_again_before_the_model_is_told(live: Live):
    events, edit = await edited_result()
    stage = await Replayed(events, live, wants(ORDER), wants("save"), "done").drive()
    lines = stage.own
    place = lines.index("tool_returned agent.1.1 found")
    assert [line.partition(" ")[0] for line in lines[place + 1 : place + 3]] == ["redone", "edited"]
    assert (again(stage), stage.run.waiting, stage.run.difference) == ([edit], True, None)
    if live == "model":
        assert stage.model.requests[-1].messages[2].text == "as edited"
    assert {event.by for event in stage.log.events() if event.body.kind in ("edited", "redone")} == {"rule"}
    assert isinstance(check(stage.log.events()), State)


async def test_where_what_was_edited_is_otherwise_the_replay_holds_and_shows_both_sides():
    events, edit = await edited_result()
    stage = await Replayed(events, "tools", lookup=says("other")).drive()
    assert stage.last == "held difference agent.2"
    assert stage.why == (
        f'the replay differs at content, which event {edit} there made "as edited": recorded "found", now "other"'
    )
    found = stage.run.difference
    assert found is not None
    assert (found.change, found.usable, found.source) == (edit, True, "")
    stage.run.release("run")
    await stage.drive()
    assert stage.last == "held difference agent.2"


CHOSEN: dict[Choice, str] = {"recorded": "as edited", "once": "other", "live": "other", "stop": "other"}


@pytest.mark.parametrize("choice", list(CHOSEN))
async def test_what_is_chosen_about_a_change(choice: Choice):
    events, edit = await edited_result()
    stage = await Replayed(events, "tools", "not asked", wants("save"), "done", lookup=says("other")).drive()
    stage.run.choose(choice)
    await stage.drive()
    fact = next(event.seq for event in stage.log.events() if event.body.kind == "tool_returned")
    told = stage.run.told(fact).body
    assert isinstance(told, ToolReturned)
    assert told.content == CHOSEN[choice]
    replay = stage.run.state.replay
    assert replay is not None
    assert (replay.wanted, replay.left) == ((edit,) * (choice == "recorded"), (edit,) * (choice == "once"))
    assert (replay.passed, replay.alone, replay.known) == ((), (), ())
    if choice == "once":  # the request is another one, which is asked about in its turn
        assert stage.why.startswith('the replay differs at messages[2].content: recorded "as edited", now "other"')
    elif choice == "stop":
        assert stage.run.state.ended is not None
    else:
        assert stage.run.waiting


async def test_what_is_so_already_is_not_changed_again():
    events, edit = await edited_result()
    stage = await Replayed(events, "tools", lookup=says("as edited")).drive()
    assert (again(stage), stage.run.waiting) == ([edit], True)
    assert not any(line.startswith("edited") for line in stage.own)


@pytest.mark.parametrize("live", SIDES)
async def test_arguments_are_edited_again_before_the_call(live: Live):
    told = await Told(wants(ORDER), "done").to("step agent.1.1")
    told.run.change(told.place("model_answered"), "arguments", OTHER.arguments, call="agent.1.1")
    events = (await told.on()).events
    spaced = Call(name="lookup", arguments='{ "order": "A-1" }')
    stage = await Replayed(events, live, wants(spaced if live == "model" else ORDER), "done").drive()
    assert stage.run.waiting
    assert any(event.body.kind == "tool_called" and "A-2" in str(event.body) for event in stage.log.events())
    assert stage.tools.done == ([] if live == "model" else [("lookup", "agent.1.1", 1)])


async def test_a_call_that_the_model_makes_otherwise_is_not_edited_unasked():
    told = await Told(wants(ORDER), "done").to("step agent.1.1")
    told.run.change(told.place("model_answered"), "arguments", OTHER.arguments, call="agent.1.1")
    events = (await told.on()).events
    stage = await Replayed(events, "model", wants(Call(name="lookup", arguments='{"order":"A-3"}')), "done").drive()
    assert "arguments.order, which event" in stage.why
    assert stage.why.endswith('recorded "A-1", now "A-3"')
    # Where there is no such call, there is nothing to edit, and the run goes on.
    stage = await Replayed(events, "model", "no need").drive()
    assert (again(stage), stage.run.waiting) == ([], True)


@pytest.mark.parametrize("live", SIDES)
async def test_an_edit_that_was_taken_back_is_taken_back_again(live: Live):
    told = await Told(wants(ORDER), "done").to("step agent.2")
    told.run.change(told.place("tool_returned"), "content", "one")
    told.run.change(told.place("tool_returned"), "content", "two")
    told.run.revert(told.place("edited"))
    events = (await told.on()).events
    stage = await Replayed(events, live, wants(ORDER), "done").drive()
    assert (len(again(stage)), stage.run.waiting) == (3, True)
    fact = next(event for event in stage.log.events() if event.body.kind == "tool_returned")
    shown = stage.run.told(fact.seq).body
    assert isinstance(shown, ToolReturned)
    assert shown.content == "one"


async def test_an_edit_that_was_left_is_not_taken_back():
    told = await Told(wants(ORDER), "done").to("step agent.2")
    told.run.change(told.place("tool_returned"), "content", "one")
    told.run.revert(told.place("edited"))
    events = (await told.on()).events
    stage = await Replayed(events, "tools", lookup=says("other")).drive()
    stage.run.choose("once")
    await stage.drive()
    assert again(stage) == []
    assert stage.why.startswith("the replay differs at messages[2].content")


async def recast(field: str, value: Any) -> list[Event]:
    """A recording in which an actor was changed before its second answer."""
    told = await Told(wants(ORDER), "done").to("step agent.2")
    told.run.recast(told.run.state.specs["agent"].model_copy(update={field: value}))
    return (await told.on()).events


@pytest.mark.parametrize("live", SIDES)
async def test_another_prompt_is_given_again_and_leaves_alone_what_else_is_otherwise(live: Live):
    events = await recast("system", "Be kind.")
    stage = Replayed(events, live, wants(ORDER), "done")
    if live == "model":
        spec = stage.run.state.specs["agent"]
        stage.run.recast(spec.model_copy(update={"settings": '{"temperature": 1}'}))
    await stage.drive()
    spec = stage.run.state.specs["agent"]
    assert (spec.system, stage.run.waiting) == ("Be kind.", True)
    assert spec.settings == ('{"temperature": 1}' if live == "model" else "{}")
    if live == "model":
        assert [request.system for request in stage.model.requests] == ["", "Be kind."]
    assert isinstance(check(stage.log.events()), State)


async def test_a_field_that_is_otherwise_here_is_asked_about():
    events = await recast("model", "fake:new")
    stage = Replayed(events, "model", wants(ORDER), "done")
    stage.models["fake:mine"] = stage.models["fake:new"] = stage.model
    stage.run.recast(stage.run.state.specs["agent"].model_copy(update={"model": "fake:mine"}))
    await stage.drive()
    assert "differs at model, which event" in stage.why
    assert stage.why.endswith('there made "fake:new": recorded "fake:agent", now "fake:mine"')
    stage.run.choose("recorded")
    await stage.drive()
    assert (stage.run.state.specs["agent"].model, stage.run.waiting) == ("fake:new", True)


async def test_that_a_fallback_took_over_is_nobodys_change():
    told = await Told("done").on()
    assert changes_in(told.events, begins_at(told.events)) == []


async def test_what_was_changed_of_an_actor_and_taken_back_is_so_again():
    told = await Told(wants(ORDER), wants("save"), "done").to("step agent.2")
    spec = told.run.state.specs["agent"]
    told.run.recast(spec.model_copy(update={"system": "Be kind."}))
    changed = told.place("recast")
    await told.to("step agent.2.1")
    told.run.recast(spec, reverts=changed)
    events = (await told.on()).events
    stage = await Replayed(events, "model", wants(ORDER), wants("save"), "done").drive()
    assert [request.system for request in stage.model.requests] == ["", "Be kind.", ""]
    casts: list[Any] = [event.body for event in stage.log.events() if event.body.kind == "recast"]
    places = [event.seq for event in stage.log.events() if event.body.kind == "recast"]
    assert [one.reverts for one in casts] == [None, places[0]]


@pytest.mark.parametrize("live", SIDES)
async def test_a_cap_is_changed_before_it_is_asked(live: Live):
    stage = Stage(wants(ORDER), wants("save"), "done")
    run = stage.start(agent(), lines=["go"], caps=(cap("iterations", 2, "pause"),))
    await run.drive()
    assert stage.last == "held budget agent.3"
    run.limit("iterations", "5")
    run.release("run")
    await run.drive()
    other = await Replayed(list(stage.log.events()), live, wants(ORDER), wants("save"), "done").drive()
    assert (other.run.waiting, other.run.state.limits["iterations"], len(again(other))) == (True, "5", 1)
    assert not any(line.startswith("held") for line in other.own)


async def test_a_cap_that_is_another_here_is_asked_about():
    told = await Told(wants(ORDER), "done").to("step agent.2")
    told.run.limit("tool_calls", "7", at="warn")
    events = (await told.on()).events
    stage = Replayed(events, "model", wants(ORDER), "done")
    stage.run.limit("tool_calls", "3")
    await stage.drive()
    assert stage.why.startswith("the replay differs at limit, which event")
    assert stage.why.endswith('there made "7", "warn": recorded null, now "3"')


async def test_a_change_whose_place_the_run_does_not_come_to_is_made_at_the_next():
    told = await Told(wants(ORDER), wants("save"), "done").to("step agent.2")
    await told.to("step agent.2.1")
    told.run.limit("tool_calls", "7")
    await told.on()
    told.run.say("more")
    told.run.release("run")
    await told.run.drive()
    stage = await Replayed(told.events, "model", "at once", "and again").drive()
    assert again(stage) == []
    stage.run.say("more")
    await stage.drive()
    assert (stage.run.state.limits["tool_calls"], len(again(stage))) == ("7", 1)


async def test_turns_are_told_apart_however_many_answers_they_have():
    told = await Told("one", "two").on()
    told.run.say("more")
    told.run.limit("tool_calls", "7")
    told.run.release("run")
    await told.run.drive()
    stage = await Replayed(told.events, "model", wants("save"), wants("save"), "one", "two").drive()
    while stage.run.apart is not None:
        stage.run.choose("once")
        stage.run.release("run")
        await stage.drive()
    assert again(stage) == []
    stage.run.say("more")
    await stage.drive()
    assert len(again(stage)) == 1


# --- somebody answered in the place of a model or a tool -------------------------------------------------------------


def skipped(told: Told) -> None:
    told.run.stand_in(CallFailed(call="agent.1.1", error="skipped", message="a person skipped this call"), mode="step")


def returned(told: Told) -> None:
    told.run.stand_in(ToolReturned(call="agent.1.1", content="as I say"), mode="step")


@pytest.mark.parametrize("deed", [skipped, returned])
@pytest.mark.parametrize("live", SIDES)
async def test_a_call_that_a_person_answered_is_answered_so_again_and_never_run(
    live: Live, deed: Callable[[Told], None]
):
    told = await Told(wants("charge"), "done").to("step agent.1.1")
    deed(told)
    events = (await told.on()).events
    stage = await Replayed(events, live, wants("charge"), "done").drive()
    assert (stage.tools.done, stage.run.waiting) == ([], True)
    fact = told.lines[[line.split()[1:2] for line in told.lines].index(["agent.1.1"], 1) :]
    assert [line for line in fact if line.startswith(("tool_returned", "call_failed"))] == [
        line for line in stage.own if line.startswith(("tool_returned", "call_failed"))
    ]
    assert again(stage) == [next(event.seq for event in events if event.body.kind == "tool_called")]


async def test_another_call_is_not_answered_by_that_person_unasked():
    told = await Told(wants(ORDER), "done").to("step agent.1.1")
    returned(told)
    events = (await told.on()).events
    stage = Replayed(events, "tools")
    for _ in range(2):
        stage.run.release("step")
        await stage.drive()
    answer = next(event.seq for event in stage.log.events() if event.body.kind == "model_answered")
    stage.run.change(answer, "arguments", OTHER.arguments, call="agent.1.1")
    stage.run.release("run", grant="")
    await stage.drive()
    assert stage.why == 'the replay differs at arguments.order: recorded "A-1", now "A-2"'
    stage.run.choose("once")
    await stage.drive()
    assert stage.tools.done == [("lookup", "agent.1.1", 1)]


async def test_where_a_person_answered_as_the_model_that_answer_is_given_again():
    told = await Told(wants(ORDER), "not asked").to("step agent.2")
    usage = Usage(input=0, output=0)
    told.run.stand_in(ModelAnswered(call="agent.2", text="I say so", usage=usage, model="human"), mode="run")
    await told.run.drive()
    stage = await Replayed(told.events, "model", wants(ORDER), "not asked").drive()
    assert (len(stage.model.requests), stage.run.waiting) == (1, True)
    assert stage.own[-1] == "answer_read agent.2 I say so"
    replaying, replay = stage.run.replaying, stage.run.state.replay
    assert replaying is not None
    assert replay is not None
    assert replaying.recording.saved(replay.served, replay.redone).cost == 0
    # The request is another one here: whether the answer still fits, the person says.
    stage = await Replayed(told.events, "model", wants(OTHER), "live").drive()
    stage.run.choose("recorded")
    await stage.drive()
    assert stage.why == 'the replay differs at messages[1].calls[0].arguments.order: recorded "A-1", now "A-2"'
    stage.run.choose("once")
    stage.run.release("run", grant="agent.2")
    await stage.drive()
    assert stage.own[-1] == "answer_read agent.2 live"


# --- killed, forked, replayed anew -----------------------------------------------------------------------------------


@pytest.mark.parametrize("live", SIDES)
async def test_what_was_done_again_is_not_done_twice_however_often_the_process_is_killed(live: Live):
    events, edit = await edited_result()
    lines = wants(ORDER), wants("save"), "done"
    whole = list((await Replayed(events, live, *lines).drive()).log.events())
    began = next(event.seq for event in whole if event.body.kind == "replay_began")
    for upto in range(began, len(whole)):
        other = Replayed(events, live, *lines)
        other.log = Memory(whole[:upto], number=2)
        run = other.run = Run.open(other.log, other.ports, gates=GATES)
        if run.state.held is not None:
            run.release("run")
        await run.drive()
        assert run.waiting, upto
        edits = [event.seq for event in other.log.events() if event.body.kind == "edited"]
        assert (len(edits), again(other)[-1]) == (1, edit), upto


async def test_a_replay_of_a_replay_does_it_again_too():
    told = await Told(wants(ORDER), wants("charge"), "done").to("step agent.2")
    told.run.change(told.place("tool_returned"), "content", "as edited")
    told.run.recast(told.run.state.specs["agent"].model_copy(update={"system": "Be kind."}))
    await told.to("step agent.2.1")
    told.run.stand_in(ToolReturned(call="agent.2.1", content="charged"), mode="run")
    await told.run.drive()
    first = await Replayed(told.events, "model", wants(ORDER), wants("charge"), "done").drive()
    assert len(again(first)) == 3
    second = await Replayed(list(first.log.events()), "tools").drive()
    assert (len(again(second)), second.run.waiting, second.tools.done) == (3, True, [("lookup", "agent.1.1", 1)])


async def test_live_changes_nothing_any_more():
    told = await Told(wants(ORDER), wants("save"), "done").to("step agent.2.1")
    told.run.limit("tool_calls", "7")
    events = (await told.on()).events
    stage = await Replayed(events, "model", wants(OTHER), wants("save"), "done").drive()
    stage.run.choose("live")
    await stage.drive()
    assert (again(stage), stage.run.state.limits.get("tool_calls"), stage.run.waiting) == ([], None, True)


async def test_how_much_was_done_again_is_counted():
    events, edit = await edited_result()
    stage = await Replayed(events, "model", wants(ORDER), wants("save"), "done").drive()
    replaying, replay = stage.run.replaying, stage.run.state.replay
    assert replaying is not None
    assert replay is not None
    saved = replaying.recording.saved(replay.served, replay.redone)
    assert (saved.redone, saved.changes, replay.redone[0][0]) == (1, 1, edit)
    assert stage.run.event(replay.redone[0][1]).body.kind == "edited"


# --- a recording that just ends ---------------------------------------------------------------------------------------


async def ending(events: list[Event], live: Live) -> str:
    stage = await Replayed(events, live, wants(ORDER), wants("save"), "done").drive()
    assert stage.run.apart is not None
    assert stage.last.startswith("held recording")
    assert stage.run.difference is None
    return stage.why


async def test_a_recording_that_stands_at_a_hold_says_so():
    told = await Told(wants(ORDER), wants("save"), "done").to("step agent.2.1")
    assert await ending(told.events, "model") == "the recording ends here: it was left held there (before save)"
    told = await Told(wants(ORDER), wants("save"), "done").to("step agent.2")
    words = "the recording ends here: it was left held there (after the result, before the model thinks)"
    assert await ending(told.events, "tools") == words


async def test_a_recording_whose_process_ended_says_so():
    whole = (await Told(wants(ORDER), wants("save"), "done").on()).events
    called = [event.seq for event in whole if event.body.kind == "tool_called"][1]
    asked = [event.seq for event in whole if event.body.kind == "model_called"][1]
    under_way = "the recording ends here: its process ended while this was under way"
    assert await ending(whole[:called], "model") == under_way
    assert await ending(whole[:asked], "tools") == under_way
    assert await ending(whole[: asked - 1], "tools") == "the recording ends here: its process ended there"


async def test_a_recording_that_was_stopped_by_a_budget_says_so():
    stage = Stage(wants(ORDER), wants("save"), "done")
    await stage.start(agent(), lines=["go"], caps=(cap("iterations", 1),)).drive()
    other = Replayed(list(stage.log.events()), "tools")
    other.run.limit("iterations", "9")
    await other.drive()
    assert other.why == "the recording ends here: it was stopped by a budget there"
