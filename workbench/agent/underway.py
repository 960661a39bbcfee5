"""The runs of an agent that are under way: what they come to together, and what is asked of all of them.

Runs may be in several event loops (`run_sync` has one in a thread of its own), and whoever asks in any thread: each run
is told in its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Generic

from workbench.agent.result import Output
from workbench.agent.running import AgentRun, Status
from workbench.errors import Impossible


class UnderWay(Generic[Output]):
    """Runs that were opened and are not closed yet, the oldest first."""

    def __init__(self) -> None:
        self._loops: dict[AgentRun[Output], asyncio.AbstractEventLoop] = {}
        self._last: Status = "idle"

    def add(self, run: AgentRun[Output]) -> None:
        """A run was opened, in the loop that is running."""
        self._loops[run] = asyncio.get_running_loop()

    def over(self, run: AgentRun[Any]) -> None:
        """It is being closed."""
        if self._loops.pop(run, None) is not None:
            self._last = run.status

    @property
    def runs(self) -> tuple[AgentRun[Output], ...]:
        """All of them."""
        return tuple(self._loops)

    @property
    def status(self) -> Status:
        """`running` where one is, else `paused` where one is, else what the newest came to; `idle` before the first."""
        standing: list[Status] = [run.status for run in self.runs]
        if "running" in standing:
            return "running"
        if "paused" in standing:
            return "paused"
        return standing[-1] if standing else self._last

    def stop(self) -> None:
        """Have each end as stopped, once its iteration is finished."""
        self._ask(AgentRun[Output].stop)

    def pause(self) -> None:
        """Have each that is driven hold at its next boundary.

        Raises:
            Impossible: none is.
        """
        if all(run.status != "running" for run in self.runs):
            raise Impossible("no run of this agent is under way, so there is nothing to pause")
        self._ask(_paused)

    def resume(self) -> None:
        """Have each that is paused go on.

        Raises:
            Impossible: none is.
        """
        if all(run.status != "paused" for run in self.runs):
            raise Impossible("no run of this agent is paused, so there is nothing to resume")
        self._ask(_resumed)

    def _ask(self, deed: Callable[[AgentRun[Output]], None]) -> None:
        for run, loop in list(self._loops.items()):
            if loop is _here():
                deed(run)
            elif not loop.is_closed():
                loop.call_soon_threadsafe(deed, run)


def _paused(run: AgentRun[Any]) -> None:
    if run.status == "running":  # it may have come to its end meanwhile
        run.pause()


def _resumed(run: AgentRun[Any]) -> None:
    if run.status == "paused":
        run.resume()


def _here() -> asyncio.AbstractEventLoop | None:
    """The loop that is running in this thread."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
