"""A blocking function in a daemon thread of its own: leaving never waits for it.

`asyncio.to_thread` has a few workers and joins them all at exit: a tool that hangs would starve the others and
keep the program from ending. A cancelled caller leaves the thread behind; what it does then is not known.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T], name: str = "tool") -> T:
    """The result of `work()`, or what it raised: as RuntimeError what no task can carry, or would be ended by."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()
    context = contextvars.copy_context()

    def succeed(value: T) -> None:
        if not done.done():
            done.set_result(value)

    def fail(error: BaseException) -> None:
        if not done.done():
            done.set_exception(error)

    def body() -> None:
        with contextlib.suppress(RuntimeError):  # the loop may be closed by now, and nobody waits
            try:
                value = context.run(work)
            except BaseException as error:
                if isinstance(error, StopIteration) or not isinstance(error, Exception | SystemExit):
                    error = RuntimeError(f"{type(error).__name__}: {error}")
                loop.call_soon_threadsafe(fail, error)
            else:
                loop.call_soon_threadsafe(succeed, value)

    threading.Thread(target=body, name=name, daemon=True).start()
    return await done
