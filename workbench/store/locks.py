"""Locks on small files beside the database, which the kernel lets go when their holder dies: one writer per branch."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from workbench.errors import NotWriter, StoreError

_MOMENT = 0.01


def lock_path(database: Path, name: object) -> Path:
    """Where the lock of a branch, or of something else with a name, lies."""
    return database.with_name(database.name + ".writers") / str(name)


class WriterLock:
    """The right to write a branch, from its making until `release()` or the end of the process.

    Raises:
        NotWriter: somebody has it, in this process or another; the sentence says who.
    """

    def __init__(self, database: Path, branch: int, process: str, *, name: str) -> None:
        self._path = lock_path(database, branch)
        file, holder = _take(self._path, wait=False)
        if file is None:
            who = holder or "another process"
            raise NotWriter(f"{name} is being written by {who}; it can be read and followed until that ends")
        self._file: int | None = file
        with suppress(OSError):  # the name is a courtesy: on a full disk the lock holds without it
            os.truncate(file, 0)
            os.write(file, f"process {os.getpid()} ({process})".encode(errors="replace"))

    @property
    def held(self) -> bool:
        """Whether it was not released yet."""
        return self._file is not None

    @property
    def moved(self) -> bool:
        """Whether its file, and so the folder, lies elsewhere now."""
        return self._file is not None and os.fstat(self._file).st_nlink > 0 and not _is_at(self._file, self._path)

    def release(self) -> None:
        """Let the branch go."""
        if self._file is not None:
            _leave(self._path, self._file)
            self._file = None


def is_written(database: Path, branch: int) -> bool:
    """Whether somebody writes `branch` at this moment."""
    path = lock_path(database, branch)
    try:
        file = os.open(path, os.O_RDWR if os.access(path, os.W_OK) else os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _lock(file, wait=False)
    finally:
        os.close(file)


def written_branches(database: Path) -> list[int]:
    """The branches that somebody writes at this moment, by their numbers."""
    folder = lock_path(database, "")
    names = os.listdir(folder) if folder.is_dir() else []
    return sorted(int(name) for name in names if name.isdecimal() and is_written(database, int(name)))


def making(database: Path) -> AbstractContextManager[None]:
    """Held while the database is made or brought forward: one process does it, and the others wait until it is done."""
    return _alone(lock_path(database, "making"))


def sharing(database: Path) -> AbstractContextManager[None]:
    """Held for the moment in which room in a cap that several runs share is looked for, and its use recorded."""
    return _alone(lock_path(database, "sharing"))


@contextmanager
def _alone(path: Path) -> Generator[None]:
    file, _ = _take(path, wait=True)
    try:
        yield
    finally:
        if file is not None:
            _leave(path, file)


def _take(path: Path, *, wait: bool) -> tuple[int | None, str]:
    """The open file at `path`, locked; or None and what its holder wrote into it."""
    try:
        while True:
            path.parent.mkdir(exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            if not _lock_again(file, wait):
                holder = os.read(file, 200).decode(errors="replace")
                os.close(file)
                return None, holder
            if _is_at(file, path):
                return file, ""
            # Its last holder removed it between our opening and our locking: what we hold is not the lock any more.
            os.close(file)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror}); check its permissions") from error


def _lock_again(file: int, wait: bool) -> bool:
    """Lock, and try a second time, since somebody may just have asked `is_written`, which locks for a moment."""
    if _lock(file, wait):
        return True
    time.sleep(_MOMENT)
    return _lock(file, wait)


def _leave(path: Path, file: int) -> None:
    """Let a lock go, and clear its file away where that can be done while it is open."""
    if sys.platform != "win32":
        with suppress(OSError):  # a lock that nobody holds is free, also where its file has to stay
            path.unlink()
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

    def _lock(file: int, wait: bool) -> bool:
        """Lock a byte far behind the holder's name, which others must be able to read."""
        os.lseek(file, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(file, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(file: int, wait: bool) -> bool:
        """Lock the whole file, also against other openings of it in this process."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
