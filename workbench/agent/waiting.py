"""Waiting for a coroutine where nobody may await: one event loop in a thread of its own, for all who wait.

A caller inside a running loop (a notebook, a callback) waits as well as one without. Clients of providers belong to
the loop that they were made in, so every such call has the same one.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future
from functools import cache
from queue import SimpleQueue
from typing import Any, TypeVar

from workbench.errors import Impossible

Value = TypeVar("Value")


@cache
def _loop() -> tuple[asyncio.AbstractEventLoop, threading.Thread]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="workbench agents", daemon=True)
    thread.start()
    return loop, thread


def wait_for(work: Callable[[], Coroutine[Any, Any, Value]]) -> Value:
    """What the coroutine gives or raises. ctrl+c while one waits cancels it.

    Raises:
        Impossible: one is in that very loop, which would wait for itself.
    """
    future = _begin(work())
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


def each_of(pieces: Callable[[], AsyncIterator[Value]]) -> Iterator[Value]:
    """What the async iterator gives, piece by piece as it comes; one that is left early is broken off.

    Raises:
        Impossible: as `wait_for`.
    """
    given: SimpleQueue[tuple[Value] | None] = SimpleQueue()

    async def work() -> None:
        try:
            async for piece in pieces():
                given.put((piece,))
        finally:
            given.put(None)

    future = _begin(work())
    told: tuple[Value] | None = None
    try:
        while (told := given.get()) is not None:
            yield told[0]
        future.result()
    finally:
        future.cancel()
        while told is not None:
            told = given.get()


def _begin(work: Coroutine[Any, Any, Value]) -> Future[Value]:
    loop, thread = _loop()
    if threading.current_thread() is thread:
        work.close()
        raise Impossible("this is inside a run that somebody waits for: await the async method here")
    return asyncio.run_coroutine_threadsafe(work, loop)
