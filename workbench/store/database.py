"""A connection to the workspace's file, whose failures are sentences for a person.

Every connection is in autocommit: a single statement is its own transaction, `change()` makes one of several.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.errors import NO_SENSE, DiskFull, Locked, StoreError

Row = tuple[Any, ...]

PATIENCE = 5.0
"""Seconds to wait for another connection's write to end."""

_LARGEST_WAL = 16 << 20
_READ_FAULTS = {"SQLITE_IOERR_READ", "SQLITE_IOERR_SHORT_READ", "SQLITE_IOERR_FSTAT", "SQLITE_IOERR_CORRUPTFS"}


def valid(text: str) -> str:
    """`text` as SQLite takes it: half characters, which names of files and arguments may hold, become `?`."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


FAULTS = (sqlite3.Error, UnicodeDecodeError)
"""What a connection raises; the second where the file is damaged so that SQLite's own words are."""


def explain(error: sqlite3.Error | UnicodeDecodeError, path: Path) -> StoreError:
    """What `error` means for a person, and what can be done about it."""
    if isinstance(error, UnicodeDecodeError):
        return damaged(path, "its text is no UTF-8")
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    name: str = getattr(error, "sqlite_errorname", "SQLITE_ERROR")
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and name not in _READ_FAULTS):
        return DiskFull(f"{path}: the disk took nothing more ({name}), so nothing was recorded; make room and go on")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Locked(f"{path}: another program keeps it locked; try again when that is done")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damaged(path, error)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return StoreError(f"{path}: cannot be written ({error}); check the permissions of the file and its folder")
    return StoreError(f"{path}: SQLite says {error} ({name})")


def damaged(path: Path, why: object) -> StoreError:
    """What is to be said of a file that cannot be made sense of."""
    return StoreError(f"{path}: the file is damaged ({why}); put a sound copy in its place, or move it away")


@contextmanager
def sound(path: Path) -> Generator[None]:
    """What is read inside makes sense.

    Raises:
        StoreError: it does not: the file is damaged.
    """
    try:
        yield
    except NO_SENSE as error:
        raise damaged(path, f"{type(error).__name__}: {error}".rstrip(": ")) from error


def has_wal(path: Path) -> bool:
    """Whether commits wait in the log beside the file."""
    wal = path.with_name(path.name + "-wal")
    return wal.exists() and wal.stat().st_size > 0


def _address(path: Path) -> str:
    """The file to be read: beside a log with commits as one of several readers, else as a file that nobody changes."""
    return f"{path.absolute().as_uri()}?{'mode=ro' if has_wal(path) else 'immutable=1'}"


class Database:
    """One connection. Any thread may use it; while one is in `change()`, the others wait."""

    full: DiskFull | None = None
    """Why it is only read, where that is for want of room on the disk."""

    def __init__(self, path: Path, *, patience: float = PATIENCE, read_only: bool = False, alone: bool = False) -> None:
        """A connection to the file at `path`.

        Args:
            patience: seconds to wait for another's lock.
            read_only: neither the file nor its folder is touched; another process's commits are seen if it has any.
            alone: nobody else may have it open meanwhile; the index of its log then needs no room on the disk.
        """
        self.path, self.read_only = path, read_only
        try:
            self.connection = sqlite3.connect(
                _address(path) if read_only else path,
                uri=read_only,
                timeout=patience,
                isolation_level=None,
                check_same_thread=False,
            )
        except FAULTS as error:
            raise explain(error, path) from error
        try:
            if alone:
                self.connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self.connection.execute("PRAGMA synchronous = NORMAL")
            # A commit never stops to checkpoint: housekeeping does it behind the writer, and SQLite at the last close.
            self.connection.execute("PRAGMA wal_autocheckpoint = 0")
            self.connection.execute(f"PRAGMA journal_size_limit = {_LARGEST_WAL}")
        except FAULTS as error:
            self.connection.close()
            raise explain(error, path) from error
        self._turn = threading.RLock()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of a statement."""
        with self._turn:
            try:
                return self.connection.execute(sql, values).fetchall()
            except FAULTS as error:
                raise explain(error, self.path) from error

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The only row of a query, if it has one."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def number(self, sql: str, values: Sequence[object] = ()) -> int:
        """The one number that a query gives."""
        found = self.row(sql, values)
        return found[0] if found else 0

    def write(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one writing statement; how many rows it changed."""
        with self._turn:
            try:
                return self.connection.execute(sql, values).rowcount
            except FAULTS as error:
                raise explain(error, self.path) from error

    def insert(self, sql: str, values: Sequence[object]) -> int | None:
        """Run one `INSERT OR IGNORE`; the key of the new row, None where it was ignored."""
        with self._turn:
            try:
                cursor = self.connection.execute(sql, values)
            except FAULTS as error:
                raise explain(error, self.path) from error
            return cursor.lastrowid if cursor.rowcount else None

    @contextmanager
    def change(self) -> Generator[sqlite3.Connection]:
        """One transaction that holds the write lock from its start: all of it happens, or nothing."""
        with self._turn:
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException as error:
                self.undo()
                if isinstance(error, FAULTS):
                    raise explain(error, self.path) from error
                raise

    def undo(self) -> None:
        """End a transaction that failed; SQLite may have ended it already."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close; the last connection to close folds the WAL into the file."""
        self.connection.close()
