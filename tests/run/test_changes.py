"""People changing a run: edits, reversals, another cast, answers in others' place, and forks."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest

from tests.memory import Memory
from tests.playbook import (
    CHARGE,
    LOOKUP,
    Hang,
    OneByOne,
    Stage,
    agent,
    answered,
    asked,
    failed,
    read,
    returned,
    started,
    story,
    until,
    wants,
)
from workbench.errors import Impossible
from workbench.events import (
    Check,
    Criterion,
    Forked,
    HistoryCut,
    JudgeAsked,
    ModelAnswered,
    OutputGiven,
    Request,
    Said,
    SummaryAsked,
    Window,
)
from workbench.events.messages import Delta
from workbench.run import Run, check
from workbench.run.editable import EditedField
from workbench.run.inheritance import first_use
from workbench.state import State, fold


async def stepped(stage: Stage, steps: int) -> Run:
    """A run that was stepped so many times."""
    run = stage.start(lines=["what is 6 times 7?"], mode="step")
    await run.drive()
    for _ in range(steps):
        run.release("step")
        await run.drive()
    return run


async def on(run: Run) -> None:
    run.release("run")
    await run.drive()


async def test_the_model_is_asked_what_the_edit_says():
    stage = Stage("fine")
    run = await stepped(stage, 0)
    run.change(2, "text", "what is 2 times 2?")
    await on(run)
    assert [message.text for message in stage.model.requests[0].messages] == ["what is 2 times 2?"]
    assert run.event(2).body.kind == "said"
    assert check(stage.log.events()) == run.state == fold(stage.log.events())


async def test_a_reversal_asks_what_was_first_said():
    stage = Stage("fine")
    run = await stepped(stage, 0)
    run.change(2, "text", "what is 2 times 2?")
    run.revert(run.state.seq)
    with pytest.raises(Impossible, match="is no edit that holds"):
        run.revert(run.state.seq)
    await on(run)
    assert [message.text for message in stage.model.requests[0].messages] == ["what is 6 times 7?"]


async def test_the_tool_is_run_with_the_arguments_of_the_edit():
    seen: list[str] = []
    stage = Stage(wants("lookup"), "done", lookup=lambda arguments, context: seen.append(arguments) or "x")
    run = await stepped(stage, 1)
    answer = next(event.seq for event in stage.log.events() if event.body.kind == "model_answered")
    run.change(answer, "arguments", '{"q":2}', call="agent.1.1")
    run.change(answer, "arguments", '{"q":3}', call="agent.1.1")
    run.revert(run.state.seq)
    await on(run)
    assert seen == ['{"q":2}']
    assert check(stage.log.events()) == run.state


@pytest.mark.parametrize(
    ("target", "field", "call"),
    [(1, "text", ""), (2, "content", ""), (2, "arguments", "agent.1.1"), (6, "arguments", "agent.9.1")],
)
async def test_what_an_event_does_not_have_cannot_be_edited(target: int, field: EditedField, call: str):
    run = await stepped(Stage(wants("lookup")), 1)
    with pytest.raises(Impossible, match=f"has no {field} to edit"):
        run.change(target, field, "x", call=call)
    with pytest.raises(Impossible, match="nothing was changed"):
        run.change(2, "text", "what is 6 times 7?")


async def test_another_cast_is_asked():
    stage = Stage("old")
    stage.models["fake:new"] = type(stage.model)("new")
    run = await stepped(stage, 0)
    run.recast(agent("agent", LOOKUP, system="be brief").model_copy(update={"model": "fake:new"}))
    await on(run)
    (asked,) = stage.models["fake:new"].requests
    assert (asked.system, [tool.name for tool in asked.tools]) == ("be brief", ["lookup"])
    assert stage.last == "answer_read agent.1 new"
    assert check(stage.log.events()) == run.state


async def test_somebody_answers_in_the_models_place_and_in_the_tools():
    stage = Stage("never asked", "done")
    run = await stepped(stage, 0)
    run.stand_in(answered("agent.1", "", "charge", "lookup"))
    run.stand_in(returned("agent.1.1", "it was paid"))
    run.stand_in(failed("agent.1.2", "skipped", "not today"))
    await on(run)
    assert stage.tools.done == []
    assert [message.text for message in stage.model.requests[0].messages][2:] == ["it was paid", "not today"]
    assert check(stage.log.events()) == run.state


@pytest.mark.parametrize("fact", [returned("agent.1"), failed("agent.9"), answered("agent.1.1")])
async def test_only_what_could_be_made_now_can_be_stood_in_for(fact: object):
    run = await stepped(Stage("hi"), 0)
    with pytest.raises(Impossible, match="does not wait to be made"):
        run.stand_in(fact)  # pyright: ignore[reportArgumentType]


def forked(stage: Stage, after: int) -> Run:
    """A fork of the stage's run after that event, on a branch of its own."""
    parent = stage.log
    stage.log = Memory(list(parent.events())[:after], number=2)
    return Run.fork(stage.log, stage.ports, parent=1, parent_seq=after, later=parent)


async def test_a_fork_starts_held_and_names_what_stays_done():
    stage = Stage(wants("charge", "lookup"), "done")
    run = stage.start(lines=["go"])
    await run.drive()
    fork = forked(stage, 3)
    held = fork.state.held
    assert held is not None
    assert held.gate == "fork"
    forked_body = fork.event(4).body
    assert isinstance(forked_body, Forked)
    assert [(done.call, done.tool) for done in forked_body.undone] == [("agent.1.1", CHARGE.name)]


async def test_a_fork_adopts_the_facts_of_calls_that_were_open_and_doubts_the_rest():
    stage = Stage(wants("charge", "lookup", "save"), "done")
    stage.tools.deeds["charge"] = stage.tools.hang
    run = stage.start(lines=["go"])
    driving = asyncio.create_task(run.drive())
    await stage.tools.hung.wait()
    await until(lambda: sum(line.startswith("tool_returned") for line in stage.lines) == 2)
    driving.cancel()
    begun = 1 + max(seq for seq, line in enumerate(stage.lines) if line.startswith("tool_called"))
    fork = forked(stage, begun)
    assert stage.lines[begun:] == [
        "forked",
        "tool_returned agent.1.2 found",
        "tool_returned agent.1.3 saved",
        "writer_took",
    ]
    assert [event.by for event in stage.log.events(begun)] == ["human", "rule", "rule", "engine"]
    await on(fork)
    assert stage.last == "held doubt agent.1.1"


async def test_a_call_that_did_nothing_has_nothing_to_undo():
    stage = Stage(wants("charge"), "done")
    run = await stepped(stage, 1)
    run.stand_in(failed("agent.1.1", "skipped", "not today"))
    await on(run)
    body = forked(stage, 3).event(4).body
    assert isinstance(body, Forked)
    assert body.undone == ()


def test_what_was_checked_or_shown_to_a_judge_is_used():
    answer = answered("agent.1", "so it is")
    given = [Said(text="hi"), asked("agent.1"), answer, OutputGiven(call="agent.1")]
    checked = story(started(), *given)
    assert first_use(checked, checked[3]) == 5
    other = story(started(), *given[:3], ("another", OutputGiven(call="agent.1")))
    assert first_use(other, other[3]) is None
    case = JudgeAsked(criteria=("polite",), refs=(2, 4), answer=5, chain="")
    judged = story(started(), *given[:3], read("agent.1"), ("judge", case))
    assert first_use(judged, judged[3]) == 6


def test_a_summary_is_used_where_what_stands_for_it_was_told():
    summed = [asked("agent.1"), answered("agent.1", "sum"), HistoryCut(dropped=1, summary=4)]
    events = story(started(), SummaryAsked(text="sum up", dropped=1), *summed)
    assert first_use(events, events[3]) is None
    events = story(started(), SummaryAsked(text="sum up", dropped=1), *summed, asked(request=Request(add=(5,))))
    assert first_use(events, events[3]) == 6


async def test_a_cut_under_a_later_one_is_taken_back_after_it():
    stage = Stage()
    stage.models["fake:agent"] = OneByOne(*[wants("lookup")] * 5, "done")
    run = stage.start(agent(window=Window(system=1, history=1, answer=1, keep=2)), lines=["go"])
    await run.drive()
    first, *_, last = [event.seq for event in stage.log.events() if isinstance(event.body, HistoryCut)]
    with pytest.raises(Impossible, match=f"goes over that of event {first}: revert"):
        run.revert(first)
    run.revert(last)


@pytest.mark.parametrize("ruling", ["accept", "discard"])
async def test_a_summary_that_was_broken_off_takes_nobodys_place_by_itself(ruling: Literal["accept", "discard"]):
    window = Window(system=1, history=1, answer=1, policy="summarise", keep=2)
    greeting = Criterion(name="greeting", check=Check(source="agent", pattern="so far"))
    stage = Stage()
    summing = OneByOne(wants("lookup"), wants("lookup"), [Delta(text="so far"), Hang()], "all of it", "done")
    stage.models["fake:agent"] = summing
    run = stage.start(agent(window=window), lines=["go"], criteria=(greeting,))
    driving = asyncio.create_task(run.drive())
    await summing.hung.wait()
    run.cancel()
    await driving
    assert stage.last == "held partial"
    assert run.state.held is not None
    assert run.state.held.call == "agent.3"
    run.settle("agent.3", ruling)
    run.release()
    await run.drive()
    cut = next(event.body for event in stage.log.events() if isinstance(event.body, HistoryCut))
    summary = run.event(cut.summary).body
    assert isinstance(summary, ModelAnswered)
    assert summary.text == ("so far" if ruling == "accept" else "all of it")
    assert not run.state.verdicts, "a summary is nobody's word"
    assert isinstance(check(stage.log.events()), State)
