"""A terminal that nobody sits at: how long a program takes until a person could read something on it."""

from __future__ import annotations

import os
import re
import select
import time
from collections.abc import Sequence
from pathlib import Path

import pexpect
import pyte

READABLE = 40
"""Characters on the screen: a lone cursor, or a dot to begin with, is nothing to read."""

_ROWS, _COLUMNS = 40, 120
_PATIENCE = 60.0
_REPLIES = (
    (b"\x1b[c", b"\x1b[?62;22c"),  # which terminal is this
    (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),  # does it hold frames back until they are whole
    (b"\x1b[6n", b"\x1b[1;1R"),  # where is the cursor
)
_APPLICATION_COMMAND = re.compile(rb"\x1b[_P].*?\x1b\\", re.DOTALL)


def first_paint(command: Sequence[str], home: Path) -> float:
    """Seconds from the start of `command` to its first readable frame; it is ended then.

    Raises:
        RuntimeError: it ended before, or drew nothing for a minute.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WORKBENCH_", "TEXTUAL_"))}
    environment = kept | {"HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
    screen = pyte.Screen(_COLUMNS, _ROWS)
    stream = pyte.ByteStream(screen)
    begun = time.perf_counter()
    program: pexpect.spawn[bytes] = pexpect.spawn(
        command[0], list(command[1:]), dimensions=(_ROWS, _COLUMNS), env=environment, cwd=str(home), timeout=None
    )
    try:
        while time.perf_counter() - begun < _PATIENCE:
            if not select.select([program.child_fd], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(program.child_fd, 1 << 16)
            except OSError:
                break
            arrived = time.perf_counter() - begun
            for question, answer in _REPLIES:
                if question in data:
                    os.write(program.child_fd, answer)
            stream.feed(_APPLICATION_COMMAND.sub(b"", data))
            if sum(len(line.replace(" ", "")) for line in screen.display) >= READABLE:
                return arrived
        shown = "\n".join(line.rstrip() for line in screen.display if line.strip())
        raise RuntimeError(f"{' '.join(command)} drew nothing to read:\n{shown}")
    finally:
        program.close(force=True)
