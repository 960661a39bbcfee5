"""One writer per branch: a lock on a small file beside the database, which the kernel lets go when its holder dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from workbench.errors import NotWriter, StoreError


def lock_path(database: Path, branch: int) -> Path:
    """Where the lock of `branch` lies."""
    return database.with_name(database.name + ".writers") / str(branch)


class WriterLock:
    """Held from its making until `release()` or the end of the process.

    Raises:
        NotWriter: somebody holds it, in this process or another; the sentence says who.
    """

    def __init__(self, database: Path, branch: int, process: str, *, name: str) -> None:
        self.path = lock_path(database, branch)
        try:
            self._file = self._take(name)
        except OSError as error:
            raise StoreError(f"{self.path}: cannot be written ({error.strerror}); check its permissions") from error
        os.truncate(self._file, 0)
        os.write(self._file, f"process {os.getpid()} ({process})".encode())

    def _take(self, name: str) -> int:
        while True:
            self.path.parent.mkdir(exist_ok=True)
            file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            if not _lock(file):
                holder = os.read(file, 200).decode(errors="replace") or "another process"
                os.close(file)
                raise NotWriter(f"{name} is being written by {holder}; it can be read and followed until that ends")
            if _is_at(file, self.path):
                return file
            # Its last holder removed it between our opening and our locking: what we hold is not the lock any more.
            os.close(file)

    @property
    def held(self) -> bool:
        """Whether it was not released yet."""
        return self._file >= 0

    def release(self) -> None:
        """Let the branch go."""
        if self.held:
            if sys.platform != "win32":
                self.path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = -1


def is_written(database: Path, branch: int) -> bool:
    """Whether somebody holds the lock of `branch` at this moment."""
    try:
        file = os.open(lock_path(database, branch), os.O_RDWR)
    except OSError:
        return False
    try:
        return not _lock(file)
    finally:
        os.close(file)


def _is_at(file: int, path: Path) -> bool:
    """Whether `path` still names the open `file`."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30

    def _lock(file: int) -> bool:
        """Lock a byte far behind the holder's name, which others must be able to read."""
        os.lseek(file, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(file, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        """Lock the whole file, also against other openings of it in this process."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
