"""Personas that a program brings: by name, in whatever form, until they are taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from workbench.errors import UsedWrongly
from workbench.persona.registry import register_persona, registered, unregister_persona
from workbench.persona.schema import Persona, PersonaForm

FIELDS = {"name": "my-guide", "description": "a guide"}


@pytest.fixture(autouse=True)
def gone() -> Iterator[None]:
    yield
    unregister_persona("my-guide")


@pytest.mark.parametrize("given", [FIELDS, PersonaForm.model_validate(FIELDS), Persona.model_validate(FIELDS)])
def test_any_form_serves(given: Any):
    assert register_persona(given) == PersonaForm.model_validate(FIELDS)
    assert registered()["my-guide"].description == "a guide"
    unregister_persona("my-guide")
    assert "my-guide" not in registered()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (5, "is int; it should be a Persona"),
        ({"name": "x y", "description": "a"}, "name: should be lower-case words joined by hyphens"),
        ({"name": "x", "description": "a", "version": "1"}, "version: "),
        ({"name": "x"}, "as a whole: a persona needs a description"),
    ],
)
def test_what_is_no_persona_is_refused_in_a_sentence(given: Any, words: str):
    with pytest.raises(UsedWrongly, match=words):
        register_persona(given)
