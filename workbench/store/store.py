"""The store of a workspace as the rest of the program knows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from weakref import finalize

from workbench.errors import ReadOnly
from workbench.store.catalog import Catalog, SessionRow
from workbench.store.database import Database
from workbench.store.locks import is_written, sharing
from workbench.store.opening import open_database

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import sqlite_utils

    from workbench.store.aside import SetAside
    from workbench.store.housekeeping import Housekeeper
    from workbench.store.log import BranchLog, BranchReader
    from workbench.store.search import Hit
    from workbench.store.usage import UsageIndex


class Store(Catalog):
    """One workspace's database: the catalog of its sessions, and the way to their logs.

    Listing sessions needs nothing but SQLite; what else is needed is loaded by the first call that needs it.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._housekeeper: Housekeeper | None = None

    @classmethod
    def open(cls, path: Path, *, create: bool = True) -> Store:
        """The store in the file at `path`, which is made, with its folder, where it is missing.

        Raises:
            NotFound: it is missing and not to be made.
            StoreError: it is not a Workbench database, is newer than this Workbench, or damaged.
        """
        return cls(open_database(path, create=create))

    @property
    def read_only(self) -> bool:
        """Whether the file or its folder may only be read, or the disk is full."""
        return self.database.read_only

    def _as_it_stands(self, row: SessionRow) -> SessionRow:
        """A session that is said to run while nobody writes it was interrupted."""
        if row.status == "running" and not is_written(self.database.path, row.head):
            return row._replace(status="interrupted")
        return row

    def read(self, branch: int) -> BranchReader:
        """The events of a branch, to read and to follow."""
        from workbench.store.log import BranchReader

        return BranchReader(self, branch)

    def write(self, branch: int, *, process: str) -> BranchLog:
        """The events of a branch, to append to. `process` tells others who writes.

        Raises:
            NotWriter: somebody writes it already; the sentence names the process.
            ReadOnly: the file may only be read.
            DiskFull: there is no room.
        """
        if self.database.full is not None:
            raise self.database.full
        if self.read_only:
            raise ReadOnly(f"{self.database.path} may only be read, so nothing can be recorded here")
        from workbench.store.housekeeping import Housekeeper
        from workbench.store.log import BranchLog

        log = BranchLog(self, branch, process=process)
        if self._housekeeper is None:
            self._housekeeper = Housekeeper(self.database.path)
            finalize(self, self._housekeeper.dismiss)  # its thread must not outlive a store that nobody closes
        return log

    def search(self, words: str, *, limit: int = 50, session: str | None = None) -> list[Hit]:
        """Events in which all `words` were said, called or returned, newest first. Double quotes make a phrase.

        Raises:
            UsedWrongly: there is no word to search for.
        """
        from workbench.store.search import SearchIndex

        if not self.read_only:
            index = SearchIndex(self.database)
            index.catch_up()
            return index.search(words, limit=limit, session=session)
        copy = self._copy()
        try:
            index = SearchIndex(copy)
            index.catch_up()
            return index.search(words, limit=limit, session=session)
        finally:
            copy.close()

    def _copy(self) -> Database:
        """The file in memory: what is worked out of the log may lag behind it, and cannot catch up in the file."""
        copy = Database(Path(":memory:"))
        self.database.connection.backup(copy.connection)
        return copy

    def usage(self) -> UsageIndex:
        """What models and tools used, with all that was recorded counted."""
        from workbench.store.usage import UsageIndex

        database = self._copy() if self.read_only else self.database
        index = UsageIndex(database)
        if database is not self.database:
            finalize(index, database.close)
        index.catch_up()
        return index

    def set_aside(self, session: str, but: int) -> SetAside:
        """What model calls under way on other branches than `but` hold: in the session, and in the whole workspace."""
        from workbench.store.aside import set_aside

        return set_aside(self.database, session, but)

    def sharing(self) -> AbstractContextManager[None]:
        """Held while room in a cap that several runs share is looked for and taken; others wait that long."""
        return sharing(self.database.path)

    def remove(self, session: str) -> None:
        """Remove the session with exactly this id, and all that was recorded in it, for good.

        Raises:
            NotWriter: one of its branches is being written.
        """
        from workbench.store.removal import remove

        remove(self, session)

    def tables(self) -> sqlite_utils.Database:
        """The tables, for queries that nothing here foresees."""
        import sqlite_utils

        return sqlite_utils.Database(self.database.connection)

    def close(self) -> None:
        """Close the file; logs that are open go on by themselves."""
        if self._housekeeper is not None:
            self._housekeeper.stop()
        self.database.close()
