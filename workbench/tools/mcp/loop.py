"""An event loop in a thread of its own: servers outlive the loops of the runs that call them, and never hold one up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Loop:
    """Begun when it is first used. Whoever is cancelled while waiting cancels what is done here."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def begun(self) -> bool:
        """Whether anything was ever done here."""
        return self._loop is not None

    async def here(self, work: Coroutine[Any, Any, T]) -> T:
        """Do `work` in the thread and await it."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._begin()))

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Do `work` in the thread and stand still until it is done."""
        doing = asyncio.run_coroutine_threadsafe(work, self._begin())
        try:
            return doing.result()
        except BaseException:
            doing.cancel()
            raise

    def close(self) -> None:
        """Stop the thread; nothing must be under way."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._loop = self._thread = None

    def _begin(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="mcp", daemon=True)
            self._thread.start()
        return self._loop
