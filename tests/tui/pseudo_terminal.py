"""A real process on a pseudo-terminal: keys go in, and every byte that it writes is kept."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from types import TracebackType

PATIENCE = 60.0
"""Seconds after which what is waited for will not come."""


class Terminal:
    """The app in a terminal of `size` (columns, rows)."""

    def __init__(self, workspace: str, size: tuple[int, int], *arguments: str, **environment: str) -> None:
        self.came = b""
        self._seen = 0
        self._mine, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "workbench", "--workspace", workspace, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        self._close()

    def _close(self) -> None:
        if self._mine >= 0:
            os.close(self._mine)
            self._mine = -1

    def hang_up(self) -> int:
        """Close the terminal under the process, as a closed window does; the exit code with which it ends."""
        self._close()
        return self._process.wait(PATIENCE)

    def until(self, words: str) -> None:
        """Read until it has written `words` since the last key."""
        late = time.monotonic() + PATIENCE
        while words.encode() not in self.came[self._seen :]:
            if not self._read(late - time.monotonic()):
                raise TimeoutError(f"never saw {words!r} in {self.came[self._seen :][-2000:]!r}")

    def press(self, keys: str, *, then: str = "") -> None:
        """Type `keys`, half characters as the bytes that they stand for, and wait until it writes `then`."""
        self._seen = len(self.came)
        os.write(self._mine, keys.encode(errors="surrogateescape"))
        if then:
            self.until(then)

    def insist(self, keys: str, *, then: str) -> None:
        """Type `keys` again and again until it writes `then`: for keys that something may still cover."""
        self._seen = len(self.came)
        late = time.monotonic() + PATIENCE
        while then.encode() not in self.came[self._seen :]:
            if time.monotonic() > late:
                raise TimeoutError(f"never saw {then!r}")
            os.write(self._mine, keys.encode(errors="surrogateescape"))
            while self._read(0.5):
                continue

    @property
    def code(self) -> int:
        """The exit code of the process, which has ended."""
        return self._process.wait(PATIENCE)

    def rest(self) -> bytes:
        """Read until the process has ended; everything that it ever wrote."""
        while self._read(PATIENCE):
            continue
        self._process.wait(PATIENCE)
        return self.came

    def _read(self, patience: float) -> bool:
        ready, _, _ = select.select([self._mine], [], [], max(0.0, patience))
        if not ready:
            return False
        try:
            came = os.read(self._mine, 65536)
        except OSError:
            return False
        self.came += came
        return bool(came)
