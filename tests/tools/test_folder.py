"""Nothing outside the folder is read, written or listed, whatever a path looks like or turns into."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.context import RunContext
from workbench.errors import ToolFailed
from workbench.tools.folder import Folder

SECRET = b"outside"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder with links of every kind, beside a secret that they lead to."""
    (tmp_path / "secret.txt").write_bytes(SECRET)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "deep.txt").write_bytes(SECRET)
    root = tmp_path / "desk"
    (root / "sub" / "deeper").mkdir(parents=True)
    (root / "a.txt").write_bytes(b"inside")
    (root / "sub" / "b.txt").write_bytes(b"inside too")
    (root / "link_out").symlink_to(tmp_path / "secret.txt")
    (root / "dir_out").symlink_to(tmp_path / "elsewhere")
    (root / "sub" / "up_out").symlink_to("../..")
    (root / "link_in").symlink_to("sub/b.txt")
    (root / "dir_in").symlink_to(root / "sub")
    (root / "loop").symlink_to("loop")
    (root / "dangling_out").symlink_to(tmp_path / "new.txt")
    return Folder(root)


def _read(folder: Folder, path: str) -> bytes:
    with folder.reading(path) as file:
        return file.read()


def _outside(folder: Folder) -> dict[str, bytes]:
    """All files beside the folder."""
    top = folder.root.parent
    files = [path for path in top.rglob("*") if path.is_file() and not path.is_relative_to(folder.root)]
    return {str(path.relative_to(top)): path.read_bytes() for path in files}


@pytest.mark.parametrize(
    "path", ["a.txt", "./a.txt", "sub/../a.txt", "new/../a.txt", "../desk/a.txt", "dir_in/../a.txt", "sub//..//./a.txt"]
)
def test_ways_to_a_file_inside(folder: Folder, path: str) -> None:
    assert _read(folder, path) == b"inside"


@pytest.mark.parametrize("path", ["link_in", "dir_in/b.txt", "sub/b.txt"])
def test_links_inside_are_followed(folder: Folder, path: str) -> None:
    assert _read(folder, path) == b"inside too"
    assert folder.write(path, b"new") is False
    assert (folder.root / "sub" / "b.txt").read_bytes() == b"new"
    assert (folder.root / "link_in").is_symlink()


ESCAPES = [
    "../secret.txt", "sub/../../secret.txt", "link_out", "dir_out/deep.txt", "sub/up_out/secret.txt", "dangling_out",
    "/etc/passwd", "//etc/passwd", "..", "../work2/x", "dir_out/new/x.txt", "dir_in/up_out/secret.txt",
]  # fmt: skip


@pytest.mark.parametrize("path", ESCAPES)
def test_escapes_are_refused(folder: Folder, path: str) -> None:
    before = _outside(folder)
    for use in (lambda: _read(folder, path), lambda: folder.write(path, b"x"), lambda: folder.append(path, b"x")):
        with pytest.raises(ToolFailed) as caught:
            use()
        assert caught.value.type == "not_allowed"
    with pytest.raises(ToolFailed, match=r"outside|absolute"):
        folder.entries(path, recursive=True, most=10)
    assert _outside(folder) == before


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a\0b", "not_allowed"),
        ("n" * 300, "file_error"),
        ("d/" * 400, "not_found"),
        ("d/" * 3000, "not_allowed"),
        ("loop", "file_error"),
        ("loop/x", "file_error"),
        ("a.txt/x", "file_error"),
        ("missing", "not_found"),
        ("missing/x", "not_found"),
        ("sub", "is_folder"),
        (".", "is_folder"),
        ("", "is_folder"),
        ("\ud800", "not_allowed"),
    ],
)
def test_reading_what_is_not_there(folder: Folder, path: str, kind: str) -> None:
    with pytest.raises(ToolFailed) as caught:
        _read(folder, path)
    assert caught.value.type == kind
    assert len(caught.value.message) < 400
    assert str(folder.root) not in caught.value.message


PIECES = st.sampled_from(
    ["..", ".", "", "sub", "deeper", "link_out", "dir_out", "up_out", "link_in", "dir_in", "loop", "secret.txt",
     "b.txt", "dangling_out", "elsewhere", "desk", "deep.txt", "new", "/", "~", "\0", "é", "x" * 256]
)  # fmt: skip


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.lists(PIECES, max_size=7).map("/".join) | st.text(max_size=20))
def test_no_path_leads_outside(folder: Folder, path: str) -> None:
    before = _outside(folder)
    with contextlib.suppress(ToolFailed):
        assert _read(folder, path) != SECRET
    with contextlib.suppress(ToolFailed):
        folder.write(path, b"written")
    with contextlib.suppress(ToolFailed):
        folder.append(path, b"added")
    assert _outside(folder) == before


def test_a_link_put_in_place_after_the_look_is_refused(folder: Folder) -> None:
    class Swapped(Folder):
        """Between looking and opening, someone puts links where a folder and a file were."""

        def _inside(self, path: str) -> tuple[str, ...]:
            parts = super()._inside(path)
            os.rename(self.root / "sub", self.root / "was_sub")
            (self.root / "sub").symlink_to(self.root.parent / "elsewhere")
            return parts

    (folder.root / "sub" / "deep.txt").write_bytes(b"inside")
    with pytest.raises(ToolFailed) as caught:
        _read(Swapped(folder.root), "sub/deep.txt")
    assert caught.value.type == "file_error"


def test_writing_makes_folders_and_keeps_the_mode(folder: Folder) -> None:
    assert folder.write("x/y/z.txt", b"1") is True
    target = folder.root / "x" / "y" / "z.txt"
    target.chmod(0o640)
    assert folder.write("x/y/z.txt", b"2") is False
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"2", 0o640)
    assert [path.name for path in target.parent.iterdir()] == ["z.txt"]


def test_a_write_that_fails_leaves_nothing_behind(folder: Folder) -> None:
    with pytest.raises(ToolFailed):
        folder.write("sub/" + "n" * 300, b"x")
    with pytest.raises(ToolFailed, match="is a folder"):
        folder.write("sub/deeper", b"x")
    assert sorted(path.name for path in (folder.root / "sub").iterdir()) == ["b.txt", "deeper", "up_out"]


def test_special_files_are_refused_without_waiting(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.root)
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        with pytest.raises(ToolFailed, match="special file"):
            _read(folder, "pipe")
        for path in ("pipe", "socket"):
            with pytest.raises(ToolFailed):
                folder.write(path, b"x")
            with pytest.raises(ToolFailed):
                folder.append(path, b"x")


def test_entries(folder: Folder) -> None:
    def listed(path: str, *, recursive: bool = False, most: int = 99) -> list[tuple[str, str, int | None]]:
        return [(entry.path, entry.kind, entry.size) for entry in folder.entries(path, recursive=recursive, most=most)]

    assert listed("sub") == [("sub/b.txt", "file", 10), ("sub/deeper", "folder", None), ("sub/up_out", "link", None)]
    assert listed("dir_in") == listed("sub")
    everything = [path for path, _, _ in listed(".", recursive=True)]
    assert "sub/b.txt" in everything
    assert not any("secret" in path or "deep.txt" in path for path in everything)
    assert listed(".", recursive=True, most=3) == listed(".", recursive=True)[:3]
    with open(os.fsencode(folder.root / "sub" / "deeper") + b"/\xff", "wb"):
        assert listed("sub/deeper") == [("sub/deeper/\ufffd", "file", 0)]
    with pytest.raises(ToolFailed, match="Not a directory"):
        listed("a.txt")


def test_no_descriptor_is_left_open(folder: Folder) -> None:
    before = len(os.listdir("/dev/fd"))
    for path in [*ESCAPES, "a.txt", "missing/x", "sub/deeper/new.txt"]:
        with contextlib.suppress(ToolFailed):
            folder.write(path, b"")
        with contextlib.suppress(ToolFailed):
            folder.entries(path, recursive=True, most=2)
    assert len(os.listdir("/dev/fd")) == before


def test_without_a_folder() -> None:
    with pytest.raises(ToolFailed, match="there is no workspace folder") as caught:
        Folder.of(RunContext(None))
    assert caught.value.type == "no_folder"


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed) as caught:
        _read(Folder(tmp_path / "gone"), "x")
    assert caught.value.type == "not_found"
