"""Answers of models that were given before, in a SQLite file of their own: it can be thrown away."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path


class AnswerFile:
    """Keeps answers by the key of their request, for this process and the next. What SQLite raises is let through."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer BLOB NOT NULL)")

    def get(self, key: str) -> bytes | None:
        """The answer, None where none is kept."""
        with self._lock:
            row = self._database.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    def put(self, key: str, answer: bytes) -> None:
        """Keep it, in the place of another."""
        with self._lock:
            self._database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, answer))
