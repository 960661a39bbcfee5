"""The breakpoints of a workspace: a small file of its own, read when a session is opened, replaced as a whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from workbench.errors import BadFile, UsedWrongly
from workbench.gates import Breakpoint
from workbench.plain_files import LARGEST, read_bytes
from workbench.workspace.place import Workspace

NAME = "breakpoints.json"


class _File(msgspec.Struct, forbid_unknown_fields=True):
    breakpoints: list[Breakpoint]


def load(workspace: Workspace) -> list[Breakpoint]:
    """The breakpoints that are kept; none where there is no file.

    Raises:
        BadFile: the file is not what `save` writes, or an expression in it says nothing.
    """
    path = workspace.root / NAME
    try:
        kept = msgspec.json.decode(read_bytes(path, LARGEST), type=_File).breakpoints
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BadFile(path, f"cannot be read: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFile(path, f"is no list of breakpoints: {error}; mend it or delete it") from error
    _check(path, kept)
    return kept


def _check(path: Path, kept: Sequence[Breakpoint]) -> None:
    from workbench.gates.conditions import alternatives
    from workbench.gates.grammar import parse
    from workbench.gates.rules import check, read_action

    numbers: set[int] = set()
    for one in kept:
        if one.number < 1 or one.number in numbers or one.ignore < 0:
            raise BadFile(path, f"breakpoint {one.number}: numbers begin at 1 and are given once, and none ignores < 0")
        numbers.add(one.number)
        try:
            condition = parse(one.text)
            if one.action:
                check(read_action(one.action), alternatives(condition))
        except UsedWrongly as error:
            raise BadFile(path, f"breakpoint {one.number}: {error}") from error


def save(workspace: Workspace, breakpoints: Sequence[Breakpoint]) -> None:
    """Keep exactly these; the file is either the old one or the new one, never half of one.

    Raises:
        UsedWrongly: it cannot be written.
    """
    path = workspace.root / NAME
    if not breakpoints and not path.exists():
        return
    text = msgspec.json.format(msgspec.json.encode(_File(list(breakpoints))), indent=2)
    try:
        workspace.root.mkdir(parents=True, exist_ok=True)
        _replace(path, text + b"\n")
    except OSError as error:
        raise UsedWrongly(f"{path} cannot be written: {error.strerror or error}") from error


def _replace(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{NAME}.", delete=False) as draft:
        draft.write(content)
        draft.flush()
        os.fsync(draft.fileno())
    try:
        os.replace(draft.name, path)
    except OSError:
        os.unlink(draft.name)
        raise
