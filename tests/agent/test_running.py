"""A run while it goes on: its steps, its words, pausing and stopping it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from workbench import (
    AcceptanceCriteria,
    Agent,
    AgentRun,
    Answer,
    Budget,
    Check,
    Criterion,
    ModelRequest,
    NoOutput,
    Window,
    call_tool,
    replies,
)
from workbench.agent.running import LoopMode
from workbench.debugger.language.telling import told
from workbench.errors import Impossible
from workbench.events import LimitSet, Usage
from workbench.events.messages import Delta

WALK = ["think", "tool_call", "tool_result", "think", "output"]


def clock() -> Agent[None, str]:
    """Asks for the time once."""
    return Agent(replies(call_tool("now"), "It is late."), tools=["now"], store=None)


@pytest.mark.parametrize("mode", ["autonomous", "single_step"])
async def test_steps_come_in_order_in_either_mode(mode: LoopMode) -> None:
    async with clock().iter("what time is it?", mode=mode) as run:
        assert [step.step_type async for step in run] == WALK
        assert await run.step() is None
        result = await run.result()
    assert result.output == "It is late."
    assert [step.step_type for step in result.steps] == WALK
    assert run.status == "idle"


async def test_a_single_step_goes_exactly_as_far() -> None:
    async with clock().iter("what time is it?", mode="single_step") as run:
        assert run.status == "idle"
        step = await run.step()
        assert step is not None
        assert (step.step_type, run.status, run.report().usage.tool_calls) == ("think", "paused", 0)
        step = await run.step()
        assert step is not None
        assert (step.step_type, step.tool_name) == ("tool_call", "now")
        assert (await run.result()).output == "It is late."


async def test_what_comes_next_can_be_changed_between_two_steps() -> None:
    agent = Agent(replies(call_tool("now"), "done"), tools=["now"], store=None)
    async with agent.iter("what time is it?", mode="single_step") as run:
        step = await run.step()
        assert step is not None
        run.run.say("never mind")
        result = await run.result()
    assert [message.text for message in result.messages if message.role == "user"] == [
        "what time is it?", "never mind"
    ]  # fmt: skip


class Slow:
    """Streams a word whenever it is let."""

    name = "mine:slow"

    def __init__(self) -> None:
        self.let = asyncio.Semaphore(0)

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        for word in ("one ", "two"):
            await self.let.acquire()
            yield Delta(text=word, thinking="hm")
        yield Delta(thinking="done")
        yield Answer(text="one two", usage=Usage(input=1, output=2))


async def test_words_are_read_as_they_come() -> None:
    model = Slow()
    async with Agent(model, store=None).run_stream("count") as run:
        words: list[str] = []
        model.let.release()
        async for piece in run.text():
            assert words or run.report().steps == []
            words.append(piece)
            model.let.release()
        assert words == ["one ", "two"]
        assert (await run.result()).output == "one two"


async def test_a_run_that_is_left_is_broken_off() -> None:
    model = Slow()
    async with Agent(model, store=None).run_stream("count") as run:
        model.let.release()
        async for _ in run.text():
            break
        assert run.status == "running"
    assert run.run.state.ended is None
    assert run.run.state.open_calls == ["agent.1"]


async def test_stop_finishes_the_iteration() -> None:
    agent = Agent(lambda request: call_tool("now"), tools=["now"], store=None)
    async with agent.iter("what time is it?") as run:
        async for step in run:
            if step.step_type == "tool_call":
                run.stop()
        assert run.status == "stopped"
        with pytest.raises(NoOutput, match="stopped by the program") as raised:
            await run.result()
    assert (raised.value.report.outcome, raised.value.report.usage.iterations) == ("stopped", 1)
    assert [use.failed for use in raised.value.report.all_tool_calls] == [False]


async def test_stop_between_two_steps_ends_at_once() -> None:
    async with clock().iter("what time is it?", mode="single_step") as run:
        await run.step()
        run.stop()
        assert (run.status, await run.step()) == ("stopped", None)


def waiting() -> tuple[Agent[None, str], asyncio.Event]:
    """An agent whose tool waits for the event before it answers."""
    gate = asyncio.Event()
    agent = Agent(replies(call_tool("wait"), "It is late."), store=None)

    @agent.tool_plain(effect="read")
    async def wait() -> str:
        await gate.wait()
        return "waited"

    assert wait
    return agent, gate


async def paused(agent: Agent[None, str]) -> tuple[AgentRun[str], asyncio.Task[str]]:
    """A run that was paused at its first step, and what waits for its output."""
    opened = asyncio.get_running_loop().create_future()

    async def work() -> str:
        async with agent.iter("what time is it?", mode="autonomous") as run:
            step = await run.step()
            assert step is not None
            opened.set_result(run)
            return (await run.result()).output

    task = asyncio.create_task(work())
    return await opened, task


async def standing_still(run: AgentRun[str]) -> None:
    """Until the run is held."""
    for _ in range(1000):
        if not run.run.driving:
            return
        await asyncio.sleep(0)
    raise AssertionError("it goes on and on")


async def test_a_paused_run_goes_on_when_it_is_resumed() -> None:
    agent, gate = waiting()
    run, task = await paused(agent)
    run.pause()
    assert run.status == "paused"
    gate.set()
    await standing_still(run)
    assert (run.status, task.done()) == ("paused", False)
    with pytest.raises(Impossible, match="nothing is under way"):
        run.pause()
    run.resume()
    assert run.status == "running", "it is to go on, though nothing drives it yet"
    run.pause()
    assert run.status == "paused"
    await standing_still(run)
    assert (run.run.state.held, task.done()) == (None, False)
    run.resume()
    assert await task == "It is late."
    with pytest.raises(Impossible, match="not held"):
        run.resume()


async def test_a_pause_can_be_taken_back_before_it_holds() -> None:
    agent, gate = waiting()
    run, task = await paused(agent)
    run.pause()
    run.resume()
    assert run.status == "running"
    gate.set()
    assert await task == "It is late."
    assert run.status == "idle"


async def test_a_paused_run_can_be_stopped() -> None:
    agent, gate = waiting()
    run, task = await paused(agent)
    run.pause()
    gate.set()
    await standing_still(run)
    run.stop()
    with pytest.raises(NoOutput, match="stopped"):
        await task
    assert run.status == "stopped"


async def test_a_model_that_fails_is_status_errored() -> None:
    def fail(request: ModelRequest) -> str:
        raise ValueError("no")

    async with Agent(fail, store=None).iter("hi") as run:
        assert [step.step_type async for step in run] == ["think"]
        assert (run.status, run.report().steps[0].failed) == ("errored", True)


async def test_of_a_structured_answer_the_words_for_the_user_are_read_as_they_come() -> None:
    pieces = ['{"agent_', 'output": "Noted,', " thank ", 'you.", "system_status"', ': "complete"}']

    class Piecewise:
        name = "mine:pieces"

        async def ask(self, request: ModelRequest):
            for piece in pieces:
                yield Delta(text=piece)
                await asyncio.sleep(0)
            yield Answer(text="".join(pieces), usage=Usage(input=1, output=2))

    criteria = AcceptanceCriteria(completion_conditions=(Criterion(name="thanked", check=Check(pattern="thank")),))
    async with Agent(Piecewise(), criteria=criteria, store=None).run_stream("noted?") as run:
        words = [piece async for piece in run.text()]
    assert "".join(words) == "Noted, thank you."
    assert len(words) > 1


async def test_a_summary_of_the_history_is_not_among_the_words() -> None:
    def reads(request: ModelRequest) -> Answer:
        if "Sum up everything" in request.messages[-1].text:
            return Answer(text="SUMMARY")
        if request.messages[0].text.endswith("SUMMARY"):
            return Answer(text="done")
        return call_tool("turn")

    agent = Agent(
        reads,
        window=Window(system=300, history=60, answer=100, policy="summarise", keep=2),
        store=None,
        max_iterations=9,
    )

    @agent.tool_plain(effect="read")
    def turn() -> str:
        return "words " * 30

    assert turn
    async with agent.run_stream("read it") as run:
        words = [piece async for piece in run.text()]
        assert (await run.result()).messages[0].text.endswith("SUMMARY")
    assert words == ["done"]


async def test_the_result_can_be_asked_for_before_any_step() -> None:
    async with Agent(replies("hello"), store=None).iter("hi") as run:
        assert (await run.result()).output == "hello"
        assert run.status == "idle"


@pytest.mark.parametrize("kept", [True, False])
async def test_each_run_in_a_session_has_the_whole_budget(kept: bool, tmp_path: Path) -> None:
    budget = Budget.model_validate({"tool_calls": 1, "session": {"requests": 4}})
    answers = [call_tool("now"), "one", call_tool("now"), "two", "three"]
    store = tmp_path if kept else None
    agent = Agent(replies(*answers), tools=["now"], budget=budget, max_iterations=2, store=store)
    first = await agent.run("first")
    second = await agent.run("second", session=first.session)
    assert (first.output, second.output) == ("one", "two")
    assert (second.usage.iterations, second.usage.tool_calls) == (4, 2)
    limits = [event.body for event in second.events if isinstance(event.body, LimitSet)]
    assert {one.name: one.limit for one in limits} == {"tool_calls": "2", "iterations": "4"}
    with pytest.raises(NoOutput, match="4 of 4 model requests in this session used"):
        await agent.run("third", session=first.session)


async def test_the_words_of_a_run_that_is_held_before_each_step_let_it_go_on() -> None:
    agent = Agent(replies(call_tool("now"), "It is late."), tools=["now"], store=None)
    async with agent.iter("What time is it?") as run:
        assert (first := await run.step()) is not None
        assert first.step_type == "think"
        assert [words async for words in run.text()] == ["It is late."]
        assert (await run.result()).output == "It is late."


@pytest.mark.parametrize("mode", ["single_step", "autonomous"])
async def test_a_run_that_was_left_says_so(mode: LoopMode) -> None:
    agent = Agent(replies("x"), store=None)
    async with agent.iter("hi", mode=mode) as run:
        pass
    for going_on in (run.step(), run.result(), anext(run.text())):
        with pytest.raises(Impossible, match=f"left before its end and its session {run.session} closed"):
            await going_on
    async with agent.iter("hi", mode=mode) as run:
        await run.result()
    assert (await run.result()).output == "x", "one that came to its end is read as before"
    assert [step.step_type async for step in run] == ["think", "output"]


async def test_what_had_come_of_an_answer_when_the_time_ran_out_stays_with_the_failure() -> None:
    class Endless:
        name = "mine:endless"

        async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
            yield Delta(text="Once upon a time")
            await asyncio.Event().wait()
            yield Answer()

    agent = Agent(Endless(), budget=Budget(seconds="0.05"), store=None)
    with pytest.raises(NoOutput, match=r"of 0\.05 seconds used") as nothing:
        await agent.run("Tell me a story")
    [step] = nothing.value.report.steps
    assert (step.failed, step.content, step.partial) == (True, "the 0.05 seconds ran out", "Once upon a time")
    assert [message.role for message in nothing.value.report.messages] == ["user"], "half an answer is no answer"
    lines = [line.text.strip() for line in told(nothing.value.report.events, {})]
    assert "before that: Once upon a time" in lines
