"""A terminal that nobody sits at: when a program has drawn what a person could read, and when a key shows.

A thread of its own reads what the program writes and notes the moment; what is on the screen is worked out afterwards,
so the time that this side takes is not counted.
"""

from __future__ import annotations

import os
import queue
import re
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import pexpect
import pyte

READABLE = 40
"""Characters on the screen: a lone cursor, or a dot to begin with, is nothing to read."""

_ROWS, _COLUMNS = 40, 120
_PATIENCE = 60.0
_OURS = ("WORKBENCH_", "TEXTUAL_", "COLUMNS", "LINES")
"""What the program must not have from whoever measures it: its settings, and another terminal's size."""
_REPLIES = (
    (b"\x1b[c", b"\x1b[?62;22c"),  # which terminal is this
    (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),  # does it hold frames back until they are whole
    (b"\x1b[6n", b"\x1b[1;1R"),  # where is the cursor
)
_APPLICATION_COMMAND = re.compile(rb"\x1b[_P].*?\x1b\\", re.DOTALL)


class Terminal:
    """A program in a terminal of 120 columns and 40 rows; moments are those of `time.perf_counter`.

    Attributes:
        begun: when it was started.
    """

    def __init__(self, command: Sequence[str], home: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        environment = kept | {
            "HOME": str(home),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
        }
        self._command = " ".join(command)
        self._screen = pyte.Screen(_COLUMNS, _ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._came: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        self.begun = time.perf_counter()
        self._program: pexpect.spawn[bytes] = pexpect.spawn(
            command[0], list(command[1:]), dimensions=(_ROWS, _COLUMNS), env=environment, cwd=str(home), timeout=None
        )
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._program.terminate(force=True)
        self._reader.join(_PATIENCE)
        self._program.close(force=True)

    def press(self, keys: str) -> float:
        """Type `keys`; the moment before."""
        pressed = time.perf_counter()
        os.write(self._program.child_fd, keys.encode())
        return pressed

    def until(self, shown: Callable[[], bool]) -> float:
        """The moment at which what made `shown` true had come.

        Raises:
            RuntimeError: the program ended before, or it did not come within a minute.
        """
        late = time.monotonic() + _PATIENCE
        arrived = time.perf_counter()
        while not shown():
            try:
                arrived, data = self._came.get(timeout=max(0.0, late - time.monotonic()))
            except queue.Empty:
                data = b""
            if not data:
                raise RuntimeError(f"{self._command} did not draw what was waited for:\n{self.text()}")
            self._stream.feed(_APPLICATION_COMMAND.sub(b"", data))
        return arrived

    def watch(self, seconds: float) -> None:
        """Take in what it draws for so long."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            try:
                _, data = self._came.get(timeout=rest)
            except queue.Empty:
                return
            self._stream.feed(_APPLICATION_COMMAND.sub(b"", data))

    def line(self, row: int) -> str:
        """One row of the screen; -1 is the lowest."""
        cells = self._screen.buffer[row % _ROWS]
        return "".join(cells[column].data for column in range(_COLUMNS))

    def text(self) -> str:
        """What is on the screen, without its empty lines."""
        return "\n".join(line.rstrip() for line in self._screen.display if line.strip())

    def memory(self) -> float:
        """MiB that the program holds."""
        done = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self._program.pid)], stdout=subprocess.PIPE, text=True, check=True
        )
        return int(done.stdout) / 1024

    def _listen(self) -> None:
        while True:
            try:
                data = os.read(self._program.child_fd, 1 << 16)
            except OSError:  # that is how a terminal says that nobody is left at its other end
                data = b""
            self._came.put((time.perf_counter(), data))
            if not data:
                return
            for question, answer in _REPLIES:
                if question in data:
                    os.write(self._program.child_fd, answer)


def readable(terminal: Terminal) -> bool:
    """Whether there is anything on the screen that a person could read."""
    return len("".join(terminal.text().split())) >= READABLE


def first_paint(command: Sequence[str], home: Path) -> float:
    """Seconds from the start of `command` to its first readable frame; it is ended then.

    Raises:
        RuntimeError: it ended before, or drew nothing for a minute.
    """
    with Terminal(command, home) as terminal:
        return terminal.until(lambda: readable(terminal)) - terminal.begun
