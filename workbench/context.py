"""What a tool may know of the run that calls it: `RunContext`, and `ModelRetry` to ask for a better call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from workbench.events.messages import Message

Deps = TypeVar("Deps")


class ModelRetry(Exception):
    """Raised by a tool whose call the model can mend; the text goes back to the model as the call's error."""


class Used(Protocol):
    """What the run has used when the tool is called. `cost` in US dollars; `unpriced` answers are not in it."""

    @property
    def requests(self) -> int: ...
    @property
    def iterations(self) -> int: ...
    @property
    def tool_calls(self) -> int: ...
    @property
    def input_tokens(self) -> int: ...
    @property
    def output_tokens(self) -> int: ...
    @property
    def cost(self) -> Decimal: ...
    @property
    def unpriced(self) -> int: ...


def _unheard(_: str) -> None:
    """Progress that nobody listens to."""


def _never() -> bool:
    """Nobody cancels."""
    return False


class RunContext(msgspec.Struct, Generic[Deps], frozen=True):
    """The first parameter of a tool that asks for it.

    Attributes:
        deps: what the program handed to the run; None outside the Python API.
        session, branch, actor, call, attempt: where in which run this call stands.
        key: the idempotency key, equal for every attempt of this call on this branch and for no other call.
        files: the only folder that file tools may touch, or None where there is none.
        settings: the table `[tools]` of the workspace's `workbench.toml`.
        progress: tells the person what a long call is doing; from any thread.
        model: the `provider:model` that asked for the call.
        iteration: how many times the agents' models were asked so far.
        usage: what the run has used so far; None outside a run.
        messages: what the actor's model has been told, the answer that asks for this call last; made when looked at.
        cancelled: whether nobody waits for this call any more: a function in a thread may look and leave.
    """

    deps: Deps
    session: str = ""
    branch: int = 0
    actor: str = "agent"
    call: str = ""
    attempt: int = 1
    key: str = ""
    files: Path | None = None
    settings: dict[str, Any] = {}
    progress: Callable[[str], None] = _unheard
    model: str = ""
    iteration: int = 0
    usage: Used | None = None
    messages: Sequence[Message] = ()
    cancelled: Callable[[], bool] = _never
