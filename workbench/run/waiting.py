"""Waiting before a model that failed is asked again: how long, and the time itself, which a person can cut short."""

from __future__ import annotations

import asyncio
from typing import Literal

from workbench.events import Retry, WaitBegan, WaitEnded
from workbench.run.ports import Ports
from workbench.state import State, Wait

_JITTER = 0.25
"""How much of a wait is left to chance: those whom one outage sent away do not come back all at once."""


class Waiting:
    """The waits that are under way in this process."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._woken: dict[str, asyncio.Future[Literal["skipped", "stopped"]]] = {}

    def begun(self, command: Wait, policy: Retry) -> WaitBegan:
        """The intent: until when, by the provider's own word or by a backoff with some chance in it."""
        now = self._ports.clock()
        if command.until is not None:
            return command.intent(max(0.0, command.until - now), command.until)
        seconds = command.after if command.after is not None else self._backoff(command.retry, policy)
        return command.intent(seconds, now + seconds)

    def _backoff(self, retry: int, policy: Retry) -> float:
        longest = min(policy.longest, policy.first * 2.0 ** min(retry - 1, 64))
        return longest * (1 - _JITTER * self._ports.chance())

    async def wait(self, command: Wait, state: State) -> WaitEnded:
        """Let the time pass that the intent says, or as much of it as people want."""
        recovery = state.actors[command.actor].recovery
        assert recovery is not None
        woken = self._woken[command.call] = asyncio.get_running_loop().create_future()
        sleeping = asyncio.ensure_future(self._ports.sleep(recovery.seconds))
        try:
            await asyncio.wait((sleeping, woken), return_when=asyncio.FIRST_COMPLETED)
        finally:
            del self._woken[command.call]
            sleeping.cancel()
        return WaitEnded(call=command.call, how=woken.result() if woken.done() else "elapsed")

    def end(self, how: Literal["skipped", "stopped"]) -> bool:
        """End the waits that are under way; whether there was one."""
        for woken in self._woken.values():
            if not woken.done():
                woken.set_result(how)
        return bool(self._woken)
