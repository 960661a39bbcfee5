"""Full-text search: the index that follows the log, and what it finds.

Appending costs the log nothing here. The index catches up behind it, in small transactions, when the log is quiet
and before each search; `unindexed` says from where.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from workbench.errors import UsedWrongly
from workbench.store.catalog import SEQ_MASK
from workbench.store.database import Database, damaged, sound
from workbench.store.words import KINDS, excerpt, terms, text_of

_BATCH = 256
_PIECE = 4000
_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)


class Hit(NamedTuple):
    """An event in which all the words were found, and the place in it where the first is."""

    session: str
    branch: str
    seq: int
    at: float
    kind: str
    actor: str
    snippet: str


class _Behind(NamedTuple):
    """A branch whose events after `upto` and up to `reached` were read, to be indexed."""

    branch: int
    upto: int
    reached: int
    texts: list[tuple[float, int, str]]


class SearchIndex:
    """The index of one file, on one connection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._done: list[tuple[int, int, int]] = []

    def search(self, words: str, *, limit: int = 50, session: str | None = None) -> list[Hit]:
        """Events that hold all of `words`, as the index has them, newest first. Text in double quotes is a phrase.

        Raises:
            UsedWrongly: there is no word to search for.
        """
        wanted = terms(words)
        if not wanted:
            raise UsedWrongly("there is no word to search for; name one or more")
        query = " ".join(f'"{term.replace(chr(34), " ")}"' for term in wanted)
        found = self._database.rows(
            f"""SELECT branch.session, branch.name, event.id & {SEQ_MASK}, at, kind, actor, body
            FROM words CROSS JOIN indexed ON document = words.rowid CROSS JOIN event ON event.id = indexed.event
            CROSS JOIN branch ON branch.id = event.id >> 32
            WHERE words MATCH ? AND (?2 IS NULL OR branch.session = ?2) ORDER BY words.rowid DESC LIMIT ?""",
            (query, session, limit),
        )
        with sound(self._database.path):
            return [Hit._make([*row, excerpt(text_of(row[4], body), wanted)]) for *row, body in found]

    def catch_up(self) -> None:
        """Index all that was recorded."""
        with sound(self._database.path):
            while self.advance():
                pass

    def advance(self, batch: int = _BATCH) -> bool:
        """Index up to `batch` events, fewer if they are long, in one transaction; whether there may be more."""
        behind = self._read(batch)
        if not behind:
            return False
        steps = [(one.branch, one.upto, one.reached) for one in behind]
        if steps == self._done:  # they were taken, and are there again: without end, if nobody looked
            raise damaged(self._database.path, "what is to be indexed cannot be counted off")
        with self._database.change() as connection:
            # Another process may have indexed the same events, or removed their session, since they were read.
            current = dict(connection.execute("SELECT branch, upto FROM unindexed").fetchall())
            still = [one for one in behind if current.get(one.branch) == one.upto]
            _insert(connection, sorted(text for one in still for text in one.texts))
            for one in still:
                connection.execute("UPDATE unindexed SET upto = ? WHERE branch = ?", (one.reached, one.branch))
                connection.execute(
                    f"""DELETE FROM unindexed WHERE branch = ? AND writing = 0 AND NOT EXISTS (
                    SELECT 1 FROM event WHERE id > (branch << 32 | upto) AND id <= (branch << 32 | {SEQ_MASK}))""",
                    (one.branch,),
                )
        self._done = steps
        return True

    def _read(self, batch: int) -> list[_Behind]:
        """What is to be indexed next, read and made text before anybody is kept from writing."""
        behind: list[_Behind] = []
        left = batch
        for branch, upto, writing in self._database.rows("SELECT branch, upto, writing FROM unindexed ORDER BY branch"):
            rows = self._database.rows(
                "SELECT id, at, kind, body FROM event WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
                (branch << 32 | upto, branch << 32 | SEQ_MASK, left),
            )
            reached, texts = upto, list[tuple[float, int, str]]()
            for key, at, kind, body in rows:
                reached, text = key & SEQ_MASK, text_of(kind, body)
                if text:
                    texts.append((at, key, text))
                left -= 1 + len(text) // _PIECE
                if left <= 0:
                    break
            if rows or not writing:
                behind.append(_Behind(branch, upto, reached, texts))
            if left <= 0:
                break
        return behind


def forget(connection: sqlite3.Connection, branches: Iterable[int]) -> None:
    """Take the events of these branches out of the index; they must still be there to be read."""
    chosen = f"event >> 32 IN ({', '.join(str(branch) for branch in branches)})"
    found = connection.execute(f"SELECT document, kind, body FROM indexed JOIN event ON id = event WHERE {chosen}")
    texts = [(document, text_of(kind, body)) for document, kind, body in found.fetchall()]
    connection.executemany("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", texts)
    connection.execute(f"DELETE FROM indexed WHERE {chosen}")


def _insert(connection: sqlite3.Connection, texts: list[tuple[float, int, str]]) -> None:
    """Index texts with the time and key of their events; documents are numbered as they come."""
    first: int = connection.execute("SELECT ifnull(max(document), 0) + 1 FROM indexed").fetchone()[0]
    numbered = list(enumerate(texts, first))
    connection.executemany("INSERT INTO indexed VALUES (?, ?)", [(number, key) for number, (_, key, _) in numbered])
    connection.executemany(
        "INSERT INTO words (rowid, text) VALUES (?, ?)", [(number, text) for number, (*_, text) in numbered]
    )
