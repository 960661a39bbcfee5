"""Personas and scenarios from their files, judged wholly: form, parts that must fit together, names that must exist."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from workbench.errors import BadFile, UsedWrongly
from workbench.persona.prompt import render
from workbench.persona.schema import Persona
from workbench.scenario.consistency import complaints
from workbench.scenario.schema import Scenario
from workbench.workspace import faults
from workbench.workspace.document import Document, read
from workbench.workspace.listing import files, locate
from workbench.workspace.place import Workspace

Form = TypeVar("Form", bound=BaseModel)


def load_persona(workspace: Workspace, name: str) -> Persona:
    """The persona that goes by `name` (or lies at that path).

    Raises:
        NotFound: there is none.
        BadFile: its file is not right; the first problem, and how many more there are.
    """
    return _first(*check_persona(locate(workspace, "persona", name)))


def load_scenario(workspace: Workspace, name: str, *, tools: Collection[str] | None = None) -> Scenario:
    """The scenario that goes by `name` (or lies at that path). `tools`: the names of all tools there are.

    Raises:
        NotFound: there is none.
        BadFile: its file is not right; the first problem, and how many more there are.
    """
    return _first(*check_scenario(workspace, locate(workspace, "scenario", name), tools=tools))


def check_persona(path: Path) -> tuple[Persona | None, list[BadFile]]:
    """The persona at `path`, or all that is wrong with it."""
    persona, document, wrong = _formed(path, Persona)
    if persona is None or document is None:
        return None, wrong
    try:
        render(persona)
    except UsedWrongly as error:
        problem = str(error).removeprefix(f"persona {persona.name}: prompt: ")
        wrong = [*wrong, faults.at(document, ("prompt",), problem)]
    return (None if wrong else persona), wrong


def check_scenario(
    workspace: Workspace, path: Path, *, tools: Collection[str] | None = None
) -> tuple[Scenario | None, list[BadFile]]:
    """The scenario at `path`, or all that is wrong with it."""
    scenario, document, wrong = _formed(path, Scenario)
    if scenario is None or document is None:
        return None, wrong
    found = complaints(scenario, tools=tools, personas=files(workspace, "persona"))
    wrong = [*wrong, *(faults.at(document, place, problem) for place, problem in found)]
    return (None if wrong else scenario), wrong


def _formed(path: Path, form: type[Form]) -> tuple[Form | None, Document | None, list[BadFile]]:
    """The file as `form`, if it has that form, and what is wrong with it so far."""
    try:
        document = read(_shown(path))
    except BadFile as error:
        return None, None, [error]
    try:
        value = form.model_validate(document.data)
    except ValidationError as error:
        return None, document, faults.of_form(document, form, error)
    if document.data["name"] == path.stem:
        return value, document, []
    problem = f"says {document.data['name']!r}, but the file is named {path.stem!r}; they must be equal"
    return value, document, [faults.at(document, ("name",), problem)]


def _shown(path: Path) -> Path:
    """The path as a person would say it: from the current folder where it lies inside."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _first(value: Form | None, wrong: list[BadFile]) -> Form:
    if value is not None:
        return value
    first, more = wrong[0], len(wrong) - 1
    if not more:
        raise first
    problem = f"{first.problem} (and {more} more; 'validate' shows all)"
    raise BadFile(first.path, problem, line=first.line, field=first.field)
