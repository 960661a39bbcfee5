"""Personas by name: who goes before whom, and what programs and packages bring."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.errors import BadFile, NotFound, UsedWrongly
from workbench.persona.registry import register_persona, unregister_persona
from workbench.workspace.personas import composed, form_of, list_personas, load_persona, path_of, persona_names
from workbench.workspace.place import Workspace

from .conftest import Write

PACKAGE = """
from workbench.persona.schema import Persona
LAMP = {"name": "lamp-keeper", "description": "a keeper of lamps"}
def made():
    return Persona(name="made", description="somebody made")
NUMBER = 5
BROKEN = {"name": "broken"}
"""
POINTS = """\
[workbench.personas]
lamp-keeper = lamps:LAMP
made = lamps:made
other-name = lamps:LAMP
number = lamps:NUMBER
broken = lamps:BROKEN
gone = lamps:GONE
assistant = lamps:LAMP
"""


@pytest.fixture
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installed package that brings personas."""
    site = tmp_path_factory.mktemp("site")
    (site / "lamps.py").write_text(PACKAGE)
    info = site / "lamps-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: lamps\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    sys.path.insert(0, str(site))
    yield site
    sys.path.remove(str(site))
    sys.modules.pop("lamps", None)


@pytest.fixture
def program() -> Iterator[None]:
    """A program that registered personas."""
    register_persona({"name": "coder", "description": "my own coder"})
    register_persona({"name": "terse", "fragment": True, "tone": "terse"})
    yield
    unregister_persona("coder")
    unregister_persona("terse")


def sources(workspace: Workspace) -> dict[str, str]:
    return {entry.name: entry.source for entry in list_personas(workspace)}


def test_the_workspace_goes_first_then_the_program_then_packages_then_what_is_shipped(
    workspace: Workspace, write: Write, package: Path, program: None
):
    assert load_persona(workspace, "coder").description == "my own coder"
    assert load_persona(workspace, "reviewer").description.startswith("a code reviewer")
    write("personas/coder.yaml", "name: coder\ndescription: the workspace's coder\n")
    assert load_persona(workspace, "coder").description == "the workspace's coder"
    told = sources(workspace)
    assert (told["coder"], told["terse"], told["lamp-keeper"]) == ("workspace", "program", "package lamps")
    assert (told["reviewer"], told["assistant"]) == ("shipped", "package lamps")
    assert [entry.name for entry in list_personas(workspace) if entry.fragment] == ["terse"]
    assert {"coder", "terse", "made", "analyst"} <= persona_names(workspace)


def test_a_package_may_bring_a_persona_its_fields_or_a_function(workspace: Workspace, package: Path):
    assert load_persona(workspace, "lamp-keeper").description == "a keeper of lamps"
    assert load_persona(workspace, "made").description == "somebody made"
    assert path_of(workspace, "made") is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("other-name", "names itself 'lamp-keeper'; they must be equal"),
        ("number", "is int"),
        ("broken", "needs a description"),
        ("gone", "cannot be loaded: AttributeError"),
    ],
)
def test_what_a_package_does_wrong_is_said_of_it(workspace: Workspace, package: Path, name: str, words: str):
    with pytest.raises(UsedWrongly, match=words):
        load_persona(workspace, name)


def test_a_persona_is_whole_once_it_is_loaded(workspace: Workspace, write: Write, program: None):
    write("personas/mine.yaml", "name: mine\nbase: coder\ntraits: [{use: terse}]\nconstraints: [Never.]\n")
    whole = composed(workspace, "mine")
    assert (whole.persona.description, whole.persona.tone) == ("my own coder", "terse")
    assert form_of(workspace, "mine").base == "coder"
    assert load_persona(workspace, "personas/mine.yaml") == whole.persona
    assert path_of(workspace, "mine") == workspace.root / "personas" / "mine.yaml"
    assert path_of(workspace, "personas/mine.yaml") == Path("personas/mine.yaml")
    shipped = path_of(workspace, "reviewer")
    assert shipped is not None
    assert shipped.name == "reviewer.yaml"


def test_a_prompt_that_fails_only_when_whole_names_its_file(workspace: Workspace, write: Write):
    write("personas/base.yaml", "name: base\ndescription: it\nprompt: '{{ tone[3] }}'\n")
    write("personas/mine.yaml", "name: mine\nbase: base\n")
    with pytest.raises(BadFile, match=r"mine\.yaml: prompt: "):
        load_persona(workspace, "mine")


def test_a_name_may_be_written_as_python_writes_names(workspace: Workspace, write: Write):
    write("personas/my-guide.yaml", "name: my-guide\ndescription: it\n")
    assert load_persona(workspace, "cautious_explorer").name == "cautious-explorer"
    assert load_persona(workspace, "my_guide").name == "my-guide"
    path = path_of(workspace, "my_guide")
    assert path is not None
    assert path.name == "my-guide.yaml"


@pytest.mark.parametrize(
    ("name", "words"), [("assistent", "did you mean 'assistant'?"), ("zzz", "'workbench personas list' shows all")]
)
def test_a_name_that_nobody_has(workspace: Workspace, name: str, words: str):
    with pytest.raises(NotFound, match=words):
        load_persona(workspace, name)
