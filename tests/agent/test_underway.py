"""An agent's runs together: their states, and what is asked of all of them, from whichever thread."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tests.playbook import until
from workbench import Agent, Answer, ModelRequest, NoOutput, call_tool, replies
from workbench.agent.running import AgentRun, LoopMode
from workbench.errors import Impossible


class Slow:
    """A model that asks for the time until it is told to end; each answer waits until it is let go."""

    name = "mine:slow"

    def __init__(self) -> None:
        self.asked, self.go = asyncio.Semaphore(0), asyncio.Semaphore(0)
        self.last = False

    async def ask(self, request: ModelRequest):
        self.asked.release()
        await self.go.acquire()
        yield Answer(text="done") if self.last else Answer(calls=call_tool("now").calls)


def agent_of(model: Slow) -> Agent[None, str]:
    return Agent(model, tools=["now"], store=None)


async def test_an_agent_is_idle_until_it_runs_and_after_it_came_to_its_end() -> None:
    agent = Agent(replies("hello"), store=None)
    assert (agent.status, agent.runs) == ("idle", ())
    async with agent.iter("hi") as run:
        assert agent.runs == (run,)
        await run.step()
        assert agent.status == "paused", "in single_step it holds before each phase"
        await run.result()
    assert (agent.status, agent.runs) == ("idle", ())


async def test_one_that_is_driven_makes_it_running_and_one_that_is_held_paused() -> None:
    model = Slow()
    agent = agent_of(model)
    async with agent.iter("one", mode="autonomous") as first, agent.iter("two") as second:
        task = asyncio.create_task(first.result())
        await model.asked.acquire()
        assert (agent.status, first.status, second.status) == ("running", "running", "idle")
        stepping = asyncio.create_task(second.step())
        await model.asked.acquire()
        model.go.release()
        first.pause()
        model.last = True
        model.go.release()
        await stepping
        assert (first.status, second.status, agent.status) == ("paused", "paused", "paused")
        assert agent.runs == (first, second)
        agent.stop()
        with pytest.raises(NoOutput):
            await task
        assert (first.status, second.status, agent.status) == ("stopped", "stopped", "stopped")
    assert agent.status == "stopped"


async def test_stop_finishes_the_iteration_of_each_run_and_later_runs_are_none_of_it() -> None:
    model = Slow()
    agent = agent_of(model)
    tasks = [asyncio.create_task(agent.run(words)) for words in ("one", "two")]
    for _ in tasks:
        await model.asked.acquire()
    agent.stop()
    for _ in tasks:
        model.go.release()
    for task in tasks:
        with pytest.raises(NoOutput, match="stopped by the program") as stopped:
            await task
        assert stopped.value.report.usage.tool_calls == 1
    assert agent.status == "stopped"
    model.last = True
    model.go.release()
    assert (await agent.run("three")).output == "done"
    assert agent.status == "idle"
    agent.stop()
    assert agent.status == "idle", "nothing was under way"


async def test_pause_holds_each_run_and_resume_lets_them_go_on() -> None:
    model = Slow()
    agent = agent_of(model)
    with pytest.raises(Impossible, match="no run of this agent is under way"):
        agent.pause()
    with pytest.raises(Impossible, match="no run of this agent is paused"):
        agent.resume()
    tasks = [asyncio.create_task(agent.run(words)) for words in ("one", "two")]
    for _ in tasks:
        await model.asked.acquire()
    agent.pause()
    model.last = True
    for _ in tasks:
        model.go.release()
    await until(lambda: all(run.run.state.held is not None and not run.run.driving for run in agent.runs))
    assert len(agent.runs) == 2
    agent.resume()
    assert [(await task).output for task in tasks] == ["done", "done"]


async def test_one_that_failed_leaves_it_errored() -> None:
    def broken(request: ModelRequest) -> str:
        raise KeyError("x")

    agent = Agent(broken, retries=0, store=None)
    with pytest.raises(NoOutput):
        await agent.run("hi")
    assert agent.status == "errored"


def test_another_thread_stops_and_pauses_a_run_that_somebody_waits_for() -> None:
    asked, go = threading.Semaphore(0), threading.Semaphore(0)

    def slow(request: ModelRequest) -> Answer:
        return Answer(calls=call_tool("wait").calls)

    agent = Agent(slow, store=None)

    @agent.tool_plain(effect="read")
    def wait() -> str:
        asked.release()
        go.acquire()
        return "waited"

    assert callable(wait)
    outcomes: list[str] = []

    def work() -> None:
        try:
            agent.run_sync("go")
        except NoOutput as nothing:
            outcomes.append(nothing.report.reason)

    thread = threading.Thread(target=work)
    thread.start()
    asked.acquire()
    assert agent.status == "running"
    agent.pause()
    go.release()
    (run,) = agent.runs
    while run.run.state.held is None or run.run.driving:
        pass
    agent.resume()
    asked.acquire()
    agent.stop()
    go.release()
    thread.join()
    assert outcomes == ["stopped by the program"]
    assert agent.status == "stopped"


def test_a_run_whose_loop_is_gone_is_not_asked() -> None:
    agent = agent_of(Slow())
    left: list[AgentRun[str]] = []

    async def leave() -> None:
        left.append(await agent._open("hi", None, "autonomous", "", ()))  # pyright: ignore[reportPrivateUsage]

    asyncio.run(leave())
    agent.stop()
    assert left[0].status == "idle"


async def test_its_mode_is_how_iter_goes_on() -> None:
    modes: list[tuple[LoopMode, bool]] = [("single_step", True), ("autonomous", False)]
    for mode, held in modes:
        agent = Agent(replies("hello"), mode=mode, store=None)
        async with agent.iter("hi") as run:
            await run.step()
            await run.result()
            assert any(event.body.kind == "held" for event in run.report().events) is held
    async with Agent(replies("hello"), mode="autonomous", store=None).iter("hi", mode="single_step") as run:
        await run.step()
        assert run.status == "paused"
