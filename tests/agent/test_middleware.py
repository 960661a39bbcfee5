"""What stands between an agent and its model: the order, the built-in ones, and what the log keeps."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from workbench import (
    Agent,
    Answer,
    CompressPrompt,
    FilterContent,
    LimitRate,
    LogRequests,
    ModelRequest,
    NoOutput,
    RetryFailures,
    SummariseHistory,
    call_tool,
    replies,
)
from workbench.agent.middleware import Middleware, Next, Through
from workbench.errors import ModelFailed
from workbench.events import Call
from workbench.events.messages import Delta, Message, takes_schemas


def named(name: str, seen: list[str], priority: int = 0):
    """A middleware that says when it is passed."""

    class Named:
        async def process(self, request: ModelRequest, next: Next) -> Answer:
            seen.append(f"{name} asks")
            answer = await next(request)
            seen.append(f"{name} answers")
            return answer

    made = Named()
    vars(made)["priority"] = priority
    return made


async def test_it_is_passed_by_priority_and_then_in_order() -> None:
    seen: list[str] = []

    async def plain(request: ModelRequest, next: Next) -> Answer:
        seen.append("plain asks")
        return await next(request)

    middleware = [named("a", seen), plain, named("b", seen, priority=5)]
    await Agent(replies("hello"), middleware=middleware, store=None).run("hi")
    assert seen == ["b asks", "a asks", "plain asks", "a answers", "b answers"]


async def test_it_may_change_the_request_and_the_answer_or_give_its_own() -> None:
    async def shout(request: ModelRequest, next: Next) -> Answer:
        answer = await next(replace(request, system="SHOUT"))
        return replace(answer, text=answer.text.upper())

    async def cached(request: ModelRequest, next: Next) -> Answer:
        return Answer(text="from the cache")

    def system(request: ModelRequest) -> str:
        return f"told to {request.system}"

    assert (await Agent(system, middleware=[shout], store=None).run("hi")).output == "TOLD TO SHOUT"
    assert (await Agent(system, middleware=[shout, cached], store=None).run("hi")).output == "FROM THE CACHE"


async def test_what_streams_comes_through_at_once_and_failures_too() -> None:
    class Streams:
        name, takes_schemas = "mine:streams", True

        async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
            yield Delta(text="one ")
            yield Delta(text="two")
            if request.system != "cut":
                yield Answer(text="one two")

    model = Through(Streams(), [])
    assert takes_schemas(model)
    pieces = [piece async for piece in model.ask(ModelRequest("m", "", []))]
    assert pieces == [Delta(text="one "), Delta(text="two"), Answer(text="one two")]
    with pytest.raises(ModelFailed, match="before it was whole"):
        _ = [piece async for piece in model.ask(ModelRequest("m", "cut", []))]


async def test_a_run_that_is_left_cancels_what_is_behind_middleware() -> None:
    cancelled = asyncio.Event()

    async def wait(request: ModelRequest, next: Next) -> Answer:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return await next(request)

    task = asyncio.create_task(Agent(replies("x"), middleware=[wait], store=None).run("hi"))
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await cancelled.wait()


async def test_requests_are_logged_without_their_words(caplog: pytest.LogCaptureFixture) -> None:
    def model(request: ModelRequest) -> str:
        if request.messages[-1].text == "fail":
            raise ModelFailed("overloaded", "secret words")
        return "secret words"

    agent = Agent(model, middleware=[LogRequests()], store=None)
    with caplog.at_level(logging.INFO, "workbench.requests"):
        await agent.run("hello")
        with pytest.raises(NoOutput):
            await agent.run("fail")
    assert [record.message.partition(":")[0] for record in caplog.records] == ["agent.1 attempt 1"] * 2
    assert "? tokens in, ? out, 0 calls" in caplog.records[0].message
    assert caplog.records[1].message.endswith("ms: overloaded")
    assert "secret" not in caplog.text


async def test_failures_that_may_pass_are_tried_again() -> None:
    asked: list[int] = []

    def flaky(request: ModelRequest) -> str:
        asked.append(1)
        if len(asked) < 3:
            raise ModelFailed("overloaded", "busy", retryable=True)
        return "at last"

    assert (await Agent(flaky, middleware=[RetryFailures(wait=0)], store=None).run("hi")).output == "at last"
    asked.clear()
    with pytest.raises(NoOutput, match="busy"):
        await Agent(flaky, middleware=[RetryFailures(attempts=2, wait=0)], retries=0, store=None).run("hi")

    def wrong(request: ModelRequest) -> str:
        asked.append(1)
        raise ModelFailed("auth", "no key")

    asked.clear()
    with pytest.raises(NoOutput, match="no key"):
        await Agent(wrong, middleware=[RetryFailures(wait=0)], store=None).run("hi")
    assert len(asked) == 1


async def test_a_rate_limit_lets_so_many_begin() -> None:
    limit = LimitRate(2, seconds=3600)
    agent = Agent(replies("hello"), middleware=[limit], store=None)
    await agent.run("one")
    await agent.run("two")
    third = asyncio.create_task(agent.run("three"))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not third.done()
    third.cancel()
    with pytest.raises(asyncio.CancelledError):
        await third


async def through(
    middleware: Middleware, request: ModelRequest, answer: str = "ok"
) -> tuple[list[ModelRequest], Answer]:
    """What a middleware asks for `request`, and what it gives."""
    asked: list[ModelRequest] = []

    async def last(one: ModelRequest) -> Answer:
        asked.append(one)
        return Answer(text=answer, thinking=answer)

    return asked, await middleware.process(request, last)


HISTORY = [
    Message("user", "first"),
    Message("assistant", "", calls=(Call(name="now"),), ids=("agent.1.1",)),
    Message("tool", "noon", call="agent.1.1"),
    Message("assistant", "it is noon"),
    Message("user", "and now?"),
]


async def test_history_is_summed_up_where_it_is_long() -> None:
    request = ModelRequest("m", "You help.", HISTORY, structured=True)
    (untouched,), _ = await through(SummariseHistory(over=5), request)
    assert untouched is request
    (short,), _ = await through(SummariseHistory(), request)
    assert short is request, "there are fewer messages than it keeps"
    (kept,), _ = await through(SummariseHistory(over=1, keep=10), request)
    assert kept is request
    (summing, short), _ = await through(SummariseHistory(over=4, keep=3), request, "They talked.")
    assert (summing.system, len(summing.messages), summing.structured) == ("You sum up.", 1, False)
    assert "user: first" in summing.messages[0].text
    assert [message.text for message in short.messages] == [
        "What was said so far, summed up:\n\nThey talked.", "it is noon", "and now?"
    ]  # fmt: skip


async def test_prompts_are_compressed() -> None:
    messages = [Message("user", "a   b\n\n\n\nc"), Message("tool", "x" * 100)]
    (asked,), _ = await through(CompressPrompt(longest=20), ModelRequest("m", "", messages))
    assert asked.messages[0].text == "a b\n\nc"
    assert asked.messages[1].text == f"{'x' * 10}\n[… 80 characters left out …]\n{'x' * 10}"


async def test_content_is_struck_out_both_ways() -> None:
    request = ModelRequest("m", "Bob is here", [Message("user", "I am Bob")])
    (asked,), answer = await through(FilterContent("bob"), request, "Hello Bob")
    assert (asked.system, asked.messages[0].text) == ("[redacted] is here", "I am [redacted]")
    assert (answer.text, answer.thinking) == ("Hello [redacted]", "Hello [redacted]")
    (asked,), answer = await through(FilterContent("bob", sent=False, answered=False), request, "Hello Bob")
    assert (asked is request, answer.text) == (True, "Hello Bob")


async def test_tools_work_behind_middleware() -> None:
    agent = Agent(replies(call_tool("now"), "done"), tools=["now"], middleware=[CompressPrompt()], store=None)
    assert (await agent.run("time?")).usage.tool_calls == 1
