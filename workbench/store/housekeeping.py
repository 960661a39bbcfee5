"""What is done behind the writers' backs: folding the WAL into the file, and the search index once the log is quiet."""

from __future__ import annotations

import threading
from pathlib import Path

from workbench.errors import StoreError
from workbench.store.database import Database
from workbench.store.search import SearchIndex

_PERIOD = 0.5
_PATIENCE = 0.1
_LARGE_WAL = 4 << 20


class Housework:
    """The work itself, a turn at a time, on a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, patience=_PATIENCE)
        self._index = SearchIndex(self._database)
        self._wal = path.with_name(path.name + "-wal")
        self._seen = self._commits()
        self._indexed = -1

    def turn(self, stopping: threading.Event) -> None:
        """Where others committed since the last turn, look after the WAL; where nobody did, after the index.

        A locked file or a full disk is no failure here: whoever appends is told, and the next turn tries again.
        """
        try:
            before, self._seen = self._seen, self._commits()
            if self._seen != before:
                if self._wal.exists() and self._wal.stat().st_size > _LARGE_WAL:
                    # Passive: what a reader still needs stays in the WAL, and nobody is kept waiting.
                    self._database.rows("PRAGMA wal_checkpoint(PASSIVE)")
            elif self._indexed != self._seen:
                while self._commits() == self._seen and not stopping.is_set():
                    if not self._index.advance():
                        self._indexed = self._seen
                        break
        except StoreError:
            self._indexed = -1

    def close(self) -> None:
        """Close the connection; if it is the last, SQLite folds all of the WAL into the file."""
        self._database.close()

    def _commits(self) -> int:
        """A number that changes when another connection commits."""
        return self._database.number("PRAGMA data_version")


class Housekeeper:
    """A thread that takes a turn twice a second, from its making until `stop()`."""

    def __init__(self, path: Path) -> None:
        self._housework = Housework(path)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="store housekeeping", daemon=True)
        self._thread.start()

    def dismiss(self) -> None:
        """End, after the step that it is at; nobody waits for it."""
        self._stopping.set()

    def stop(self) -> None:
        """End, after the step that it is at."""
        self.dismiss()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopping.wait(_PERIOD):
            self._housework.turn(self._stopping)
        self._housework.close()
