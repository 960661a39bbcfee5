"""Opening the workspace's file: missing, it is made; old, it is brought forward; not ours, it is refused.

A file that is refused was only read, and is left byte for byte as it was.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from workbench.errors import DiskFull, Locked, NotFound, StoreError
from workbench.store.database import FAULTS, PATIENCE, Database, explain, has_wal
from workbench.store.locks import making
from workbench.store.migrations import APPLICATION_ID, NEWEST, migrate

_TABLES = {"session", "session_tag", "branch", "event"}


def open_database(path: Path, *, create: bool = True) -> Database:
    """A connection to a file that is sound, ours and up to date.

    Raises:
        NotFound: there is no such file, and none is to be made.
        StoreError: the file is foreign, newer, damaged or cannot be reached.
    """
    try:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.exists():
            raise NotFound(f"{path}: there is no such database; `workbench init` makes a workspace")
        if path.is_dir():
            raise StoreError(f"{path}: this is a folder, not a database; name a file")
        empty = not path.exists() or not path.stat().st_size
    except OSError as error:
        raise StoreError(f"{path}: cannot be opened ({error.strerror}); check its permissions") from error
    version = 0 if empty else _version_of_ours(path)
    if not empty and not _may_write(path):
        return _to_read(path, version)
    try:
        if not empty and version == NEWEST:
            return _connect(path)
        with making(path):
            return _connect(path)
    except DiskFull as full:
        if empty or isinstance(full, Locked):
            raise
        return _on_a_full_disk(path, full)


def _may_write(path: Path) -> bool:
    """Whether the file and its folder, where the log and the locks lie, can be written."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _to_read(path: Path, version: int) -> Database:
    """A connection that writes nothing."""
    if 0 < version < NEWEST:
        raise StoreError(
            f"{path}: an older Workbench wrote this, and it cannot be brought forward where it may only be read; "
            "copy its folder to where it can be written"
        )
    database = Database(path, read_only=True)
    try:
        _see_tables(database)
    except StoreError as problem:
        database.close()
        if has_wal(path):
            raise StoreError(
                f"{path}: the log beside it holds what the file lacks, and cannot be read without writing ({problem}); "
                "copy its folder to where it can be written"
            ) from problem
        raise
    return database


def _on_a_full_disk(path: Path, full: DiskFull) -> Database:
    """A connection for looking, where there is no room even for the index of the log that SQLite makes beside the file.

    In WAL mode that index is shared with other processes; whoever keeps them out has it in memory.
    """
    database = Database(path, alone=True)
    try:
        if database.number("PRAGMA user_version") != NEWEST:
            raise full
        _see_tables(database)
    except BaseException:
        database.close()
        raise
    database.read_only = True
    database.full = DiskFull(f"{full.args[0].partition(', so ')[0]}, so it is only read; make room and open it again")
    return database


def _see_tables(database: Database) -> None:
    if not _TABLES.issubset(name for (name,) in database.rows("SELECT name FROM sqlite_master")):
        raise StoreError(f"{database.path}: the file is damaged (tables are missing); put a sound copy in its place")


def _version_of_ours(path: Path) -> int:
    """The version that the file itself tells of, read without locks and without a look at its WAL.

    SQLite reads it, not we: closing a file that SQLite has open in this process would undo its locks.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as connection:
            application: int = connection.execute("PRAGMA application_id").fetchone()[0]
            version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    except FAULTS as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
            raise StoreError(f"{path}: this is not a Workbench database, nor any SQLite one; name another") from error
        if has_wal(path):
            # Perhaps somebody is folding the WAL into the file just now; an ordinary opening will tell.
            return 0
        raise explain(error, path) from error
    if application != APPLICATION_ID:
        raise StoreError(f"{path}: this SQLite database belongs to another program; name another file")
    if version > NEWEST:
        raise _newer(path, version)
    return version


def _connect(path: Path) -> Database:
    """Open, migrate where that is needed, and see that the tables are there."""
    database = Database(path)
    try:
        version = database.number("PRAGMA user_version")
        if version > NEWEST:
            raise _newer(path, version)
        if version < NEWEST:
            migrate(database)
        _keep_wal(database)
        if version < NEWEST:
            # So that the file itself tells of this version, and an older Workbench refuses it unopened.
            database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        _see_tables(database)
    except BaseException:
        database.close()
        raise
    return database


def _newer(path: Path, version: int) -> StoreError:
    return StoreError(
        f"{path}: a newer Workbench wrote this (form {version}, this one knows up to {NEWEST}); update Workbench"
    )


def _keep_wal(database: Database) -> None:
    """Put the file into WAL mode, which lasts. SQLite does not wait for others where the mode changes, so this does."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            database.connection.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise explain(error, database.path) from error
            time.sleep(0.01)
