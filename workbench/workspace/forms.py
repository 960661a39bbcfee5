"""A persona's or scenario's file as the form that it should have, or all that is wrong with its form."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from workbench.errors import BadFile
from workbench.persona.schema import PersonaForm
from workbench.workspace import faults
from workbench.workspace.document import Document, read

Form = TypeVar("Form", bound=BaseModel)


def form_at(path: Path) -> PersonaForm:
    """The persona or fragment in a file, as it was written.

    Raises:
        BadFile: the file is not right; the first problem, and how many more there are.
    """
    form, _, wrong = formed(path, PersonaForm)
    return first_of(None if wrong else form, wrong)


def formed(path: Path, form: type[Form]) -> tuple[Form | None, Document | None, list[BadFile]]:
    """The file as `form`, if it has that form, and what is wrong with it so far."""
    try:
        document = read(_shown(path))
    except BadFile as error:
        return None, None, [error]
    try:
        value = form.model_validate(document.data)
    except ValidationError as error:
        return None, document, faults.of_form(document, form, error)
    if "name" not in form.model_fields or document.data["name"] == path.stem:
        return value, document, []
    problem = f"says {document.data['name']!r}, but the file is named {path.stem!r}; they must be equal"
    return value, document, [faults.at(document, ("name",), problem)]


def _shown(path: Path) -> Path:
    """The path as a person would say it: from the current folder where it lies inside."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def first_of(value: Form | None, wrong: list[BadFile]) -> Form:
    """The form, or its first fault, with how many more there are."""
    if value is not None:
        return value
    first, more = wrong[0], len(wrong) - 1
    if not more:
        raise first
    problem = f"{first.problem} (and {more} more; 'validate' shows all)"
    raise BadFile(first.path, problem, line=first.line, field=first.field)
