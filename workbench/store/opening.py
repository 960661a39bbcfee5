"""Opening the workspace's file: missing, it is made; old, it is brought forward; not ours, it is refused.

A file that is refused was only read, by its header, and is left byte for byte as it was.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from workbench.errors import NotFound, StoreError
from workbench.store.database import PATIENCE, Database, explain
from workbench.store.migrations import APPLICATION_ID, NEWEST, migrate

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
_TABLES = {"session", "session_tag", "branch", "event"}


def open_database(path: Path, *, create: bool = True) -> Database:
    """A connection to a file that is sound, ours and up to date.

    Raises:
        NotFound: there is no such file, and none is to be made.
        StoreError: the file is foreign, newer, damaged or cannot be reached.
    """
    _check_header(path, create=create)
    database = Database(path)
    try:
        version = database.number("PRAGMA user_version")
        if version > NEWEST:
            raise _newer(path, version)
        if version < NEWEST:
            migrate(database)
        _keep_wal(database)
        if version < NEWEST:
            # So that the header, by which a file is refused unopened, tells of this version.
            database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        if not _TABLES.issubset(name for (name,) in database.rows("SELECT name FROM sqlite_master")):
            raise StoreError(f"{path}: the file is damaged (tables are missing); put a sound copy in its place")
    except BaseException:
        database.close()
        raise
    return database


def _check_header(path: Path, *, create: bool) -> None:
    """Refuse what need not be opened to be known as not ours."""
    try:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.exists():
            raise NotFound(f"{path}: there is no such database; `workbench init` makes a workspace")
        if path.is_dir():
            raise StoreError(f"{path}: this is a folder, not a database; name a file")
        if not path.exists() or not (size := path.stat().st_size):
            return
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError as error:
        raise StoreError(f"{path}: cannot be opened ({error.strerror}); check its permissions") from error
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        raise StoreError(f"{path}: this is not a Workbench database, nor any SQLite one; name another file")
    version, application = (int.from_bytes(header[at : at + 4], "big") for at in (60, 68))
    if application != APPLICATION_ID:
        raise StoreError(f"{path}: this SQLite database belongs to another program; name another file")
    if version > NEWEST:
        raise _newer(path, version)
    page = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    if size < pages * (65536 if page == 1 else page) and not _has_wal(path):
        raise StoreError(f"{path}: the file is damaged (its end is missing); put a sound copy in its place")


def _newer(path: Path, version: int) -> StoreError:
    return StoreError(
        f"{path}: a newer Workbench wrote this (form {version}, this one knows up to {NEWEST}); update Workbench"
    )


def _has_wal(path: Path) -> bool:
    """Whether commits wait in the log beside the file."""
    wal = path.with_name(path.name + "-wal")
    return wal.exists() and wal.stat().st_size > 0


def _keep_wal(database: Database) -> None:
    """Put the file into WAL mode, which lasts.

    SQLite does not wait for others where the mode changes, so two processes that make one file must.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            database.connection.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise explain(error, database.path) from error
            time.sleep(0.01)
