"""Calls under way under a cap on seconds: when the time runs out, and what is broken off then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import NamedTuple

from workbench.budget import running_out
from workbench.events import CallFailed
from workbench.state import CallModel, CallTool, Effectful, State


class Cut(NamedTuple):
    """Why a call was broken off, and how long it took, in milliseconds."""

    reason: str
    ms: int

    def fact(self, call: str, came: str) -> CallFailed:
        """What is recorded of it; `came` is what had come of a model's answer."""
        return CallFailed(call=call, error="budget", message=self.reason, partial=came, cut=True, ms=self.ms)


class Timing:
    """The calls under way that a cap on seconds counts, and since when."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._begun: dict[str, tuple[Effectful, float]] = {}
        self._cut: dict[str, Cut] = {}

    def begin(self, commands: Sequence[Effectful]) -> None:
        """These are about to be performed."""
        now = self._monotonic()
        self._begun |= {one.key: (one, now) for one in commands if isinstance(one, CallModel | CallTool)}

    def over(self, command: Effectful) -> Cut | None:
        """It is performed, or was broken off for time: then it says so."""
        self._begun.pop(command.key, None)
        return self._cut.pop(command.key, None)

    def left(self, state: State) -> float | None:
        """Seconds until something is to be broken off; None where nothing is."""
        expiry = running_out(state, self._running())
        if expiry is None or not any(expiry.counts(one) and self._may_be_cut(one) for one, _ in self._begun.values()):
            return None
        return expiry.left

    def cut(self, state: State) -> list[str]:
        """The keys of the calls to be broken off now. A call with an effect is not: it is never torn."""
        expiry = running_out(state, self._running())
        assert expiry is not None
        mine = [
            (command, seconds)
            for command, seconds in self._running()
            if expiry.counts(command) and self._may_be_cut(command)
        ]
        # They use the cap up, also where the clock rang a moment early: else the next call would be let begin.
        missing = max(0.0, expiry.unused - sum(seconds for _, seconds in mine))
        for command, seconds in mine:
            self._cut[command.key] = Cut(expiry.reason, ceil((seconds + missing) * 1000))
            missing = 0.0
        return [command.key for command, _ in mine]

    def _running(self) -> list[tuple[Effectful, float]]:
        now = self._monotonic()
        return [(command, now - since) for command, since in self._begun.values()]

    def _may_be_cut(self, command: Effectful) -> bool:
        effect = isinstance(command, CallTool) and command.effect == "effect"
        return not effect and command.key not in self._cut
