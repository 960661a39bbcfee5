"""Callbacks: what they hear, in which order, and that nothing they do reaches the run."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from workbench import AcceptanceCriteria, Agent, AgentStep, Check, Criterion, NoOutput, call_tool, replies
from workbench.agent.callbacks import Listening
from workbench.agent.place import where
from workbench.errors import ModelFailed, NotWriter
from workbench.events.messages import ModelRequest


async def test_each_hears_its_own_in_the_order_of_the_run() -> None:
    heard: list[str] = []

    async def step(one: AgentStep) -> None:
        heard.append(f"step {one.step_type}")

    agent = Agent(
        replies(call_tool("now"), "It is late."),
        tools=["now"],
        store=None,
        on_iteration=lambda number: heard.append(f"iteration {number}"),
        on_step=step,
        on_request=lambda request: heard.append(f"request of {len(request.messages)}"),
        on_response=lambda answer: heard.append(f"response {answer.text!r}"),
        on_stream_delta=lambda delta: heard.append(f"delta {delta.text!r}"),
        on_tool_start=lambda one: heard.append(f"start {one.tool_name}"),
        on_tool_end=lambda one: heard.append(f"end {one.tool_name}"),
        on_output=lambda words: heard.append(f"output {words!r}"),
        on_error=lambda one: heard.append(f"error {one.content}"),
    )
    assert (await agent.run("what time is it?")).output == "It is late."
    assert heard == [
        "iteration 1", "request of 1", "response ''",
        "step think", "step tool_call", "start now", "step tool_result", "end now",
        "iteration 2", "request of 3", "delta 'It is late.'", "response 'It is late.'",
        "step think", "step output", "output 'It is late.'",
    ]  # fmt: skip


async def test_what_a_judge_says_is_nothing_that_the_agent_did() -> None:
    heard: list[str] = []
    rubric = Criterion(name="polite", description="kind words", check=Check(rubric="Is it polite?"))

    def model(request: ModelRequest) -> str:
        if request.call.startswith("judge"):
            return '{"polite": {"met": true, "words": "please"}}'
        return '{"agent_output": "Yes, please.", "system_status": "complete"}'

    agent = Agent(
        model,
        criteria=AcceptanceCriteria(completion_conditions=(rubric,)),
        store=None,
        on_iteration=lambda number: heard.append(f"iteration {number}"),
        on_step=lambda step: heard.append(f"{step.step_type} {step.iteration}"),
        on_output=heard.append,
        on_request=lambda request: heard.append(request.call),
        on_stream_delta=lambda delta: heard.append("delta"),
    )
    async with agent.run_stream("May I?") as run:
        words = [piece async for piece in run.text()]
        result = await run.result()
    assert (words, result.output) == (["Yes, please."], "Yes, please.")
    assert [(step.step_type, step.iteration) for step in result.steps] == [("think", 1), ("output", 1)]
    assert heard == ["iteration 1", "agent.1", "delta", "think 1", "output 1", "Yes, please.", "judge.1"]


async def test_iterations_count_on_where_a_session_goes_on() -> None:
    counts: list[int] = []
    agent = Agent(replies("one", "two"), store=None, on_iteration=counts.append)
    first = await agent.run("one?")
    async with agent.iter("two?", session=first.session) as run:
        assert [step.iteration async for step in run] == [2, 2]
    assert counts == [1, 2]


async def test_errors_are_heard() -> None:
    heard: list[str] = []

    def fail(request: ModelRequest) -> str:
        raise ModelFailed("bad_request", "no")

    agent = Agent(fail, store=None, on_error=lambda step: heard.append(step.content), on_output=heard.append)
    with pytest.raises(NoOutput):
        await agent.run("hello")
    assert heard == ["no"]


async def test_one_that_fails_is_logged_and_the_run_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def boom(step: AgentStep) -> None:
        raise ValueError("boom")

    async def late_boom(words: str) -> None:
        await asyncio.sleep(0)
        raise KeyError(words)

    agent = Agent(replies("hello"), store=None, on_step=boom, on_output=late_boom)
    with caplog.at_level(logging.ERROR):
        async with agent.run_stream("hi") as run:
            assert (await run.result()).output == "hello"
    assert [type(failure).__name__ for failure in run.callback_failures] == ["ValueError", "ValueError", "KeyError"]
    assert [record.message for record in caplog.records] == [
        "on_step raised; the run goes on", "on_step raised; the run goes on", "on_output raised; the run goes on"
    ]  # fmt: skip


STUCK = """
import asyncio, threading
from workbench.agent.callbacks import Listening

async def listened():
    listening = Listening({"on_iteration": lambda number: threading.Event().wait()})
    listening.tell("on_iteration", 1)
    await listening.close(patience=0.1)

asyncio.run(listened())
print("done")
"""


@pytest.mark.slow
def test_one_that_never_comes_back_keeps_neither_the_loop_nor_the_program_from_ending() -> None:
    done = subprocess.run([sys.executable, "-c", STUCK], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "done\n"


async def test_what_ends_a_thread_is_a_failure_like_any_other() -> None:
    def leave(step: AgentStep) -> None:
        raise KeyboardInterrupt

    agent = Agent(replies("hello"), store=None, on_step=leave)
    async with agent.iter("hi") as run:
        assert (await run.result()).output == "hello"
    assert [str(failure) for failure in run.callback_failures] == ["KeyboardInterrupt()"] * 2


async def test_a_slow_one_never_holds_the_run(caplog: pytest.LogCaptureFixture) -> None:
    let = threading.Event()
    told: list[str] = []

    def slow(step: AgentStep) -> None:
        let.wait()
        told.append(step.step_type)

    agent = Agent(replies("hello"), store=None, on_step=slow)
    async with agent.run_stream("hi") as run:
        assert (await run.result()).output == "hello"
        assert told == []
        let.set()
    assert told == ["think", "output"]

    never = asyncio.Event()

    async def stuck(number: int) -> None:
        await never.wait()

    listening = Listening({"on_iteration": stuck})
    listening.tell("on_iteration", 1)
    listening.tell("on_iteration", 2)
    with caplog.at_level(logging.WARNING):
        await listening.close(patience=0.001)
    assert "1 calls are dropped" in caplog.text


async def test_a_function_that_gives_a_coroutine_is_awaited() -> None:
    heard: list[str] = []

    async def hear(words: str) -> None:
        heard.append(words)

    await Agent(replies("hello"), store=None, on_output=lambda words: hear(words.upper())).run("hi")
    assert heard == ["HELLO"]


async def test_a_run_without_callbacks_has_none_to_fail() -> None:
    async with Agent(replies("hello"), store=None).run_stream("hi") as run:
        await run.result()
    assert run.callback_failures == []


async def test_a_run_that_cannot_begin_leaves_nobody_listening(tmp_path: Path) -> None:
    agent = Agent(replies("hello"), store=tmp_path, on_output=print)
    done = await agent.run("hi")
    place = where(tmp_path)
    kept = place.open(done.session)
    with pytest.raises(NotWriter):
        await agent.run("again", session=done.session)
    kept.keeper.close()
    assert len(asyncio.all_tasks()) == 1
