"""Results that are not there yet: the agent asks for them, also after a restart, and is never told a guess."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.playbook import Stage, agent, until, wants
from workbench.context import ModelRetry, RunContext
from workbench.errors import ToolFailed
from workbench.events import Call
from workbench.tools.function_tool import FunctionTool, tool
from workbench.tools.pending import Pending
from workbench.tools.registry import Registry


class Works:
    """A works that makes things; what it has made survives any process of ours."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}

    def tool(self) -> FunctionTool[Any, Any]:
        def check(ctx: RunContext[Any], ref: str) -> object:
            return {"made": self.made[ref]} if ref in self.made else Pending(ref, "being painted")

        @tool(effect="effect", check=check)
        def make(what: str) -> Pending:
            """Have something made."""
            return Pending(f"job-{what}")

        return make


@tool(effect="read")
def plain() -> None:
    """Never pending."""


CONTEXT = RunContext(None, session="s1", branch=1, call="agent.1.1")


async def asked(registry: Registry, handle: object, context: RunContext[Any] = CONTEXT) -> Any:
    return json.loads((await registry.call("check_pending", json.dumps({"handle": handle}), context)).content)


async def test_a_pending_result_is_asked_for_until_it_is_there():
    works = Works()
    registry = Registry([works.tool()])
    given = json.loads((await registry.call("make", '{"what": "a:chair"}', CONTEXT)).content)
    assert given == {
        "pending": "make:job-a:chair",
        "message": "the result is not there yet",
        "next": "call check_pending with this handle to ask for the result",
    }
    assert (await asked(registry, given["pending"]))["message"] == "being painted"
    works.made["job-a:chair"] = "a chair"
    another_process = Registry([works.tool()])
    assert await asked(another_process, given["pending"]) == {"made": "a chair"}


def test_the_tool_that_asks_goes_with_those_that_need_it():
    names = [spec.name for spec in Registry([Works().tool()]).specs(["make"])]
    assert names == ["make", "check_pending"]
    assert [spec.name for spec in Registry([plain]).specs()] == ["plain"]
    assert "check_pending" not in Registry([Works().tool()]).names


@pytest.mark.parametrize("handle", ["", "make", "nothing:1", "plain:1", 5])
async def test_a_handle_that_is_none_is_to_be_mended(handle: object):
    registry = Registry([Works().tool(), plain])
    with pytest.raises(ModelRetry, match="handle"):
        await asked(registry, handle)
    for arguments in ("{", "[]", "{}"):
        with pytest.raises(ModelRetry, match="`handle` is missing"):
            await registry.call("check_pending", arguments, CONTEXT)


async def test_a_promise_without_a_way_to_ask_for_it():
    @tool(effect="read", pending_after=60)
    def promise() -> Pending:
        return Pending("1")

    registry = Registry([promise])
    given = json.loads((await registry.call("promise", "{}", CONTEXT)).content)
    with pytest.raises(ToolFailed, match="promise has no way to ask") as failed:
        await asked(registry, given["pending"])
    assert failed.value.type == "no_check"


async def test_what_a_check_raises_is_a_failure():
    def check(ctx: RunContext[Any], ref: str) -> object:
        raise ValueError("no such job")

    @tool(check=check)
    def promise() -> Pending:
        return Pending("1")

    with pytest.raises(ToolFailed, match="ValueError: no such job"):
        await asked(Registry([promise]), "promise:1")


class Slow:
    """A tool that takes as long as it is let."""

    def __init__(self, patience: float = 0.001, **declared: Any) -> None:
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.ended = False

        @tool(pending_after=patience, **declared)
        async def dig(ctx: RunContext[Any], deep: int = 1) -> str:
            """Dig."""
            try:
                ctx.progress("dug half")
                self.begun.set()
                await self.go_on.wait()
                if deep > 1:
                    raise ToolFailed("rock", "there is rock")
                return "dug"
            finally:
                self.ended = True

        self.registry = Registry([dig])


async def test_a_call_that_takes_too_long_goes_on_while_the_agent_does():
    slow = Slow()
    given = json.loads((await slow.registry.call("dig", "{}", CONTEXT)).content)
    assert given["pending"] == "dig:@1.agent.1.1"
    assert given["message"] == "dug half"
    assert (await asked(slow.registry, given["pending"]))["message"] == "dug half"
    slow.go_on.set()
    await until(lambda: slow.ended)
    await asyncio.sleep(0)
    outcome = await slow.registry.call("check_pending", json.dumps({"handle": given["pending"]}), CONTEXT)
    assert outcome.content == "dug"
    elsewhere = RunContext(None, session="s2")
    with pytest.raises(ToolFailed, match="the process that ran dig has ended"):
        await asked(slow.registry, given["pending"], elsewhere)


async def test_one_that_is_quick_enough_is_no_different_from_others():
    slow = Slow()
    slow.go_on.set()
    assert (await slow.registry.call("dig", "{}", RunContext(None, session="quick"))).content == "dug"
    with pytest.raises(ToolFailed, match="there is rock"):
        await slow.registry.call("dig", '{"deep": 2}', RunContext(None, session="quick"))


async def test_one_that_fails_later_fails_when_it_is_asked_for():
    slow = Slow()
    context = RunContext(None, session="later", branch=1, call="agent.1.1")
    given = json.loads((await slow.registry.call("dig", '{"deep": 2}', context)).content)
    slow.go_on.set()
    await until(lambda: slow.ended)
    await asyncio.sleep(0)
    with pytest.raises(ToolFailed, match="there is rock"):
        await asked(slow.registry, given["pending"], context)


async def test_cancelling_it_while_it_is_waited_for_reaches_it():
    slow = Slow(patience=60)
    calling = asyncio.create_task(slow.registry.call("dig", "{}", RunContext(None, session="cancelled")))
    await slow.begun.wait()
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    await until(lambda: slow.ended)


@pytest.mark.parametrize(
    ("effect", "told"),
    [("read", "call it again if it is still needed"), ("effect", "nobody knows whether it happened")],
)
def test_after_its_process_has_ended_nobody_knows(effect: Any, told: str):
    """Each `asyncio.run` is a process of its own as far as the work in it goes: it ends with it."""

    async def before() -> str:
        slow = Slow(effect=effect)
        return json.loads((await slow.registry.call("dig", "{}", CONTEXT)).content)["pending"]

    async def after(handle: str) -> Any:
        return await asked(Slow(effect=effect).registry, handle)

    handle = asyncio.run(before())
    with pytest.raises(ToolFailed, match=told) as failed:
        asyncio.run(after(handle))
    assert failed.value.type == "lost"


async def test_an_agent_checks_back_in_a_run():
    works = Works()
    registry = Registry([works.tool()])
    make = Call(name="make", arguments='{"what": "chair"}')
    check = Call(name="check_pending", arguments='{"handle": "make:job-chair"}')
    stage = Stage(wants(make), wants(check), wants(check), "There it is.")

    async def toolbox(arguments: str, context: RunContext[Any]) -> Any:
        outcome = await registry.call("check_pending", arguments, context)
        works.made["job-chair"] = "a chair"
        return outcome

    async def making(arguments: str, context: RunContext[Any]) -> Any:
        return await registry.call("make", arguments, context)

    stage.tools.deeds |= {"check_pending": toolbox, "make": making}
    await stage.start(agent("agent", *registry.specs()), lines=["A chair, please."]).drive()
    results = [line for line in stage.lines if line.startswith("tool_returned")]
    assert "being painted" in results[1]
    assert results[2] == 'tool_returned agent.3.1 {"made":"a chair"}'
