"""Agent: from its arguments to a session, and to what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import workbench
from workbench import (
    AcceptanceCriteria,
    Agent,
    Answer,
    Budget,
    Check,
    Criterion,
    ModelRequest,
    ModelRetry,
    NoOutput,
    RunContext,
    UsedWrongly,
    call_tool,
    replies,
    tool,
)
from workbench.agent.place import where
from workbench.cli.house import House, events_of
from workbench.debugger.changing import answer_as_model, give
from workbench.errors import ModelFailed, NotFound
from workbench.events import ActorSpec, Call, Recast, RunEnded, RunStarted, Usage
from workbench.events.messages import Delta
from workbench.run import Run, check
from workbench.state import State


@dataclass
class Shop:
    """What a run is given."""

    name: str
    sold: int = 0


def agent_of_shop(store: Path | None = None) -> Agent[Shop, str]:
    """Looks an order up and sells one thing."""
    model = replies(call_tool("find_order", order="A-1"), call_tool("sell"), "Sold.")
    agent = Agent(model, deps_type=Shop, system=lambda ctx: f"You serve {ctx.deps.name}.", store=store, name="clerk")

    @agent.tool(effect="read")
    def find_order(ctx: RunContext[Shop], order: str) -> str:
        """Find an order."""
        return f"{order} of {ctx.deps.name}"

    @agent.tool
    async def sell(ctx: RunContext[Shop]) -> int:
        """Sell something."""
        ctx.deps.sold += 1
        return ctx.deps.sold

    assert callable(find_order)
    assert callable(sell)
    return agent


async def test_a_run_calls_its_tools_with_deps_and_comes_to_an_output() -> None:
    shop = Shop("the corner shop")
    result = await agent_of_shop().run("Sell me one", deps=shop)
    assert (result.output, result.outcome, result.session[:7]) == ("Sold.", "completed", "memory-")
    assert shop.sold == 1
    assert [message.role for message in result.messages] == "user assistant tool assistant tool assistant".split()
    assert result.messages[2].text == "A-1 of the corner shop"
    assert (result.usage.requests, result.usage.tool_calls, result.cost) == (3, 2, Decimal(0))
    assert [(use.name, use.arguments, use.result, use.failed) for use in result.all_tool_calls] == [
        ("find_order", '{"order":"A-1"}', "A-1 of the corner shop", False),
        ("sell", "{}", "1", False),
    ]
    assert [(step.step_type, step.iteration) for step in result.steps] == [
        ("think", 1), ("tool_call", 1), ("tool_result", 1),
        ("think", 2), ("tool_call", 2), ("tool_result", 2),
        ("think", 3), ("output", 3),
    ]  # fmt: skip
    assert repr(result).startswith("AgentResult(output='Sold.', outcome='completed', session='memory-")


async def test_a_tool_of_the_program_is_held_before_where_the_program_is_not(tmp_path: Path) -> None:
    result = await agent_of_shop(tmp_path).run("Sell me one, please", deps=Shop("the shop"))
    house = House(str(tmp_path))
    try:
        asked = next(event.seq for event in result.events if event.body.kind == "model_called")
        session = house.open(result.session).fork(asked - 1)
        answer_as_model(session, "", (Call(name="sell"),))
        await session.settled()
        session.proceed()
        await session.settled()
        assert session.standing() == (
            "HELD before sell · it is not at hand here: answer in its place (r, or return RESULT), leave it out "
            "(x, or skip), or go on in the program that has it"
        )
        give(session, "sold by hand")
        await session.settled()
        assert session.events()[-1].body.kind == "held"
        assert "tool_returned" in [event.body.kind for event in session.events(asked)]
        session.close()
    finally:
        house.close()


@pytest.mark.slow
async def test_a_run_is_a_session_that_the_house_opens_and_replays(tmp_path: Path) -> None:
    result = await agent_of_shop(tmp_path).run("Sell me one, please", deps=Shop("the shop"), tags=["trial"])
    house = House(str(tmp_path))
    try:
        row = house.store.session(result.session)
        assert (row.title, row.status, row.outcome, row.tags) == (
            "clerk: Sell me one, please", "ended", "completed", ("trial",)
        )  # fmt: skip
        events = events_of(house, result.session)
        assert isinstance(check(events), State)
        assert list(result.events) == events
        started = events[0].body
        assert isinstance(started, RunStarted)
        assert started.actors[0].system == "You serve the shop."
        assert [(one.name, one.effect) for one in started.actors[0].tools] == [
            ("find_order", "read"), ("sell", "effect")
        ]  # fmt: skip
        session = house.open(result.session)
        assert session.standing()
        session.close()
    finally:
        house.close()


async def test_a_session_goes_on_with_the_agent_as_it_is_now(tmp_path: Path) -> None:
    def count(request: ModelRequest) -> str:
        return f"{len(request.messages)} messages for {request.system!r}"

    first = await Agent(count, system="A", store=tmp_path).run("one")
    again = await Agent(count, system="A", store=tmp_path).run("two", session=first.session)
    other = await Agent(count, system="B", store=tmp_path).run("three", session=first.session)
    assert [first.output, again.output, other.output] == [
        "1 messages for 'A'", "3 messages for 'A'", "5 messages for 'B'"
    ]  # fmt: skip
    assert first.session == again.session == other.session
    assert [isinstance(event.body, Recast) for event in other.events].count(True) == 1
    assert len(first.events) < len(again.events) < len(other.events)


async def test_a_session_in_memory_goes_on_while_somebody_has_its_result() -> None:
    agent = Agent(lambda request: str(len(request.messages)), store=None)
    first = await agent.run("one")
    assert (await agent.run("two", session=first.session)).output == "3"
    with pytest.raises(NotFound, match="memory-0 was in memory only"):
        await agent.run("two", session="memory-0")


async def test_several_runs_at_once_keep_apart(tmp_path: Path) -> None:
    agent = Agent(lambda request: request.messages[-1].text.upper(), store=tmp_path)
    results = await asyncio.gather(*(agent.run(word) for word in ("a", "b", "c")))
    assert [result.output for result in results] == ["A", "B", "C"]
    assert len({result.session for result in results}) == 3


@pytest.mark.slow
async def test_a_persona_by_name_and_a_system_prompt_that_is_awaited() -> None:
    async def about(ctx: RunContext[None]) -> str:
        return "Today is Tuesday."

    def tell(request: ModelRequest) -> str:
        return request.system

    result = await Agent(tell, persona="cautious-explorer", system=about, store=None).run("who are you?")
    assert result.output.endswith("\n\nToday is Tuesday.")
    assert result.output.startswith("You are ")
    started = result.events[0].body
    assert isinstance(started, RunStarted)
    assert started.actors[0].persona is not None
    assert started.actors[0].persona.name == "cautious-explorer"


async def test_criteria_are_judged_with_evidence() -> None:
    criteria = AcceptanceCriteria(
        required_information=(Criterion(name="order", check=Check(pattern=r"\b(A-\d+)")),),
        completion_conditions=(Criterion(name="thanked", check=Check(source="agent", pattern="thank")),),
    )
    answer = '{"agent_output": "Noted, %s.", "system_status": "complete", "collected": {"order": "A-7"}}'
    done = await Agent(replies(answer % "thank you"), criteria=criteria, store=None).run("My order is A-7")
    assert (done.output, done.outcome) == ("Noted, thank you.", "completed")
    assert [(one.name, one.kind, one.met, one.words) for one in done.criteria] == [
        ("order", "required", True, "A-7"), ("thanked", "condition", True, "thank")
    ]  # fmt: skip
    unmet = await Agent(replies(answer % "good bye"), criteria=criteria, store=None).run("My order is A-7")
    assert (unmet.outcome, [one.met for one in unmet.criteria]) == ("criteria_unmet", [True, False])


@pytest.mark.parametrize(
    ("budget", "iterations", "reason"),
    [(None, 2, "2 of 2 iterations used"), (Budget(tool_calls=1), None, "1 of 1 tool calls used")],
)
async def test_a_cap_ends_the_run_without_an_output(
    budget: Budget | None, iterations: int | None, reason: str, tmp_path: Path
) -> None:
    agent = Agent(
        lambda request: call_tool("now"), tools=["now"], store=tmp_path, budget=budget, max_iterations=iterations
    )
    with pytest.raises(NoOutput, match=reason) as raised:
        await agent.run("what time is it?")
    report = raised.value.report
    assert (report.outcome, report.usage.tool_calls) == ("budget", iterations or 1)
    assert House(str(tmp_path)).store.session(report.session).outcome == "budget"


async def test_a_cap_at_wrap_up_ends_the_run_with_the_answer_that_it_leaves() -> None:
    def model(request: ModelRequest) -> str | Answer:
        return "It is late, I think." if "last answer" in request.messages[-1].text else call_tool("now")

    budget = Budget.model_validate({"tool_calls": {"limit": 1, "at": "wrap_up"}})
    result = await Agent(model, tools=["now"], budget=budget, store=None).run("What time is it?")
    assert (result.output, result.outcome) == ("It is late, I think.", "completed")
    with pytest.raises(NoOutput, match="the last answer was given"):
        await Agent(lambda _: call_tool("now"), tools=["now"], budget=budget, store=None).run("What time is it?")


async def test_a_hold_says_what_it_waits_for() -> None:
    agent = Agent(lambda request: call_tool("now"), tools=["now"], budget=Budget(tool_calls=0, at="pause"), store=None)
    with pytest.raises(NoOutput, match="it is held: 0 of 0 tool calls used") as raised:
        await agent.run("what time is it?")
    assert raised.value.report.outcome is None


async def test_a_model_that_fails_is_an_error_that_the_session_keeps() -> None:
    def fail(request: ModelRequest) -> str:
        raise ModelFailed("overloaded", "too many guests", retryable=True)

    with pytest.raises(NoOutput, match="error: too many guests") as raised:
        await Agent(fail, retries=0, store=None).run("hello")
    ended = raised.value.report.events[-1].body
    assert isinstance(ended, RunEnded)
    assert (ended.error, ended.retryable) == ("overloaded", True)


async def test_a_tool_that_asks_for_a_better_call_gets_one() -> None:
    agent = Agent(replies(call_tool("half", number=3), call_tool("half", number=4), "2 it is"), store=None)

    @agent.tool_plain(effect="read")
    def half(number: int) -> int:
        if number % 2:
            raise ModelRetry("give an even number")
        return number // 2

    result = await agent.run("halve it")
    assert [(use.result, use.failed) for use in result.all_tool_calls] == [("give an even number", True), ("2", False)]
    assert half(8) == 4


class Priced:
    """A model of the program's own, whose price nobody knows."""

    name = "mine:one"

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        yield Delta(text="Hello")
        yield Answer(text="Hello", usage=Usage(input=5, output=1))


async def test_a_model_object_and_its_unknown_price() -> None:
    result = await Agent(Priced(), store=None).run("hi")
    assert (result.output, result.cost, result.usage.input_tokens) == ("Hello", None, 5)


async def test_a_model_by_name_and_settings_that_reach_it(tmp_path: Path) -> None:
    assert (await Agent("scripted:support-desk", store=tmp_path).run("Hello")).all_tool_calls == []

    def temperature(request: ModelRequest) -> str:
        return str(request.settings["temperature"])

    assert (await Agent(temperature, settings={"temperature": 0.3}, store=None).run("?")).output == "0.3"


def test_what_cannot_be_used_is_refused_when_the_agent_is_made() -> None:
    @tool
    def now() -> str:
        return "noon"

    with pytest.raises(NotFound, match="no provider 'opnai'"):
        Agent("opnai:gpt-5-mini", store=None)
    with pytest.raises(NotFound, match="no tool named 'fly'; there are: calculator"):
        Agent(replies("x"), tools=["fly"], store=None)
    with pytest.raises(UsedWrongly, match="there is a tool named now already"):
        Agent(replies("x"), tools=["now", now], store=None)
    with pytest.raises(NotFound, match="nobody"):
        Agent(replies("x"), persona="nobody", store=None)
    agent = Agent(replies("x"), tools=[now], store=None)
    with pytest.raises(UsedWrongly, match="there is a tool named now already"):
        agent.tool_plain(now)


def test_keywords_that_nobody_takes_are_refused() -> None:
    wrong: dict[str, Any] = {"tool": ["now"]}
    with pytest.raises(UsedWrongly, match="Agent takes no 'tool'; did you mean 'tools'"):
        Agent(replies("x"), store=None, **wrong)
    heard: dict[str, Any] = {"on_setp": print}
    with pytest.raises(UsedWrongly, match="Agent takes no 'on_setp'; did you mean 'on_step'"):
        Agent(replies("x"), store=None, **heard)
    with pytest.raises(UsedWrongly, match=r"replies\(\) needs at least one answer"):
        replies()


async def test_a_tool_takes_a_context_that_has_no_type_and_must_take_one() -> None:
    agent = Agent(replies(call_tool("half", of=8), "done"), store=None)

    def half(ctx, of: int) -> int:  # pyright: ignore[reportMissingParameterType, reportUnknownParameterType]
        """Half of it."""
        return of // 2 + ctx.iteration  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]

    def bare(of: int) -> int:
        return of

    agent.tool(half)  # pyright: ignore[reportUnknownArgumentType]
    assert (await agent.run("half of 8")).all_tool_calls[0].result == "5"
    without: Any = bare
    with pytest.raises(UsedWrongly, match="tool bare: its first parameter should be a RunContext; without one"):
        agent.tool(without)


@pytest.mark.parametrize(
    ("name", "meant"), [("budget", "Budget"), ("criteria", "AcceptanceCriteria"), ("window", "Window")]
)
def test_a_dict_where_a_value_of_the_api_belongs_is_refused(name: str, meant: str) -> None:
    given: dict[str, Any] = {name: {"cost": "0.50"}}
    with pytest.raises(UsedWrongly, match=rf"{name} takes (a )?{meant}\(\.\.\.\); it was given a dict"):
        Agent(replies("hello"), **given)


async def test_it_goes_on_with_a_session_whose_agent_has_another_name(tmp_path: Path) -> None:
    started = RunStarted(title="desk", actors=(ActorSpec(name="clerk", model="human"),))
    kept = where(tmp_path).begin(started, ())
    Run.start(kept.log, kept.ports, started, by="engine")
    kept.keeper.close()
    result = await Agent(replies("hello"), store=tmp_path).run("go on", session=kept.session)
    assert (result.output, result.steps[-1].content) == ("hello", "hello")


async def test_deps_that_are_missing_are_said() -> None:
    with pytest.raises(UsedWrongly, match="clerk has a deps_type"):
        await agent_of_shop().run("hello")


def test_every_name_of_the_api_is_there() -> None:
    misspelt = "Agnet"
    for name in workbench.__all__:
        assert getattr(workbench, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'Agnet'"):
        getattr(workbench, misspelt)


def test_a_call_of_a_tool_may_have_an_argument_of_any_name() -> None:
    assert call_tool("find", name="tea").calls[0].arguments == '{"name":"tea"}'
