"""What every value of an event is made from: frozen, and sure of its fields."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A frozen value; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    # A part is its fields and nothing else. Every answer that is stored is asked whether its usage is the default one.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Part) and type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(frozenset(vars(self).items()))
