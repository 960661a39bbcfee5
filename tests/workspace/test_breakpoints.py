"""The file of a workspace's breakpoints."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from workbench.errors import BadFile, UsedWrongly
from workbench.gates import Breakpoint, Breakpoints
from workbench.workspace.breakpoints import NAME, load, save
from workbench.workspace.place import Workspace


def test_what_is_saved_is_loaded(tmp_path: Path):
    workspace = Workspace(tmp_path / "new")
    points = Breakpoints()
    points.add('tool mail if args.to !~ "@corp.com"')
    points.add("cost > 0.50", once=True, trace=True)
    points.enable(1, enabled=False)
    save(workspace, points.kept())
    assert load(workspace) == points.kept()
    assert os.listdir(workspace.root) == [NAME]
    assert json.loads((workspace.root / NAME).read_text(encoding="utf-8")) == {
        "breakpoints": [
            {"number": 1, "text": 'tool mail if args.to !~ "@corp.com"', "enabled": False},
            {"number": 2, "text": "cost > 0.50", "once": True, "trace": True},
        ]
    }
    save(workspace, [])
    assert load(workspace) == []


def test_no_file_is_no_breakpoints_and_none_makes_no_file(tmp_path: Path):
    workspace = Workspace(tmp_path)
    assert load(workspace) == []
    save(workspace, [])
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "is no list of breakpoints: "),
        (b"\xff\xfe", "is no list of breakpoints: "),
        (b'{"breakpoints":[{"number":1}]}', "is no list of breakpoints: Object missing required field `text`"),
        (b'{"breakpoints":[{"number":1,"text":"model","colour":1}]}', "unknown field `colour`"),
        (b'{"breakpoints":' + b"[" * 100_000, "is no list of breakpoints: "),
        (b'{"breakpoints":[{"number":0,"text":"model"}]}', "breakpoint 0: numbers begin at 1"),
        (b'{"breakpoints":[{"number":1,"text":"model","ignore":-1}]}', "breakpoint 1: numbers begin at 1"),
        (b'{"breakpoints":[{"number":1,"text":"model"},{"number":1,"text":"error"}]}', "given once"),
        (b'{"breakpoints":[{"number":4,"text":"agrs.x"}]}', "breakpoint 4: column 1: there is no field agrs"),
    ],
)
def test_a_file_that_is_not_one_is_named(tmp_path: Path, content: bytes, says: str):
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(BadFile) as caught:
        load(Workspace(tmp_path))
    assert says in str(caught.value)
    assert str(tmp_path / NAME) in str(caught.value)


def test_a_file_that_cannot_be_read_or_written_is_named_and_nothing_else_is_left(tmp_path: Path):
    (tmp_path / NAME).mkdir()
    with pytest.raises(BadFile, match="cannot be read"):
        load(Workspace(tmp_path))
    with pytest.raises(UsedWrongly, match="cannot be written"):
        save(Workspace(tmp_path), [Breakpoint(1, "model")])
    assert os.listdir(tmp_path) == [NAME]
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(UsedWrongly, match="cannot be written"):
        save(Workspace(file), [Breakpoint(1, "model")])
