"""Personas and scenarios from their files, judged wholly: form, parts that must fit together, names that must exist."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from workbench.errors import BadFile, NotFound, UsedWrongly
from workbench.persona.composing import compose
from workbench.persona.prompt import render
from workbench.persona.schema import PersonaForm, Use
from workbench.scenario.consistency import complaints
from workbench.scenario.criteria import AcceptanceCriteria, CriteriaForm
from workbench.scenario.schema import Scenario
from workbench.workspace import faults
from workbench.workspace.document import Place, read
from workbench.workspace.forms import first_of, formed
from workbench.workspace.listing import Kind, files_in, locate
from workbench.workspace.personas import form_of, persona_names
from workbench.workspace.place import Workspace


def load_scenario(workspace: Workspace, name: str, *, tools: Collection[str] | None = None) -> Scenario:
    """The scenario that goes by `name` (or lies at that path). `tools`: the names of all tools there are.

    Raises:
        NotFound: there is none.
        BadFile: its file is not right; the first problem, and how many more there are.
    """
    return first_of(*check_scenario(workspace, locate(workspace, "scenario", name), tools=tools))


def load_criteria(workspace: Workspace, name: str) -> AcceptanceCriteria:
    """The criteria of a scenario, or of a file that holds `acceptance_criteria` alone.

    Raises:
        NotFound: there is neither.
        BadFile: the file is not right; the first problem, and how many more there are.
    """
    path = locate(workspace, "scenario", name)
    if "title" in read(path).data:
        return load_scenario(workspace, name).acceptance_criteria
    form, _, wrong = formed(path, CriteriaForm)
    return first_of(form, wrong).acceptance_criteria


def check_persona(workspace: Workspace, path: Path) -> tuple[PersonaForm | None, list[BadFile]]:
    """The persona or fragment at `path`, or all that is wrong with it: of what it is made of, too."""
    form, document, wrong = formed(path, PersonaForm)
    if form is None or document is None:
        return None, wrong
    tried = form if not form.fragment else form.model_copy(update={"fragment": False, "description": "somebody"})
    try:
        whole = compose(tried, lambda name: form_of(workspace, name))
        render(whole.persona)
    except (NotFound, UsedWrongly) as error:
        problem = str(error).removeprefix(f"persona {form.name}: prompt: ")
        wrong = [*wrong, faults.at(document, _place_of(form, error, problem != str(error)), problem)]
    return (None if wrong else form), wrong


def _place_of(form: PersonaForm, error: NotFound | UsedWrongly, prompt: bool) -> Place:
    """The field that a fault of a whole persona is about."""
    if prompt:
        return ("prompt",)
    for place, trait in enumerate(form.traits):
        if isinstance(trait, Use) and repr(trait.use) in str(error):
            return ("traits", place)
    return ("base",) if form.base is not None else ()


def check_scenario(
    workspace: Workspace, path: Path, *, tools: Collection[str] | None = None
) -> tuple[Scenario | None, list[BadFile]]:
    """The scenario at `path`, or all that is wrong with it."""
    scenario, document, wrong = formed(path, Scenario)
    if scenario is None or document is None:
        return None, wrong
    found = complaints(scenario, tools=tools, personas=persona_names(workspace))
    wrong = [*wrong, *(faults.at(document, place, problem) for place, problem in found)]
    return (None if wrong else scenario), wrong


def broken(workspace: Workspace, kind: Kind) -> dict[str, BadFile]:
    """What of the workspace's own files cannot be used, by name: the first fault of each, and how many more there are.

    Each file is read and judged, which takes a while where there are many; whether its tools are there is not asked.
    """
    found: dict[str, BadFile] = {}
    for name, path in files_in(workspace.root, kind).items():
        try:
            if kind == "persona":
                first_of(*check_persona(workspace, path))
            else:
                first_of(*check_scenario(workspace, path))
        except BadFile as problem:
            found[name] = problem
    return found
