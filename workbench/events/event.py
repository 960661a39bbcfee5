"""An event: one body, and where, when, by whom and for which actor it happened; and its stored form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from pydantic import ValidationError

from workbench.errors import StoreError
from workbench.events.bodies.body import KINDS, Body
from workbench.events.upcast import upcast

By = Literal["engine", "human", "agent", "rule"]


class Event(msgspec.Struct, frozen=True):
    """A fact in the past tense; the log is nothing but these.

    Attributes:
        branch: the branch that holds it (not the one that reads it through a fork).
        seq: its place, dense from 1 along a lineage of branches.
        at: seconds since 1970 UTC; never runs backwards along a lineage.
        by: who caused it.
        actor: whom it is about; "" where it is about the run.
    """

    branch: int
    seq: int
    at: float
    by: By
    actor: str
    body: Body

    @property
    def id(self) -> int:
        """The key it is stored under: `branch << 32 | seq`."""
        return self.branch << 32 | self.seq


def stored(body: Body) -> tuple[str, int, str]:
    """A body as it is kept: its kind, its form, and the JSON of its fields that are not at their default."""
    kind, version, to_json = _KEPT[type(body)]
    return kind, version, to_json(body, exclude_defaults=True).decode()


class _Kept(dict[type[Body], tuple[str, int, Callable[..., bytes]]]):
    """How each kind is kept: every event asks, and a pydantic class is slow to tell."""

    def __missing__(self, cls: type[Body]) -> tuple[str, int, Callable[..., bytes]]:
        kept = self[cls] = cls.kind, cls.VERSION, cls.__pydantic_serializer__.to_json
        return kept


_KEPT = _Kept()


def decode(kind: str, version: int, stored: bytes | str) -> Body:
    """The body that `stored` holds, brought up to today's form.

    Raises:
        StoreError: a kind or version that this Workbench does not know, or a body that is damaged.
    """
    cls = KINDS.get(kind)
    if cls is None:
        raise StoreError(
            f"the log holds an event of kind {kind!r}, which this version of Workbench does not know; update it"
        )
    try:
        if version != cls.VERSION:
            stored = upcast(kind, version, cls.VERSION, stored)
        return cls.__pydantic_validator__.validate_json(stored)
    except (ValueError, TypeError) as error:
        raise StoreError(f"the log holds a damaged {kind!r} event: {first_complaint(error)}") from error


def first_complaint(error: Exception) -> str:
    """What is wrong first, on one line: for a field that is not as its kind wants it, where it is and why."""
    if isinstance(error, ValidationError):
        wrong = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return ": ".join([*map(str, wrong["loc"]), wrong["msg"]])
    return str(error)


def as_dict(event: Event) -> dict[str, Any]:
    """The event as one flat JSON object: `branch, seq, at, by, actor, kind, v`, then the body's fields."""
    head = {"branch": event.branch, "seq": event.seq, "at": event.at, "by": event.by, "actor": event.actor}
    head |= {"kind": event.body.kind, "v": event.body.VERSION}
    return head | event.body.model_dump(mode="json", exclude_defaults=True)
