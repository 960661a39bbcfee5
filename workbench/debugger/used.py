"""Which recorded call has used what a person is about to change: if one has, the change is made in a fork before it."""

from __future__ import annotations

import msgspec

from workbench.debugger.session import Session
from workbench.events import ModelCalled
from workbench.run.inheritance import first_use


class Use(msgspec.Struct, frozen=True):
    """Event `seq`, about call `call`, used what an edit would change, so the edit is made in a fork."""

    seq: int
    call: str

    @property
    def forks_at(self) -> int:
        """The event after which the fork leaves."""
        return self.seq - 1


def use_of(session: Session, target: int, call: str = "", after: int = 0) -> Use | None:
    """Who used what event `target` (with `call`: its call's arguments) says; None where an edit is made in place.

    `after`: only uses after this event count, as for the edit that event `after` made.
    """
    used = first_use(session.events(max(target, after)), session.event(target), call)
    return None if used is None else Use(used, str(getattr(session.event(used).body, "call", "")))


def prompt_use(session: Session, actor: str, after: int = 0) -> Use | None:
    """The first call, after event `after`, that was told an actor's system prompt."""
    for event in session.events_of("model_called", after=after):
        if event.actor == actor and isinstance(event.body, ModelCalled):
            return Use(event.seq, event.body.call)
    return None
