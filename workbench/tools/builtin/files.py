"""Reading, listing and writing text files of the workspace folder, and of nothing else."""

from __future__ import annotations

import io
from typing import Annotated, Any

from pydantic import Field

from workbench.context import RunContext
from workbench.errors import ToolFailed
from workbench.tools.folder import Folder
from workbench.tools.function_tool import tool

CHARACTERS = 60_000
"""The most that one reading gives."""
ENTRIES = 500
"""The most that one listing gives."""


@tool(effect="read")
def read_file(
    ctx: RunContext[Any],
    path: str,
    offset: Annotated[int, Field(ge=0)] = 0,
    limit: Annotated[int, Field(ge=1, le=10_000)] = 500,
) -> str:
    """Read a text file of the workspace folder. Where there is more, the last line says how to go on.

    Args:
        path: relative to the workspace folder.
        offset: how many lines to pass over.
        limit: how many lines to read at most.
    """
    with Folder.of(ctx).reading(path) as file:
        if b"\0" in file.read(8192):
            raise ToolFailed("binary", f"{path!r} is not text; read_file reads UTF-8 text only")
        file.seek(0)
        try:
            with io.TextIOWrapper(file, encoding="utf-8-sig") as text:
                return _page(text, offset, limit)
        except UnicodeDecodeError as error:
            raise ToolFailed("binary", f"{path!r} is not UTF-8 text ({error.reason}); it cannot be read") from None


def _page(text: io.TextIOWrapper, offset: int, limit: int) -> str:
    """Lines from `offset` on, whole ones as far as they go; memory is bounded whatever the lines' length."""
    room = CHARACTERS
    lines: list[str] = []
    passed, piece = 0, ""
    while passed < offset:
        before, piece = piece, text.readline(CHARACTERS)
        if not piece:
            count = passed + (before != "" and not before.endswith("\n"))
            return f"[the file has {count} lines; there is nothing at offset {offset}]"
        passed += piece.endswith("\n")
    while len(lines) < limit and (line := text.readline(room + 1)):
        if len(line) > room:
            if not lines:
                return f"{line[:room]}\n[line {offset + 1} goes on beyond {room} characters; the rest is left out]"
            break
        lines.append(line)
        room -= len(line)
    else:
        if not text.readline(1):
            return "".join(lines)
    end = offset + len(lines)
    return f"{''.join(lines)}[lines {offset + 1} to {end}; there are more: read on with offset={end}]"


@tool(effect="read")
def list_files(ctx: RunContext[Any], path: str = ".", recursive: bool = False) -> dict[str, Any]:
    """List the files and folders of the workspace folder, with sizes in bytes.

    Args:
        path: a folder, relative to the workspace folder.
        recursive: also list what lies in the folders below.
    """
    found = Folder.of(ctx).entries(path, recursive=recursive, most=ENTRIES + 1)
    return {"entries": [entry._asdict() for entry in found[:ENTRIES]], "complete": len(found) <= ENTRIES}


@tool(effect="idempotent")
def write_file(ctx: RunContext[Any], path: str, content: str) -> dict[str, Any]:
    """Write a text file of the workspace folder, in place of what was there; missing folders are made.

    Args:
        path: relative to the workspace folder.
        content: the whole new text.
    """
    data = content.encode()
    created = Folder.of(ctx).write(path, data)
    return {"path": path, "bytes": len(data), "created": created}
