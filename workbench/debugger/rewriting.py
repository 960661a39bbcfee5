"""A text rewritten by a person: in their $EDITOR where they have one."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from workbench.errors import Impossible, UsedWrongly


def editor() -> list[str]:
    """The command of the person's editor; empty where none is set.

    Raises:
        UsedWrongly: $VISUAL or $EDITOR is no command.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        return shlex.split(command)
    except ValueError as error:
        raise UsedWrongly(f"$EDITOR {command[:60]!r} is no command: {error}") from error


def rewritten(command: list[str], was: str) -> str:
    """What the editor `command` makes of `was`. It has the terminal, and this process waits, meanwhile.

    Raises:
        UsedWrongly: it cannot be started, or leaves no text in UTF-8.
        Impossible: it failed; what was edited stays as it was.
    """
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        path = Path(folder, "text.json" if was.startswith("{") else "text.md")
        path.write_text(was + "\n", encoding="utf-8")
        try:
            code = subprocess.run([*command, str(path)], check=False).returncode
        except OSError as error:
            raise UsedWrongly(f"the editor {command[0]!r} cannot be started: {error.strerror or error}") from error
        if code != 0:
            raise Impossible(f"the editor {command[0]!r} ended with code {code}, so nothing was changed")
        try:
            return path.read_text(encoding="utf-8").removesuffix("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise UsedWrongly(f"the editor {command[0]!r} left no text in UTF-8, so nothing was changed") from error
