"""Finding the workspace: named, by walking up, or the per-user folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import BadFile, UsedWrongly
from workbench.workspace.place import Workspace, find, shipped_root


@pytest.fixture
def nest(tmp_path: Path) -> Path:
    """A folder deep inside a workspace."""
    (tmp_path / "ours" / "deep" / "down").mkdir(parents=True)
    (tmp_path / "ours" / "workbench.toml").touch()
    return tmp_path / "ours" / "deep" / "down"


def test_found_by_walking_up(nest: Path):
    assert find(start=nest, environ={}) == Workspace(nest.parents[1], "found")


def test_its_folders_alone_mark_it_too(tmp_path: Path):
    (tmp_path / "personas").mkdir()
    assert find(start=tmp_path, environ={}).root != tmp_path
    (tmp_path / "scenarios").mkdir()
    assert find(start=tmp_path, environ={}).root == tmp_path


def test_the_environment_goes_over_walking_up_and_the_flag_over_both(nest: Path, tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    environ = {"WORKBENCH_WORKSPACE": str(tmp_path / "a")}
    assert find(start=nest, environ=environ) == Workspace(tmp_path / "a")
    assert find(tmp_path / "b", start=nest, environ=environ) == Workspace(tmp_path / "b")


def test_the_current_folder_is_the_start(nest: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(nest)
    assert find(environ={}).root == nest.parents[1]


def test_outside_one_the_users_folder_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    workspace = find(start=tmp_path, environ={})
    assert (workspace.how, workspace.root.name) == ("user", "workbench")
    assert workspace.database == workspace.root / "sessions" / "workbench.db"


def test_a_named_folder_must_be_there(tmp_path: Path):
    with pytest.raises(UsedWrongly, match=r"--workspace: there is no folder .*'workbench init"):
        find(tmp_path / "nowhere", environ={})
    with pytest.raises(UsedWrongly, match="WORKBENCH_WORKSPACE: there is no folder"):
        find(environ={"WORKBENCH_WORKSPACE": str(tmp_path / "nowhere")})


def test_settings(tmp_path: Path):
    workspace = Workspace(tmp_path)
    assert workspace.settings() == {}
    (tmp_path / "workbench.toml").write_text('[tools]\nhttp_hosts = ["example.com"]\n')
    assert workspace.settings() == {"tools": {"http_hosts": ["example.com"]}}


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"a = \n", "is not TOML"), (b"a = '\xe9'\n", "is not UTF-8"), (b"a = " + b"[" * 5000, "is nested too")],
)
def test_broken_settings_are_one_sentence(tmp_path: Path, content: bytes, words: str):
    (tmp_path / "workbench.toml").write_bytes(content)
    with pytest.raises(BadFile, match=words):
        Workspace(tmp_path).settings()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[budgte.day]\ncost = 1\n", "workbench.toml: budgte: there is no such setting; did you mean 'budget'?"),
        ("colour = 'red'\n", "workbench.toml: colour: there is no such setting; there are: model, "),
    ],
)
def test_a_setting_that_nobody_keeps_to_is_refused_by_name(tmp_path: Path, content: str, words: str):
    (tmp_path / "workbench.toml").write_text(content)
    with pytest.raises(BadFile) as problem:
        Workspace(tmp_path).settings()
    assert words in str(problem.value)


def test_settings_that_cannot_be_read(tmp_path: Path):
    (tmp_path / "workbench.toml").mkdir()
    with pytest.raises(BadFile, match="cannot be read"):
        Workspace(tmp_path).settings()


def test_what_is_shipped_lies_in_the_checkout():
    assert (shipped_root() / "scenarios" / "support-desk.yaml").is_file()
