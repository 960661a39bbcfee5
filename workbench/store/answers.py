"""Answers of models that were given before, in a SQLite file of their own: it can be thrown away."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path


class AnswerFile:
    """Keeps answers by the key of their request, for this process and the next. What SQLite and the disk raise is let
    through; the file is made and opened when it is first asked, so that a bad one costs nothing but the saving.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None

    def get(self, key: str) -> bytes | None:
        """The answer, None where none is kept."""
        with self._lock:
            row = self._database().execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    def put(self, key: str, answer: bytes) -> None:
        """Keep it, in the place of another."""
        with self._lock:
            self._database().execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, answer))

    def _database(self) -> sqlite3.Connection:
        if self._opened is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)
            try:
                database.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer BLOB NOT NULL)")
            except sqlite3.Error:
                database.close()
                raise
            self._opened = database
        return self._opened
