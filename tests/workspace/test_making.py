"""Making workspaces and files: what is written is right, and nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import UsedWrongly
from workbench.tools.standard import standard_registry
from workbench.workspace.listing import Kind
from workbench.workspace.loading import load_scenario
from workbench.workspace.making import EXAMPLE, init, new_file
from workbench.workspace.personas import load_persona
from workbench.workspace.place import Workspace, find


def test_a_new_workspace_is_found_and_its_examples_are_right(tmp_path: Path):
    written = init(tmp_path / "new")
    workspace = find(start=tmp_path / "new" / "sessions", environ={})
    assert workspace.root == tmp_path / "new"
    assert workspace.settings() == {"tools": {}}
    assert all(path.is_file() for path in written)
    assert load_persona(workspace, EXAMPLE["persona"]).tone
    assert load_scenario(workspace, EXAMPLE["scenario"], tools=standard_registry().names).tools == ("calculator",)


def test_nothing_is_overwritten(tmp_path: Path):
    init(tmp_path)
    mine = tmp_path / "scenarios" / "my-first.yaml"
    mine.write_text("mine")
    (tmp_path / "personas" / "schema.json").unlink()
    assert init(tmp_path) == [tmp_path / "personas" / "schema.json"]
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("kind", ["persona", "scenario"])
def test_new_files(tmp_path: Path, kind: Kind):
    workspace = Workspace(tmp_path)
    path = new_file(workspace, kind, "night-shift")
    loaded = load_persona(workspace, "night-shift") if kind == "persona" else load_scenario(workspace, "night-shift")
    assert loaded.name == path.stem == "night-shift"
    with pytest.raises(UsedWrongly, match="is there already"):
        new_file(workspace, kind, "night-shift")


@pytest.mark.parametrize("name", ["", "../x", "A", "a b", "a--b", "-a", "a.yaml", "a\n", "x" * 65])
def test_names_that_cannot_be(tmp_path: Path, name: str):
    with pytest.raises(UsedWrongly, match="cannot be a name"):
        new_file(Workspace(tmp_path), "persona", name)
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_made(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(UsedWrongly, match="cannot be made a workspace"):
        init(tmp_path / "file")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs a folder in which nobody can make a file")
def test_where_nothing_can_be_written(tmp_path: Path):
    (tmp_path / "personas").symlink_to("/proc/self/fd")
    with pytest.raises(UsedWrongly, match="cannot be written"):
        init(tmp_path)


def test_a_disk_that_is_full_leaves_no_half_of_a_file(tmp_path: Path):
    init(tmp_path)
    resource = pytest.importorskip("resource", reason="this system has no limit for the size of files")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        with pytest.raises(UsedWrongly, match=r"greeting\.yaml cannot be written: File too large"):
            new_file(Workspace(tmp_path), "scenario", "greeting")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    new_file(Workspace(tmp_path), "scenario", "greeting")
