"""Driving a run: turns, tools together and one by one, holds, caps, failures, words said meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from tests.playbook import (
    LOOKUP,
    Hang,
    Stage,
    agent,
    cap,
    raises,
    says,
    until,
    wants,
)
from workbench.context import ModelRetry, RunContext
from workbench.errors import Impossible, ModelFailed, ToolFailed, UsedWrongly
from workbench.events import Criterion, UserSide
from workbench.events.messages import Delta
from workbench.state import fold


async def test_a_turn_with_a_tool():
    stage = Stage(wants("lookup"), "it is 42")
    run = stage.start()
    run.say("what is it?")
    await run.drive()
    assert stage.lines == [
        "run_started",
        "said human: what is it?",
        "model_called agent.1",
        "model_answered agent.1 lookup",
        "tool_called agent.1.1 lookup",
        "tool_returned agent.1.1 found",
        "model_called agent.2",
        "model_answered agent.2 it is 42",
        "answer_read agent.2 it is 42",
    ]
    assert run.waiting
    assert run.state == fold(stage.log.events())


async def test_the_users_lines_are_said_in_turn():
    stage = Stage("hi", "bye")
    await stage.start(lines=["hello", "that is all"]).drive()
    assert [line for line in stage.lines if line.startswith(("said", "answer_read"))] == [
        "said rule: hello",
        "answer_read agent.1 hi",
        "said rule: that is all",
        "answer_read agent.2 bye",
    ]


async def test_calls_of_one_answer_run_together():
    """Each waits for the other: they end only if both have begun."""
    together = asyncio.Barrier(2)

    async def meet(arguments: str, context: RunContext[object]) -> str:
        await together.wait()
        return "met"

    stage = Stage(wants("lookup", "charge"), lookup=meet, charge=meet)
    run = stage.start(lines=["go"])
    await run.drive()
    assert stage.lines[4:8] == [
        "tool_called agent.1.1 lookup",
        "tool_called agent.1.2 charge",
        "tool_returned agent.1.1 met",
        "tool_returned agent.1.2 met",
    ]


async def test_results_are_told_in_call_order_whichever_came_first():
    async def slow(arguments: str, context: RunContext[object]) -> str:
        await until(lambda: "tool_returned agent.1.2 quick" in stage.lines)
        return "slow"

    stage = Stage(wants("lookup", "charge"), lookup=slow, charge=says("quick"))
    await stage.start(lines=["go"]).drive()
    assert stage.lines[6:8] == ["tool_returned agent.1.2 quick", "tool_returned agent.1.1 slow"]
    assert [message.text for message in stage.model.requests[1].messages[2:]] == ["slow", "quick"]


async def test_stepping_stands_before_every_phase_and_runs_calls_one_by_one():
    stage = Stage(wants("lookup", "save"), "done")
    run = stage.start(lines=["go"], mode="step")
    await run.drive()
    stood: list[tuple[str, str]] = []
    while run.state.held:
        stood.append((run.state.held.phase, run.state.held.command))
        run.release("step")
        await run.drive()
    assert stood == [
        ("think", "agent.1"),
        ("call", "agent.1.1"),
        ("call", "agent.1.2"),
        ("result", "agent.2"),
        ("output", "agent.2 output"),
    ]


async def test_next_stands_before_each_thought_and_finish_at_the_end_of_the_turn():
    stage = Stage(wants("lookup"), "one", "two")
    run = stage.start(lines=["go", "on"], mode="next")
    await run.drive()
    assert stage.last == "held step agent.1"
    run.release("next")
    await run.drive()
    assert stage.last == "held step agent.2"
    run.release("finish")
    await run.drive()
    assert stage.lines[-3:] == ["answer_read agent.2 one", "said rule: on", "held step agent.3"]


async def test_a_model_that_fails_ends_the_run_and_it_can_be_tried_again():
    stage = Stage(ModelFailed("overloaded", "too busy", retryable=True))
    run = stage.start(lines=["go"])
    await run.drive()
    assert stage.lines[-2:] == ["call_failed agent.1 overloaded", "run_ended error"]
    assert run.state.ended is not None
    assert run.state.ended.retryable
    stage.model.lines = ["there you go"]
    run.release()
    await run.drive()
    assert stage.lines[-4:] == [
        "released run",
        "model_called agent.1 again 2",
        "model_answered agent.1 there you go",
        "answer_read agent.1 there you go",
    ]


async def test_speaking_after_a_failure_asks_again_with_the_new_words():
    stage = Stage(ModelFailed("overloaded", "too busy"))
    run = stage.start()
    run.say("hello")
    await run.drive()
    stage.model.lines = ["hi"]
    run.say("are you there?")
    await run.drive()
    assert stage.last == "answer_read agent.1 hi"
    assert [message.text for message in stage.model.requests[1].messages] == ["hello", "are you there?"]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ModelRetry("no such order"), "call_failed agent.1.1 invalid_call"),
        (ToolFailed("timeout", "took too long", retryable=True), "call_failed agent.1.1 timeout"),
        (KeyError("x"), "call_failed agent.1.1 raised"),
    ],
)
async def test_a_tool_that_fails_is_told_to_the_model(error: Exception, line: str):
    stage = Stage(wants("lookup"), "I see", lookup=raises(error))
    await stage.start(lines=["go"]).drive()
    assert stage.lines[5] == line
    told = stage.model.requests[1].messages[-1]
    assert (told.role, told.failed) == ("tool", True)


async def test_a_tool_that_the_agent_was_not_given_is_never_run():
    stage = Stage(wants("charge"), "I see")
    await stage.start(agent("agent", LOOKUP), lines=["go"]).drive()
    assert stage.tools.done == []
    assert stage.model.requests[1].messages[-1].text == "no tool named 'charge'; there are: lookup"


async def test_two_calls_never_both_use_the_last_unit():
    stage = Stage(wants("lookup", "lookup", "lookup"))
    run = stage.start(lines=["go"], caps=(cap("tool_calls", 2),))
    await run.drive()
    assert len(stage.tools.done) == 2
    assert stage.lines[-3:] == ["tool_returned agent.1.1 found", "tool_returned agent.1.2 found", "run_ended budget"]


async def test_a_cap_that_pauses_holds_until_it_is_raised():
    stage = Stage(wants("lookup"), "done")
    run = stage.start(lines=["go"], caps=(cap("iterations", 1, "pause"),))
    await run.drive()
    assert stage.last == "held budget agent.2"
    run.release()
    await run.drive()
    assert stage.lines[-2:] == ["released run agent.2", "held budget agent.2"]
    run.limit("iterations", "2")
    run.release()
    await run.drive()
    assert stage.last == "answer_read agent.2 done"


async def test_a_cap_is_checked_where_it_is_set():
    run = Stage().start()
    with pytest.raises(UsedWrongly, match="must be a number"):
        run.limit("cost", "much")
    assert run.state.seq == 1


async def test_an_agent_with_criteria_completes_when_they_are_met():
    say = '{"agent_output": "noted A-17", "system_status": "complete", "collected": {"order": "A-17"}}'
    stage = Stage(say)
    run = stage.start(agent("agent", structured=True), lines=["my order is A-17"], criteria=(Criterion(name="order"),))
    await run.drive()
    assert stage.lines[-3:] == ["answer_read agent.1 noted A-17", "criterion_judged order True", "run_ended completed"]
    assert run.state.verdicts["order"].seq == 2


async def test_a_played_user_and_an_agent_hear_each_other():
    stage = Stage("what tea?", "here you are")
    stage.models["fake:user"] = type(stage.model)("tea, please", "green")
    run = stage.start(
        agent(), agent("user", role="user"), user=UserSide(kind="actor", actor="user"), caps=(cap("iterations", 2),)
    )
    await run.drive()
    assert [message.text for message in stage.model.requests[1].messages] == ["tea, please", "what tea?", "green"]
    assert stage.last == "run_ended budget"


async def test_words_said_while_it_thinks_are_heard_next():
    stage = Stage([Delta(text="wel"), "well"], "I heard")
    run = stage.start()
    run.say("hello")

    class Interrupts:
        def recorded(self, events: object) -> None: ...
        def progressed(self, call: str, words: str) -> None: ...
        def streamed(self, call: str, delta: Delta) -> None:
            run.say("wait!")

    run.watch(Interrupts())
    await run.drive()
    assert [message.text for message in stage.model.requests[1].messages] == ["hello", "well", "wait!"]


async def test_watchers_hear_what_streams_what_is_said_of_progress_and_what_was_recorded():
    heard: list[str] = []

    class Watcher:
        def recorded(self, events: object) -> None:
            heard.append("recorded")

        def streamed(self, call: str, delta: Delta) -> None:
            heard.append(f"{call} {delta.text}{delta.thinking}")

        def progressed(self, call: str, words: str) -> None:
            heard.append(f"{call} {words}")

    def slowly(arguments: str, context: RunContext[object]) -> str:
        context.progress("half way")
        return "done"

    stage = Stage([Delta(thinking="hm"), Delta(text="a"), wants("lookup")], lookup=slowly)
    run = stage.start(lines=["go"])
    run.watch(Watcher())
    await run.drive()
    assert [line for line in heard if line != "recorded"] == ["agent.1 hm", "agent.1 a", "agent.1.1 half way"]


async def test_a_run_is_driven_once_at_a_time():
    stage = Stage([Hang()])
    run = stage.start(lines=["go"])
    driving = asyncio.create_task(run.drive())
    await stage.model.hung.wait()
    with pytest.raises(Impossible, match="driven already"):
        await run.drive()
    assert run.driving
    driving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await driving
    assert not run.driving


async def test_a_drive_that_never_waits_lets_others_have_their_turn():
    stage = Stage(*[wants("lookup")] * 400, "done")
    run = stage.start(lines=["go"])
    turns = 0

    async def other() -> None:
        nonlocal turns
        while not run.waiting or not run.state.output:
            turns += 1
            await asyncio.sleep(0)

    await asyncio.gather(run.drive(), other())
    assert turns > 3


async def test_time_never_runs_backwards():
    stage = Stage("hi")
    times = iter([5.0, 3.0, 9.0, 1.0, 1.0, 1.0])
    object.__setattr__(stage.ports, "clock", lambda: next(times))
    run = stage.start()
    run.say("hello")
    await run.drive()
    assert [event.at for event in stage.log.events()] == [5.0, 5.0, 9.0, 9.0, 9.0]


async def test_a_tool_knows_where_it_is_called():
    seen: list[RunContext[object]] = []

    def look(arguments: str, context: RunContext[object]) -> str:
        seen.append(context)
        return "ok"

    stage = Stage(wants("charge"), charge=look)
    await stage.start(lines=["go"]).drive()
    (context,) = seen
    assert (context.session, context.branch, context.actor, context.call, context.attempt, context.key) == (
        "s1",
        1,
        "agent",
        "agent.1.1",
        1,
        "s1/1/agent.1.1",
    )


async def test_effects_are_recorded_so_that_a_power_cut_cannot_take_them_back():
    stage = Stage(wants("charge"), wants("lookup"), "done")
    await stage.start(lines=["go"]).drive()
    lines = stage.lines
    durable = [lines[seq - 1].split()[0] for seq in sorted(stage.log.durable)]
    assert "tool_called" in durable
    assert "tool_returned" in durable
    assert lines.index("tool_called agent.2.1 lookup") + 1 not in stage.log.durable
