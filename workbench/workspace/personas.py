"""Personas by name, wherever they come from: the workspace, a running program, installed packages, what is shipped.

The first of these that knows a name has it. Only packages are imported for it, and only where no file has the name.
"""

from __future__ import annotations

import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import BadFile, NotFound, UsedWrongly
from workbench.workspace.listing import ENDINGS, Entry, entry_of, files_in, list_files, locate
from workbench.workspace.place import Workspace, shipped_root

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from workbench.persona.composing import Composed
    from workbench.persona.schema import Persona, PersonaForm

GROUP = "workbench.personas"
"""The entry points by which a package brings personas: a `Persona`, a mapping of fields, or a function giving one."""


def list_personas(workspace: Workspace) -> list[Entry]:
    """Every persona, by name, fragments among them. Installed packages are not imported."""
    own, shipped = files_in(workspace.root, "persona"), files_in(shipped_root(), "persona")
    entries = {name: _entry(name, "", f"package {point.module.partition('.')[0]}") for name, point in _points().items()}
    entries = {name: entry_of(name, path, shipped=True) for name, path in shipped.items()} | entries
    for name, form in _registered().items():
        entries[name] = _entry(name, form.description or "", "program", fragment=form.fragment)
    entries |= {name: entry_of(name, path, shipped=False) for name, path in own.items()}
    return [entries[name] for name in sorted(entries)]


def persona_names(workspace: Workspace) -> set[str]:
    """All names; installed packages are not imported."""
    return {*list_files(workspace, "persona"), *_points(), *_registered()}


def form_of(workspace: Workspace, name: str) -> PersonaForm:
    """The persona or fragment that goes by `name`, as it was written; `_` stands for `-` as well.

    Raises:
        NotFound: there is none; says what is near.
        BadFile: its file is not right.
        UsedWrongly: what a package brings under this name is none.
    """
    from workbench.workspace.forms import form_at

    if name.endswith(ENDINGS):
        return form_at(locate(workspace, "persona", name))
    name = _hyphened(name)
    own = files_in(workspace.root, "persona").get(name)
    if own is not None:
        return form_at(own)
    for source in (_registered().get(name), _of_package(name)):
        if source is not None:
            return source
    shipped = files_in(shipped_root(), "persona").get(name)
    if shipped is not None:
        return form_at(shipped)
    near = get_close_matches(name, persona_names(workspace), 1, 0.5)
    hint = f"; did you mean {near[0]!r}?" if near else "; 'workbench personas list' shows all"
    raise NotFound(f"there is no persona {name!r}{hint}")


def composed(workspace: Workspace, name: str) -> Composed:
    """The persona that goes by `name` (or lies at that path), with its base and fragments merged in.

    Raises:
        NotFound: there is none, or none that it is made of.
        BadFile: its file is not right, or its prompt cannot be rendered.
        UsedWrongly: it is a fragment, or made of itself.
    """
    from workbench.persona.composing import compose
    from workbench.persona.prompt import render

    form = form_of(workspace, name)
    whole = compose(form, lambda other: form_of(workspace, other))
    try:
        render(whole.persona)
    except UsedWrongly as error:
        problem = str(error).removeprefix(f"persona {form.name}: prompt: ")
        raise BadFile(path_of(workspace, name) or Path(name), problem, field="prompt") from error
    return whole


def load_persona(workspace: Workspace, name: str) -> Persona:
    """The persona that goes by `name`, whole; raises as `composed` does."""
    return composed(workspace, name).persona


def path_of(workspace: Workspace, name: str) -> Path | None:
    """The file of the persona that goes by `name`; None where it has none."""
    if name.endswith(ENDINGS):
        return Path(name)
    name = _hyphened(name)
    own = files_in(workspace.root, "persona").get(name)
    if own is not None or name in _registered() or name in _points():
        return own
    return files_in(shipped_root(), "persona").get(name)


def _hyphened(name: str) -> str:
    """The name as files are named, for programs that write it as Python writes names; a package may name it so."""
    return name.replace("_", "-") if "_" in name and name not in _points() else name


def _registered() -> dict[str, PersonaForm]:
    """What a program brought; where none loaded the registry, there is nothing in it."""
    registry = sys.modules.get("workbench.persona.registry")
    return {} if registry is None else registry.registered()


def _points() -> dict[str, EntryPoint]:
    """The entry points of installed packages by name."""
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=GROUP)}


def _of_package(name: str) -> PersonaForm | None:
    from workbench.persona.registry import form_of as form_from

    point = _points().get(name)
    if point is None:
        return None
    what = f"persona {name!r}, which the package of {point.value!r} brings,"
    try:
        value: Any = point.load()
        value = value() if callable(value) else value
    except Exception as error:
        raise UsedWrongly(f"{what} cannot be loaded: {type(error).__name__}: {error}") from error
    form = form_from(value, what)
    if form.name != name:
        raise UsedWrongly(f"{what} names itself {form.name!r}; they must be equal")
    return form


def _entry(name: str, about: str, source: str, *, fragment: bool = False) -> Entry:
    return Entry(name, name, about, "", False, None, False, source, fragment)
