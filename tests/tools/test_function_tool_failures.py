"""A function that raises, is cancelled, or stands in the way: what comes of its call."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from workbench.context import ModelRetry, RunContext
from workbench.errors import ToolFailed
from workbench.tools.function_tool import FunctionTool, tool

CONTEXT = RunContext(None)


@pytest.mark.parametrize("way", ["inline", "thread", "async"])
@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (ValueError("no such thing"), "raised", "ValueError: no such thing"),
        (KeyError(), "raised", "KeyError"),
        (SystemExit(3), "raised", "SystemExit: 3"),
        (TimeoutError("its own"), "raised", "TimeoutError: its own"),
        (StopIteration("end"), "raised", None),
        (ToolFailed("busy", "come back later"), "busy", "come back later"),
    ],
)
async def test_exceptions_become_failures(way: str, error: BaseException, kind: str, text: str | None) -> None:
    with pytest.raises(ToolFailed) as caught:
        await _raising(way, error).run("{}", CONTEXT)
    assert caught.value.type == kind
    assert text is None or caught.value.message == text
    assert "Traceback" not in caught.value.message


@pytest.mark.parametrize("way", ["inline", "thread", "async"])
async def test_retries_pass(way: str) -> None:
    with pytest.raises(ModelRetry):
        await _raising(way, ModelRetry("again")).run("{}", CONTEXT)


@pytest.mark.parametrize("way", ["inline", "async"])
async def test_cancellation_passes_where_the_caller_waits_itself(way: str) -> None:
    with pytest.raises(asyncio.CancelledError):
        await _raising(way, asyncio.CancelledError()).run("{}", CONTEXT)


@pytest.mark.parametrize("error", [asyncio.CancelledError("me"), KeyboardInterrupt("me"), GeneratorExit("me")])
async def test_what_a_thread_raises_ends_nothing_but_the_call(error: BaseException) -> None:
    with pytest.raises(ToolFailed, match=f"{type(error).__name__}: me"):
        await _raising("thread", error).run("{}", CONTEXT)


class _Own(BaseException):
    """No `Exception`, and not ours."""


@pytest.mark.parametrize("way", ["inline", "thread", "async"])
@pytest.mark.parametrize("error", [_Own("me"), BaseExceptionGroup("me", [KeyboardInterrupt()])])
async def test_what_is_no_exception_ends_nothing_but_the_call(way: str, error: BaseException) -> None:
    with pytest.raises(ToolFailed, match=f"{type(error).__name__}: me"):
        await _raising(way, error).run("{}", CONTEXT)


@pytest.mark.parametrize("way", ["inline", "thread", "async"])
async def test_an_exception_that_cannot_say_what_it_is_has_its_name(way: str) -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError

    with pytest.raises(ToolFailed) as caught:
        await _raising(way, Mute()).run("{}", CONTEXT)
    assert caught.value.message == "Mute"


async def test_an_exception_of_many_words_is_cut() -> None:
    with pytest.raises(ToolFailed) as caught:
        await _raising("async", ValueError("x" * 1_000_000)).run("{}", CONTEXT)
    assert len(caught.value.message) == 20_000 + len("ValueError: ")


async def test_what_a_sync_tool_returns_is_written_out_in_its_thread() -> None:
    loops = threading.get_ident()

    @tool(effect="read")
    def numbers() -> Iterator[bool]:
        yield threading.get_ident() == loops

    assert (await numbers.run("{}", CONTEXT)).content == "[false]"


def _raising(way: str, error: BaseException) -> FunctionTool[[], Any]:
    def fail() -> None:
        raise error

    async def fail_async() -> None:
        raise error

    if way == "async":
        return FunctionTool(fail_async)
    return FunctionTool(fail, inline=way == "inline")


async def test_a_sync_tool_does_not_block_the_loop() -> None:
    answered = threading.Event()

    @tool(effect="read")
    def wait() -> bool:
        return answered.wait(30)

    async def answer() -> None:
        answered.set()

    outcome, _ = await asyncio.gather(wait.run("{}", CONTEXT), answer())
    assert outcome.content == "true"


async def test_cancelling_an_async_tool_reaches_it() -> None:
    started, seen = asyncio.Event(), asyncio.Event()

    @tool
    async def hang() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            seen.set()

    task = asyncio.create_task(hang.run("{}", CONTEXT))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen.is_set()


async def test_a_tools_own_timeout_error_is_a_failure_like_any_other() -> None:
    @tool(timeout=30)
    async def fail() -> None:
        raise TimeoutError("the database")

    with pytest.raises(ToolFailed, match="TimeoutError: the database") as caught:
        await fail.run("{}", CONTEXT)
    assert caught.value.type == "raised"
