"""What is done behind the writers' backs: folding the WAL into the file, and the search index once the log is quiet."""

from __future__ import annotations

import threading
from pathlib import Path

from workbench.errors import StoreError
from workbench.store.database import Database
from workbench.store.search import SearchIndex

_PERIOD = 0.5
_LARGE_WAL = 4 << 20


class Housekeeper:
    """A thread with a connection of its own, from its making until `stop()`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="store housekeeping", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, after the step that it is at."""
        self._stopping.set()
        self._thread.join()

    def _work(self) -> None:
        database = Database(self._path)
        index = SearchIndex(database)
        wal = self._path.with_name(self._path.name + "-wal")
        seen = indexed = -1
        while not self._stopping.wait(_PERIOD):
            try:
                now = database.number("PRAGMA data_version")
                if now != seen:
                    seen = now
                    if wal.exists() and wal.stat().st_size > _LARGE_WAL:
                        database.rows("PRAGMA wal_checkpoint(PASSIVE)")
                elif now != indexed:
                    while index.advance() and not self._stopping.is_set():
                        if database.number("PRAGMA data_version") != now:
                            break
                    else:
                        indexed = now
            except StoreError:
                # A locked file or a full disk: whoever appends is told; here it is tried again at the next turn.
                continue
        try:
            database.rows("PRAGMA wal_checkpoint(PASSIVE)")
        except StoreError:
            # The WAL stays as it is, and serves as well.
            return
        finally:
            database.close()
