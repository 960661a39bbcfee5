"""Text files are read in pages, listed and written; what is not text is refused plainly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from workbench.context import RunContext
from workbench.errors import ToolFailed
from workbench.tools.builtin.files import CHARACTERS, ENTRIES
from workbench.tools.standard import standard_registry

TOOLS = standard_registry()


async def _call(tool: str, files: Path | None, **arguments: Any) -> str:
    return (await TOOLS.call(tool, json.dumps(arguments), RunContext(None, files=files))).content


async def test_write_then_read_then_list(tmp_path: Path) -> None:
    told = await _call("write_file", tmp_path, path="notes/day.txt", content="grüß\ndich\n")
    assert json.loads(told) == {"path": "notes/day.txt", "bytes": 12, "created": True}
    assert await _call("file_read", tmp_path, path="notes/day.txt") == "grüß\ndich\n"
    again = await _call("file_write", tmp_path, path="notes/day.txt", content="?")
    assert json.loads(again)["created"] is False
    assert (tmp_path / "notes" / "day.txt").read_bytes() == b"?"
    top = json.loads(await _call("list_files", tmp_path))
    assert top == {"entries": [{"path": "notes", "kind": "folder", "size": None}], "complete": True}
    below = json.loads(await _call("list_files", tmp_path, recursive=True))
    assert below["entries"][1] == {"path": "notes/day.txt", "kind": "file", "size": 1}


async def test_pages_join_to_the_whole(tmp_path: Path) -> None:
    lines = [f"line {number}\n" for number in range(25)]
    (tmp_path / "f.txt").write_text("".join(lines))
    read = [await _call("read_file", tmp_path, path="f.txt", offset=offset, limit=10) for offset in (0, 10, 20)]
    assert read[0] == "".join(lines[:10]) + "[lines 1 to 10; there are more: read on with offset=10]"
    assert read[1] == "".join(lines[10:20]) + "[lines 11 to 20; there are more: read on with offset=20]"
    assert read[2] == "".join(lines[20:])


@pytest.mark.parametrize(
    ("content", "offset", "limit", "expected"),
    [
        ("", 0, 5, ""),
        ("a\nb", 0, 2, "a\nb"),
        ("a\nb", 1, 1, "b"),
        ("a\nb", 2, 5, "[the file has 2 lines; there is nothing at offset 2]"),
        ("a\nb\n", 2, 5, ""),
        ("a\nb\n", 3, 5, "[the file has 2 lines; there is nothing at offset 3]"),
        ("\ufeffa\r\nb", 0, 5, "a\nb"),
    ],
)
async def test_edges_of_pages(tmp_path: Path, content: str, offset: int, limit: int, expected: str) -> None:
    (tmp_path / "f.txt").write_bytes(content.encode())
    assert await _call("read_file", tmp_path, path="f.txt", offset=offset, limit=limit) == expected


async def test_long_lines_and_long_files_are_cut(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("x" * (CHARACTERS * 3) + "\nend\n")
    cut = await _call("read_file", tmp_path, path="one.txt")
    assert cut == "x" * CHARACTERS + f"\n[line 1 goes on beyond {CHARACTERS} characters; the rest is left out]"
    assert await _call("read_file", tmp_path, path="one.txt", offset=1) == "end\n"
    (tmp_path / "many.txt").write_text(("y" * 999 + "\n") * 100)
    page = await _call("read_file", tmp_path, path="many.txt")
    assert page.endswith("[lines 1 to 60; there are more: read on with offset=60]")


@pytest.mark.parametrize("content", [b"a\0b", b"caf\xe9 au lait"])
async def test_binary_is_refused_plainly(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f.bin").write_bytes(content)
    with pytest.raises(ToolFailed, match=r"'f.bin' is not (UTF-8 )?text") as caught:
        await _call("read_file", tmp_path, path="f.bin")
    assert caught.value.type == "binary"


async def test_a_long_listing_says_that_it_is_cut(tmp_path: Path) -> None:
    for number in range(ENTRIES + 1):
        (tmp_path / f"{number}").touch()
    told = json.loads(await _call("list_files", tmp_path))
    assert (len(told["entries"]), told["complete"]) == (ENTRIES, False)


@pytest.mark.parametrize("tool", ["read_file", "list_files", "write_file"])
async def test_without_a_folder(tool: str) -> None:
    arguments = {"path": "x"} | ({"content": ""} if tool == "write_file" else {})
    with pytest.raises(ToolFailed, match="there is no workspace folder"):
        await _call(tool, None, **arguments)
