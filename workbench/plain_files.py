"""Files read whole, up to a bound. What never ends, or would keep its reader waiting, is not taken for a file."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from workbench.errors import BadFile

LARGEST = 1_000_000
"""Bytes of a text that are read, where nothing else is said."""


def read_text(path: Path, most: int = LARGEST, *, pipes: bool = False) -> str:
    """The text of a file; a byte order mark is no part of it.

    Raises:
        BadFile: it cannot be read, is larger than `most` bytes, or not UTF-8.
    """
    try:
        content = read_bytes(path, most, pipes=pipes)
    except OSError as error:
        raise BadFile(path, f"cannot be read: {error.strerror or error}") from error
    if len(content) > most:
        raise BadFile(path, f"is larger than {most // 1000} kB; split it")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile(path, "is not UTF-8 text; save it as UTF-8", line=line) from error


def read_bytes(path: Path, most: int, *, pipes: bool = False) -> bytes:
    """The content of `path`, or its first `most` + 1 bytes, by which the caller sees that it is longer.

    Args:
        pipes: take a pipe that somebody writes to, too, such as /dev/stdin or a shell's <(...). One that nobody
            writes to is empty.

    Raises:
        OSError: it cannot be read; a folder, a device or a socket is told as what it is in `strerror`.
    """
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC), "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if stat.S_ISFIFO(mode) and pipes:
            os.set_blocking(file.fileno(), True)
        elif not stat.S_ISREG(mode):
            raise not_plain(mode)
        return file.read(most + 1)


def not_plain(mode: int) -> OSError:
    """What is wrong with a file of this mode, which is not a regular one."""
    if stat.S_ISDIR(mode):
        return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return OSError(errno.EINVAL, f"it is a {'pipe' if stat.S_ISFIFO(mode) else 'device'}, not a file")
