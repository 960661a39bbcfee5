"""What every value of an event is made from: frozen, and sure of its fields."""

from __future__ import annotations

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

    For the intents and facts of every call; whatever else goes through the kind itself, at three times the cost.
    """
    part = _new(kind)
    _set_fields(part, fields)
    _set_names(part, _NAMES[kind])
    _set_extra(part, None)
    _set_private(part, None)
    return part


class _Names(dict[type[Part], set[str]]):
    """The fields of each kind: a pydantic class is slow to tell."""

    def __missing__(self, kind: type[Part]) -> set[str]:
        names = self[kind] = set(kind.model_fields)
        return names


_NAMES = _Names()
_new = object.__new__
_set_fields, _set_names, _set_extra, _set_private = (
    vars(BaseModel)[slot].__set__
    for slot in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)
