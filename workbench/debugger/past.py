"""The states a branch went through, cheap to visit in any order: going back is looking, and looking is free."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from typing import Literal

from workbench.run import Log, state_at
from workbench.run.ports import Reader
from workbench.state import State, apply

_EVERY = 256
Stride = Literal["step", "next", "run"]
_STOPS = frozenset(("said", "model_answered", "tool_returned", "call_failed", "answer_read", "run_ended", "noted"))


class Past:
    """Reads one branch. States are kept at every 256th event that a visit passes, and where the last visit went."""

    def __init__(self, reader: Reader | Log) -> None:
        self._reader = reader
        self._kept: dict[int, State] = {}
        self._places: list[int] = []
        self._last: State | None = None

    def state(self, seq: int) -> State:
        """The state after event `seq`."""
        if self._last is not None and self._last.seq == seq:
            return self._last
        near = bisect_right(self._places, seq)
        state = self._kept[self._places[near - 1]] if near else None
        if state is None:
            state = state_at(self._reader, min(seq, max(1, seq - seq % _EVERY)))
            self._keep(state)
        for event in self._reader.events(state.seq, seq):
            state = apply(state, event)
            if state.seq % _EVERY == 0:
                self._keep(state)
        self._last = state
        return state

    def _keep(self, state: State) -> None:
        if state.seq not in self._kept:
            self._kept[state.seq] = state
            insort(self._places, state.seq)


def stops(kinds: Sequence[tuple[int, str]], stride: Stride) -> list[int]:
    """The places where a walk with this stride stands, ascending: (seq, kind) of every event give them.

    `step` stands after each thing said, thought, returned or concluded; `next` before each model call; `run` only
    at both ends.
    """
    if not kinds:
        return []
    if stride == "run":
        return [kinds[0][0], kinds[-1][0]]
    if stride == "next":
        places = [seq - 1 for seq, kind in kinds if kind == "model_called" and seq > 1]
    else:
        places = [seq for seq, kind in kinds if kind in _STOPS]
    return sorted({kinds[0][0], *places, kinds[-1][0]})


def following(places: Sequence[int], seq: int) -> int | None:
    """The first stop after `seq`."""
    at = bisect_right(places, seq)
    return places[at] if at < len(places) else None


def preceding(places: Sequence[int], seq: int) -> int | None:
    """The last stop before `seq`."""
    at = bisect_right(places, seq - 1)
    return places[at - 1] if at else None
