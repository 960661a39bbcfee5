"""A branch's state at any of its events, from the nearest snapshot and the events after it."""

from __future__ import annotations

from workbench.errors import StoreError
from workbench.events import RunStarted
from workbench.run.ports import Reader
from workbench.state import State, fold
from workbench.state.snapshot import FORM, thaw


def state_at(reader: Reader, upto: int | None = None) -> State:
    """The state after event `upto` (the newest where None).

    Raises:
        StoreError: the branch does not start with `run_started`, or holds what this version does not know.
    """
    wanted = reader.last_seq if upto is None else upto
    state = state_kept(reader, wanted)
    return fold(reader.events(state.seq, wanted), state)


def state_kept(reader: Reader, upto: int) -> State:
    """The newest state up to event `upto` that the log keeps a snapshot of; the empty one where it keeps none."""
    snapshot = reader.snapshot(upto, FORM)
    if snapshot is not None:
        started = reader.get(1).body
        if isinstance(started, RunStarted):
            return thaw(snapshot[1], started) or State()
    return State()


def require_start(state: State) -> RunStarted:
    """The run's start.

    Raises:
        StoreError: there is none, so nothing can be done with the branch.
    """
    if state.started is None:
        raise StoreError("this branch holds no run: it has no run_started event")
    return state.started
