"""The states a branch went through, cheap to visit in any order: going back is looking, and looking is free."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from typing import Literal

from workbench.run import Log, state_kept
from workbench.run.ports import Reader
from workbench.state import State, fold

_EVERY = 256
_NEAR, _TRAIL = 16, 32
"""Where one is walking, states stand this much closer together, and there are so many of them."""

Stride = Literal["step", "next", "run"]
_STOPS = frozenset(("said", "model_answered", "tool_returned", "call_failed", "answer_read", "run_ended", "noted"))


class Past:
    """Reads one branch. States are kept at every 256th event that a visit passes, and closer around the last visit."""

    def __init__(self, reader: Reader | Log) -> None:
        self._reader = reader
        self._kept: dict[int, State] = {}
        self._places: list[int] = []
        self._trail: list[State] = []
        self._last: State | None = None

    def state(self, seq: int) -> State:
        """The state after event `seq`."""
        if self._last is not None and self._last.seq == seq:
            return self._last
        state, trail = self._before(seq)
        for event in self._reader.events(state.seq, seq):
            state = fold((event,), state)
            if state.seq % _EVERY == 0:
                self._keep(state)
            if state.seq % _NEAR == 0:
                trail.append(state)
        self._trail = trail[-_TRAIL:]
        self._last = state
        return state

    def _before(self, seq: int) -> tuple[State, list[State]]:
        """The nearest state at or before `seq` that is at hand, and the states of the way there."""
        near, close = bisect_right(self._places, seq), bisect_right(self._trail, seq, key=lambda state: state.seq)
        if close and (not near or self._trail[close - 1].seq >= self._places[near - 1]):
            return self._trail[close - 1], self._trail[:close]
        state = self._kept[self._places[near - 1]] if near else State()
        if seq - state.seq >= _EVERY and (kept := state_kept(self._reader, seq)).seq > state.seq:
            self._keep(state := kept)
        return state, []

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
