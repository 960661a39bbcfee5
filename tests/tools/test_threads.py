"""Blocking work runs in a thread of its own; its result, its exception and its context come and go as expected."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest

from workbench.tools.threads import in_thread


async def test_result_comes_from_a_daemon_thread_with_the_callers_context() -> None:
    word = contextvars.ContextVar("word", default="")
    word.set("here")
    thread, heard = await in_thread(lambda: (threading.current_thread(), word.get()), "reader")
    assert (thread.daemon, thread.name, heard) == (True, "reader", "here")


async def test_exceptions_come_through() -> None:
    with pytest.raises(KeyError):
        await in_thread(lambda: dict[str, int]()["missing"])


async def test_stop_iteration_does_not_hang() -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await in_thread(lambda: next(iter(())))


async def test_what_would_end_the_loop_or_its_task_is_a_failure_of_the_work() -> None:
    for raised in (KeyboardInterrupt("me"), asyncio.CancelledError("me"), GeneratorExit("me")):

        def work(raised: BaseException = raised) -> None:
            raise raised

        with pytest.raises(RuntimeError, match=f"{type(raised).__name__}: me"):
            await in_thread(work)


async def test_a_late_result_or_failure_after_cancellation_is_dropped() -> None:
    for fails in (False, True):
        started, go, ended = threading.Event(), threading.Event(), threading.Event()

        def work(started: threading.Event, go: threading.Event, ended: threading.Event, fails: bool) -> None:
            started.set()
            go.wait()
            ended.set()
            if fails:
                raise ValueError

        task = asyncio.create_task(in_thread(lambda a=started, b=go, c=ended, d=fails: work(a, b, c, d)))
        await asyncio.to_thread(started.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go.set()
        await asyncio.to_thread(ended.wait)
        assert await in_thread(lambda: "still well") == "still well"


def test_a_thread_that_outlives_its_loop_ends_quietly() -> None:
    started, go = threading.Event(), threading.Event()
    threads: list[threading.Thread] = []

    def work() -> None:
        threads.append(threading.current_thread())
        started.set()
        go.wait()

    async def leave() -> None:
        task = asyncio.create_task(in_thread(work))
        await asyncio.to_thread(started.wait)
        task.cancel()

    asyncio.run(leave())
    go.set()
    threads[0].join()
