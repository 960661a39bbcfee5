"""What a tool may know of the run that calls it: `RunContext`, and `ModelRetry` to ask for a better call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

Deps = TypeVar("Deps")


class ModelRetry(Exception):
    """Raised by a tool whose call the model can mend; the text goes back to the model as the call's error."""


def _unheard(_: str) -> None:
    """Progress that nobody listens to."""


@dataclass(frozen=True, slots=True)
class RunContext(Generic[Deps]):
    """The first parameter of a tool that asks for it.

    Attributes:
        deps: what the program handed to the run; None outside the Python API.
        session, branch, actor, call, attempt: where in which run this call stands.
        key: the idempotency key, equal for every attempt of this call on this branch and for no other call.
        files: the only folder that file tools may touch, or None where there is none.
        progress: tells the person what a long call is doing.
    """

    deps: Deps
    session: str = ""
    branch: int = 0
    actor: str = "agent"
    call: str = ""
    attempt: int = 1
    key: str = ""
    files: Path | None = None
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    progress: Callable[[str], None] = _unheard
