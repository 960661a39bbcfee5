"""Lists from the heads of files: right for every shipped file, forgiving for broken ones, and light."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import NotFound
from workbench.workspace.document import read
from workbench.workspace.listing import Entry, list_files, list_scenarios, locate
from workbench.workspace.personas import list_personas
from workbench.workspace.place import Workspace, shipped_root

from .conftest import Write


def entry(workspace: Workspace, name: str) -> Entry:
    return next(entry for entry in list_scenarios(workspace) if entry.name == name)


@pytest.mark.slow
def test_shipped_heads_say_what_the_parser_says(workspace: Workspace):
    entries = [*list_personas(workspace), *list_scenarios(workspace)]
    assert len(entries) >= 16
    for found in entries:
        assert found.path is not None
        data = read(found.path).data
        about = data.get("teaches") or data["description"]
        assert (found.name, found.title, found.about) == (data["name"], data.get("title", data["name"]), about)
        assert (found.model, found.needs_key, found.shipped) == (data.get("model", ""), False, True)


@pytest.mark.parametrize(
    ("written", "about"),
    [
        ("plain words  # a comment", "plain words"),
        ("C# and F", "C# and F"),
        ('"quoted: \\"so\\" # all"  # but this', 'quoted: "so" # all'),
        ("'it''s single'", "it's single"),
        ("'single'  # comment", "single"),
        (">-\n  folded over\n  two lines\nmodel: x:y", "folded over two lines"),
        ("|\n  kept # whole\n", "kept # whole"),
        ("begun here\n  and gone on", "begun here and gone on"),
        ('"never closed', "never closed"),
        ("", "from the description"),
    ],
)
def test_scalars_in_every_style(workspace: Workspace, write: Write, written: str, about: str):
    write("scenarios/x.yaml", f"name: x\ndescription: from the description\nteaches: {written}\n")
    assert entry(workspace, "x").about == about


@pytest.mark.parametrize(
    ("head", "model", "needs_key"),
    [
        ("model: openai:gpt-5-mini\n", "openai:gpt-5-mini", True),
        ("model: ollama:qwen3\n", "ollama:qwen3", False),
        ("model: human\n", "human", False),
        ("user:\n  persona: customer\n  model: anthropic:claude\n", "anthropic:claude", True),
        ("script:\n  - say: x\nmodel: openai:late\n", "", False),
    ],
)
def test_models_that_need_a_key(workspace: Workspace, write: Write, head: str, model: str, needs_key: bool):
    write("scenarios/x.yaml", f"name: x\n{head}")
    assert (entry(workspace, "x").model, entry(workspace, "x").needs_key) == (model, needs_key)


def test_json_files(workspace: Workspace, write: Write):
    write("scenarios/x.json", json.dumps({"title": "X", "teaches": "t", "user": {"model": "groq:llama"}, "model": 3}))
    found = entry(workspace, "x")
    assert (found.title, found.about, found.model, found.needs_key) == ("X", "t", "groq:llama", True)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_broken_files_are_listed_by_name(workspace: Workspace, write: Write, ending: str, content: bytes):
    write(f"scenarios/broken.{ending}", content)
    found = entry(workspace, "broken")
    assert (found.title, found.about, found.shipped) == ("broken", "", False)


def test_what_cannot_be_opened_is_listed_by_name(workspace: Workspace):
    (workspace.root / "scenarios" / "folder.yaml").mkdir()
    assert entry(workspace, "folder").about == ""


def test_the_workspace_goes_before_what_is_shipped(workspace: Workspace, write: Write):
    path = write("scenarios/support-desk.yaml", "name: support-desk\ntitle: Ours\n")
    assert (entry(workspace, "support-desk").title, entry(workspace, "support-desk").shipped) == ("Ours", False)
    assert locate(workspace, "scenario", "support-desk") == path


def test_of_files_with_one_name_yaml_counts(workspace: Workspace, write: Write):
    for ending in ("json", "yml", "yaml"):
        write(f"scenarios/x.{ending}", "{}")
    assert list_files(workspace, "scenario")["x"].suffix == ".yaml"


def test_schemas_and_other_files_are_no_scenarios(workspace: Workspace, write: Write):
    write("scenarios/schema.json", "{}")
    write("scenarios/notes.txt", "x")
    assert not {"schema", "notes"} & list_files(workspace, "scenario").keys()


def test_without_folders_what_is_shipped_serves(tmp_path: Path):
    assert list_files(Workspace(tmp_path / "nothing"), "scenario") == list_files(Workspace(shipped_root()), "scenario")


def test_names_and_paths(workspace: Workspace, write: Write):
    path = write("mine.yaml", "name: mine\n")
    assert locate(workspace, "scenario", str(path)) == path
    with pytest.raises(NotFound, match="there is no file"):
        locate(workspace, "scenario", "nowhere.yaml")
    with pytest.raises(NotFound, match="there is no scenario 'suport-desk'; did you mean 'support-desk'"):
        locate(workspace, "scenario", "suport-desk")
    with pytest.raises(NotFound, match="there is no persona 'zzzzzz'; 'workbench personas list' shows all"):
        locate(workspace, "persona", "zzzzzz")


def test_listing_loads_nothing_heavy():
    code = (
        "import sys\n"
        "from workbench.workspace.listing import list_scenarios\n"
        "from workbench.workspace.personas import list_personas\n"
        "from workbench.workspace.place import find\n"
        "assert list_personas(find()) and list_scenarios(find())\n"
        "print(*{'pydantic', 'ruamel', 'msgspec', 'jinja2', 'textual'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
