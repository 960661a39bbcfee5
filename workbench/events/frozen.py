"""What every value of an event is made from: frozen, and sure of its fields."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

Kind = TypeVar("Kind", bound="Part")


class Part(BaseModel):
    """A frozen value; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    # A part is its fields and nothing else. Every answer that is stored is asked whether its usage is the default one.
    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(frozenset(vars(self).items()))


def trusted(kind: type[Kind], fields: dict[str, Any]) -> Kind:
    """A part of all its fields, in their order, which are ours: made here, or taken from parts that were checked.

    For the intents of every call; whatever comes from outside goes through the kind itself, at three times the cost.
    """
    part, put = kind.__new__(kind), object.__setattr__
    put(part, "__dict__", fields)
    put(part, "__pydantic_fields_set__", _names(kind))
    put(part, "__pydantic_extra__", None)
    put(part, "__pydantic_private__", None)
    return part


@cache
def _names(kind: type[Part]) -> set[str]:
    return set(kind.model_fields)
