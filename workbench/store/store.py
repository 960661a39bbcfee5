"""The store of a workspace as the rest of the program knows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.store.catalog import Catalog
from workbench.store.opening import open_database

if TYPE_CHECKING:
    import sqlite_utils

    from workbench.store.log import BranchLog, BranchReader


class Store(Catalog):
    """One workspace's database: the catalog of its sessions, and the way to their logs.

    Listing sessions needs nothing but SQLite; what else is needed is loaded by the first call that needs it.
    """

    @classmethod
    def open(cls, path: Path, *, create: bool = True) -> Store:
        """The store in the file at `path`, which is made, with its folder, where it is missing.

        Raises:
            NotFound: it is missing and not to be made.
            StoreError: it is not a Workbench database, is newer than this Workbench, or damaged.
        """
        return cls(open_database(path, create=create))

    def read(self, branch: int) -> BranchReader:
        """The events of a branch, to read and to follow."""
        from workbench.store.log import BranchReader

        return BranchReader(self, branch)

    def write(self, branch: int, *, process: str) -> BranchLog:
        """The events of a branch, to append to. `process` tells others who writes.

        Raises:
            NotWriter: somebody writes it already; the sentence names the process.
        """
        from workbench.store.log import BranchLog

        return BranchLog(self, branch, process=process)

    def tables(self) -> sqlite_utils.Database:
        """The tables, for queries that nothing here foresees."""
        import sqlite_utils

        return sqlite_utils.Database(self.database.connection)

    def close(self) -> None:
        """Close the file."""
        self.database.close()
