"""What a log folds to for each who takes part: what it has to do, which of its calls are open, what it used."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Self

import msgspec

from workbench.events import Reserve
from workbench.state.transcript import Transcript

Todo = Literal["rest", "think", "tools", "check", "conclude", "cut"]


class Copied(msgspec.Struct):
    """A struct with a shallow copy, which msgspec makes and does not declare."""

    if TYPE_CHECKING:

        def __copy__(self) -> Self: ...


class Asking(msgspec.Struct, frozen=True):
    """A model call, or the check of an output, that was begun and has no fact yet.

    `told`: the bytes that its actor had not `weighed` by then.
    """

    call: str
    attempt: int
    seq: int
    since: float
    doubt: bool = False
    reserve: Reserve | None = None
    told: int = 0


class Want(msgspec.Struct, frozen=True):
    """One tool call of the batch an actor waits for.

    `status`: `wanted`, `open` (begun), `doubt` (begun by a process that is gone), `done`.
    """

    call: str
    tool: str
    arguments: str
    status: Literal["wanted", "open", "doubt", "done"] = "wanted"
    attempt: int = 0
    since: float = 0.0
    result: int = 0
    content: int = 0


class Asked(msgspec.Struct, frozen=True):
    """An actor's last request: the next one is told as what changed since."""

    seq: int
    length: int
    head: str


class Trouble(msgspec.Struct, frozen=True):
    """Why an actor cannot go on: its model failed, at `at`. `after`: seconds that it asks to be left alone.

    `final`: no other model may try in its place. `cut`: it did not fail, but the seconds of a cap ran out.
    """

    error: str
    message: str
    retryable: bool
    after: float | None = None
    at: float = 0.0
    final: bool = False
    cut: bool = False


class Recovery(msgspec.Struct, frozen=True):
    """What was done about a model that fails, until it answers.

    Attributes:
        since: when it first failed.
        tries: how many waits were begun.
        wait: `owed`: begun by a process that is gone, and waited to its end by the next; `due`: the run is
            held before the wait that follows; `doubt`: so an owed one was in logs of old, where whatever was said or
            released forgot it.
        seq, seconds, until: of the wait that is under way or owed.
    """

    since: float
    tries: int = 0
    wait: Literal["none", "open", "owed", "due", "doubt"] = "none"
    seq: int = 0
    seconds: float = 0.0
    until: float = 0.0


class Summing(msgspec.Struct, frozen=True):
    """The history is being summed up: the event that asks for it, and how many messages go then; `again` as there."""

    seq: int
    dropped: int
    again: bool = False


class Cut(msgspec.Struct, frozen=True):
    """Messages that event `seq` cut off: their references and digests, so that they can be told again.

    `summary`: the answer that sums them up, as its event; 0 where none does.
    """

    seq: int
    refs: tuple[int, ...]
    contents: tuple[int, ...]
    summary: int = 0


class Meters(Copied):
    """What was used so far.

    Attributes:
        cost: US dollars; `unpriced` counts answers whose price nobody knows.
        ms: time in calls of models and tools; calls made together count each.
        by_tool: tool calls by the tool's name.
        estimated, measured: input tokens of the calls that were estimated before: as estimated, as they were.
    """

    requests: int = 0
    iterations: int = 0
    tool_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)
    unpriced: int = 0
    ms: int = 0
    by_tool: dict[str, int] = {}
    estimated: int = 0
    measured: int = 0


class Partial(msgspec.Struct, frozen=True):
    """An answer that was broken off, and nobody has ruled on: the event that keeps it, its call and attempt."""

    seq: int
    call: str
    attempt: int


class Actor(Copied):
    """One who takes part. `answers` counts answers, so that call ids follow from it; `heard` is what it heard last.

    Attributes:
        checking: the check of its output that was begun.
        accepted: the event that accepted its output, 0 while there is none.
        rejected: counts the outputs of this turn that were not.
        weighed: tokens of its transcript up to its last answer, as its provider counted them.
        fresh: bytes of what it was told since, so that what its next request reads can be estimated.
        summing: its history is being summed up.
        cuts: what was cut off its history and not taken back; whole: nothing more is cut off by itself.
        places: lengths of its transcript when its model was asked, where it has a window.
        partial: its last answer, where that was broken off and nobody has ruled on it yet.
        meters: what it used, where several take part; the run's are those of one alone.
    """

    name: str
    head: str
    todo: Todo = "rest"
    log: Transcript = msgspec.field(default_factory=Transcript)
    asking: Asking | None = None
    asked: Asked | None = None
    answers: int = 0
    attempts: int = 0
    wants: tuple[Want, ...] = ()
    waiting: tuple[tuple[int, int], ...] = ()
    trouble: Trouble | None = None
    recovery: Recovery | None = None
    heard: int = 0
    said: int = 0
    checking: Asking | None = None
    accepted: int = 0
    rejected: int = 0
    weighed: int = 0
    fresh: int = 0
    summing: Summing | None = None
    cuts: tuple[Cut, ...] = ()
    whole: bool = False
    places: tuple[int, ...] = ()
    partial: Partial | None = None
    meters: Meters | None = None
