"""Personas that a program brings: known by name beside those of the workspace for as long as it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from workbench.errors import UsedWrongly
from workbench.persona.schema import Persona, PersonaForm

_registered: dict[str, PersonaForm] = {}


def form_of(value: object, what: str) -> PersonaForm:
    """A persona as a program may give it: a `PersonaForm`, a `Persona`, or a mapping of its fields.

    Raises:
        UsedWrongly: it is none; `what` says whose it is.
    """
    from pydantic import ValidationError

    fields: Any = value.model_dump(exclude_defaults=True) if isinstance(value, Persona) else value
    if isinstance(fields, PersonaForm):
        return fields
    if not isinstance(fields, Mapping):
        raise UsedWrongly(f"{what} is {type(value).__name__}; it should be a Persona or a mapping of its fields")
    try:
        return PersonaForm.model_validate(dict(cast("Mapping[str, Any]", fields)))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "as a whole"
        words = first["msg"].removeprefix("Value error, ")
        if place == "name" and first["type"] == "string_pattern_mismatch":
            words = "should be lower-case words joined by hyphens, as in 'support-agent'"
        raise UsedWrongly(f"{what}: {place}: {words}") from error


def register_persona(persona: PersonaForm | Persona | Mapping[str, Any]) -> PersonaForm:
    """Make a persona known by its name; one of that name in the workspace goes before it.

    Raises:
        UsedWrongly: its fields are not those of a persona.
    """
    form = form_of(persona, "the persona that is registered")
    _registered[form.name] = form
    return form


def unregister_persona(name: str) -> None:
    """Forget a registered persona, if there is one of that name."""
    _registered.pop(name, None)


def registered() -> dict[str, PersonaForm]:
    """The registered personas by name."""
    return dict(_registered)
