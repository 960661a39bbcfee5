"""What a run needs from the world, passed in by whoever composes it: its log, models, tools, a clock."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec

from workbench.context import RunContext
from workbench.criteria.seen import Seen
from workbench.events import Event, Price, Tallied
from workbench.events.messages import Delta, Model, Toolbox
from workbench.state import State


class Reader(Protocol):
    """One branch's events, its parents' included."""

    @property
    def last_seq(self) -> int: ...
    def events(self, after: int = 0, upto: int | None = None) -> Iterator[Event]: ...
    def events_of(self, *kinds: str, after: int = 0) -> Iterator[Event]: ...
    def get(self, seq: int) -> Event: ...
    def snapshot(self, upto: int, version: str) -> tuple[int, bytes] | None: ...


class Log(Reader, Protocol):
    """A branch that this process writes.

    `append` is one transaction: all or (raising `DiskFull` or `NotWriter`) nothing; `durable` survives a power cut.
    """

    @property
    def number(self) -> int: ...
    def append(self, events: Sequence[Event], *, durable: bool = False) -> None: ...
    def put_snapshot(self, seq: int, version: str, state: bytes) -> None: ...
    def put_draft(self, call: str, text: str, at: float) -> None: ...


class Watcher(Protocol):
    """A face or a listener. What it raises is its own fault and must not reach the run: keep these small."""

    def recorded(self, events: Sequence[Event]) -> None:
        """These were committed."""
        ...

    def streamed(self, call: str, delta: Delta) -> None:
        """A provisional piece of a model's answer."""
        ...

    def progressed(self, call: str, words: str) -> None:
        """A tool says how far it is."""
        ...


class Checked(msgspec.Struct, frozen=True):
    """What an output counts as: its words, JSON of its value where it has a type, and what was noticed and let pass."""

    output: str
    data: str | None = None
    notes: tuple[str, ...] = ()


class OutputCheck(Protocol):
    """Checks outputs."""

    async def __call__(self, given: str, context: RunContext[Any]) -> Checked:
        """What the text `given` (a final tool's arguments, or an answer) counts as.

        Raises:
            ModelRetry: it is wrong; the words go back to the model.
            CallProblem: it is wrong, and must not go back to the model.
        """
        ...


ContextOf = Callable[[str, str, int, State], RunContext[Any]]
"""The context of an actor's call and attempt in a state."""


def unpriced(_: str) -> Price | None:
    """No price is known."""
    return None


def unheard(_: Exception) -> None:
    """Nobody wants to know of it beyond its words, which the fact has."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The other side of a run's effects.

    Attributes:
        model: finds the model behind `provider:model`; raises `UsedWrongly` or `ModelFailed` where it cannot.
        tools: the toolbox.
        lacks: why a tool that a run was given cannot be had here, "" where it can; None where all are at hand.
        session: the session's id, told to tools.
        raised: told of what a model raised that is no failure told on purpose: a bug of whoever wrote it.
        checks: asks the function of a criterion, by its name, about what was seen of a run; None where none can be.
        output: checks outputs; None where the program that brought the check along is gone.
        files: the folder that file tools may touch.
        clock: seconds since 1970; monotonic: seconds for durations.
        sleep: lets so many seconds pass.
        chance: a number from 0 to 1, 1 excluded.
        price: what `provider:model` costs; None where nobody knows.
        tally: what the session and the workspace's day have used by now, and what others than this branch have set
            aside; None where nobody else is there.
        alone: nobody else looks for room in a cap that is shared, or takes it, while this is held.
        recording: the events of a branch up to one of them, for a replay; None where there is but this one branch.
    """

    model: Callable[[str], Model]
    tools: Toolbox
    lacks: Callable[[str], str] | None = None
    output: OutputCheck | None = None
    raised: Callable[[Exception], None] = unheard
    session: str = ""
    checks: Callable[[str, Seen], Awaitable[object]] | None = None
    files: Path | None = None
    deps: Any = None
    settings: dict[str, Any] | None = None
    clock: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random
    price: Callable[[str], Price | None] = unpriced
    tally: Callable[[int], Tallied] | None = None
    alone: Callable[[], AbstractContextManager[None]] = nullcontext
    recording: Callable[[int, int], Iterable[Event]] | None = None

    def ms_since(self, begun: float) -> int:
        """Milliseconds since that moment of the monotonic clock."""
        return round((self.monotonic() - begun) * 1000)
