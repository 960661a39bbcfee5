"""What the parts of a scenario file are made of: the base of every form, names of models, amounts, scripts."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema

from workbench.events.measures import MOST
from workbench.events.script import Script, ScriptTurn


class Form(BaseModel):
    """A part of a scenario; frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)


Line = Annotated[str, Field(min_length=1)]
ModelName = Annotated[
    str, Field(pattern=r"^(human|[a-z][a-z0-9_-]*:\S+)$", examples=["scripted:support-desk", "openai:gpt-5-mini"])
]


def _form_of_script(value: Any) -> str:
    return "turns" if isinstance(value, list | tuple) else "script"


ScriptForm = Annotated[
    Annotated[tuple[ScriptTurn, ...], Tag("turns")] | Annotated[Script, Tag("script")],
    Discriminator(_form_of_script),
]
"""A script, or just its turns."""


def as_script(form: Script | tuple[ScriptTurn, ...] | None) -> Script | None:
    """Either form of a script as a `Script`."""
    return Script(turns=form) if isinstance(form, tuple) else form


def _decimal(value: Any) -> Decimal | None:
    """A number in any spelling; None for what is none, below zero, or more than any cap."""
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount <= MOST else None


def _amount(value: Any) -> str | None:
    if value is None:
        return None
    amount = _decimal(value)
    if amount is None:
        raise ValueError(f"should be a number, zero or more (at most {MOST:,})")
    return f"{amount:f}"


def _count(value: Any) -> str | None:
    if value is None:
        return None
    amount = _decimal(value)
    if amount is None or amount % 1:
        raise ValueError(f"should be a whole number, zero or more (at most {MOST:,})")
    return f"{amount:.0f}"


Count = Annotated[
    int | str | None, BeforeValidator(_count), WithJsonSchema({"type": ["integer", "null"], "minimum": 0})
]
Money = Annotated[
    Decimal | float | str | None,
    BeforeValidator(_amount),
    WithJsonSchema({"type": ["number", "string", "null"], "minimum": 0}),
]
