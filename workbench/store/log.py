"""A branch as its events: read by anybody at any time, appended to by its one writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from os.path import samestat
from typing import NamedTuple

from workbench.errors import DiskFull, NotFound, NotWriter, StoreError
from workbench.events import Event, decode, stored
from workbench.events.text import clean
from workbench.store.catalog import SEQ_MASK, BranchRow, Catalog, own_range
from workbench.store.database import Database, Row, damaged, explain
from workbench.store.locks import WriterLock

_PAGE = 1024
_COLUMNS = 7
_ROWS_AT_ONCE = 32
_ONE = "(?, ?, ?, ?, ?, ?, ?)"
_APPEND = [f"INSERT INTO event VALUES {', '.join([_ONE] * rows)}" for rows in range(_ROWS_AT_ONCE + 1)]
_STORED = "SELECT id, at, by, actor, kind, v, body FROM event"
_FACTS = frozenset({"model_answered", "tool_returned", "call_failed"})


class Headline(NamedTuple):
    """An event without its body, of which only the size is told, in bytes of JSON."""

    seq: int
    at: float
    by: str
    actor: str
    kind: str
    size: int


class Stretch(NamedTuple):
    """A piece of a lineage: the events of `branch` with `after < seq <= upto`."""

    branch: int
    after: int
    upto: int


class BranchReader:
    """A branch with all that it inherits; any number may be open, in any process, beside the writer."""

    def __init__(self, catalog: Catalog, branch: int) -> None:
        self.branch = catalog.branch(branch)
        self._database = catalog.database
        self._inherited = _inherited(catalog, self.branch)
        self._seen = self._commits()

    @property
    def number(self) -> int:
        """The branch's id."""
        return self.branch.id

    @property
    def lineage(self) -> list[tuple[int, int]]:
        """The branches whose events this one is made of, oldest first, each with the last seq it gives."""
        return [(stretch.branch, stretch.upto) for stretch in self._inherited] + [(self.branch.id, self.last_seq)]

    @property
    def last_seq(self) -> int:
        """The seq of the newest event now in the file, 0 where there is none."""
        newest = self._database.number("SELECT max(id) FROM event WHERE id BETWEEN ? AND ?", own_range(self.branch.id))
        return newest & SEQ_MASK if newest else self.branch.parent_seq

    def events(self, after: int = 0, upto: int | None = None) -> Iterator[Event]:
        """The events with `after < seq <= upto` in order.

        They are read a page at a time, so that a slow reader holds up no checkpoint.
        """
        for page in self._pages("id, at, by, actor, kind, v, body", after, upto):
            for row in page:
                yield _event(row)

    def events_of(self, *kinds: str, after: int = 0) -> Iterator[Event]:
        """The events of these kinds with `after < seq`, in order; the bodies of others are not read."""
        for page in self._pages("id, at, by, actor, kind, v, body", after, None, kinds):
            for row in page:
                yield _event(row)

    def headlines(self, after: int = 0, upto: int | None = None) -> Iterator[Headline]:
        """The same events, their bodies unread."""
        for page in self._pages(f"id & {SEQ_MASK}, at, by, actor, kind, length(CAST(body AS BLOB))", after, upto):
            yield from map(Headline._make, page)

    def get(self, seq: int) -> Event:
        """The event at `seq`."""
        for event in self.events(seq - 1, seq):
            return event
        raise NotFound(f"{self.branch.session}/{self.branch.name} has no event {seq}")

    def many(self, seqs: Iterable[int]) -> dict[int, Event]:
        """The events at these seqs; what is not there is left out."""
        found: dict[int, Event] = {}
        ids = [self._owner(seq) << 32 | seq for seq in set(seqs)]
        for start in range(0, len(ids), _PAGE):
            some = ids[start : start + _PAGE]
            marks = ", ".join("?" * len(some))
            rows = self._database.rows(f"{_STORED} WHERE id IN ({marks})", some)
            found |= {event.seq: event for event in map(_event, rows)}
        return found

    def snapshot(self, upto: int, version: str) -> tuple[int, bytes] | None:
        """The newest kept state of this `version` at or before `upto`: its seq and bytes."""
        for stretch in reversed(self._stretches(0, upto)):
            found = self._database.row(
                "SELECT seq, state FROM snapshot WHERE branch = ? AND seq > ? AND seq <= ? AND version = ?"
                " ORDER BY seq DESC LIMIT 1",
                (*stretch, version),
            )
            if found:
                return found[0], found[1]
        return None

    def draft(self, call: str) -> tuple[str, float] | None:
        """What had come of an answer that was still streaming, and when that was written down."""
        found = self._database.row("SELECT text, at FROM draft WHERE branch = ? AND call = ?", (self.branch.id, call))
        return (found[0], found[1]) if found else None

    def changed(self) -> bool:
        """Whether anybody committed anything to the file since this was last asked; a follower's cheap question."""
        seen, self._seen = self._seen, self._commits()
        return seen != self._seen

    def _commits(self) -> int:
        return self._database.number("PRAGMA data_version")

    def _owner(self, seq: int) -> int:
        """The branch that holds the event at `seq`."""
        return next((one.branch for one in self._inherited if one.after < seq <= one.upto), self.branch.id)

    def _stretches(self, after: int, upto: int | None) -> list[Stretch]:
        """The lineage, cut to `after < seq <= upto`."""
        whole = [*self._inherited, Stretch(self.branch.id, self.branch.parent_seq, SEQ_MASK)]
        end = SEQ_MASK if upto is None else upto
        cut = [Stretch(one.branch, max(one.after, after), min(one.upto, end)) for one in whole]
        return [one for one in cut if one.after < one.upto]

    def _pages(self, columns: str, after: int, upto: int | None, kinds: Sequence[str] = ()) -> Iterator[list[Row]]:
        some = f"AND kind IN ({', '.join('?' * len(kinds))}) " if kinds else ""
        sql = f"SELECT {columns} FROM event WHERE id > ? AND id <= ? {some}ORDER BY id LIMIT {_PAGE}"
        for branch, start, end in self._stretches(after, upto):
            at = start
            while at < end:
                page = self._database.rows(sql, (branch << 32 | at, branch << 32 | end, *kinds))
                if page:
                    yield page
                if len(page) < _PAGE:
                    break
                at = page[-1][0] & SEQ_MASK


class BranchLog(BranchReader):
    """The only writer of a branch, on a connection of its own.

    Raises:
        NotWriter: somebody writes this branch already.
    """

    def __init__(self, catalog: Catalog, branch: int, *, process: str) -> None:
        row = catalog.branch(branch)
        path = catalog.database.path
        with ExitStack() as undo:
            self._lock = WriterLock(path, branch, process, name=f"{row.session}/{row.name}")
            undo.callback(self._lock.release)
            database = Database(path)
            undo.callback(database.close)
            super().__init__(Catalog(database), branch)
            opened = "INSERT INTO unindexed VALUES (?, ?, 1) ON CONFLICT (branch) DO UPDATE SET writing = 1"
            database.write(opened, (branch, self.last_seq))
            self._drafts = {call for (call,) in database.rows("SELECT call FROM draft WHERE branch = ?", (branch,))}
            self._cursor = database.connection.cursor()
            self._place, self._look_at = path.absolute(), 0.0
            self._file = self._place.stat()
            undo.pop_all()

    def append(self, events: Sequence[Event], *, durable: bool = False) -> None:
        """Record these events in one transaction: all of them, or none.

        Args:
            durable: wait until the disk has them, so that not even a power cut takes them back.

        Raises:
            NotWriter: an event with such a seq is there already.
            DiskFull: there is no room; this can be called again when there is.
            StoreError: the file was removed or replaced; SQLite would go on writing what nobody can find.
        """
        if not events:
            return
        if events[-1].at >= self._look_at:
            self._must_be_there(events[-1].at)
        values: list[object] = []
        for event in events:
            kind, version, text = stored(event.body)
            values += (event.branch << 32 | event.seq, event.at, event.by, event.actor, kind, version, text)
        cursor = self._cursor
        try:
            if durable:
                cursor.execute("PRAGMA synchronous = FULL")
            if len(events) <= _ROWS_AT_ONCE and not self._drafts:
                # A single statement is a transaction of its own, without the cost of two more statements around it.
                cursor.execute(_APPEND[len(events)], values)
            else:
                self._append_together(events, values)
        except sqlite3.Error as error:
            self._database.undo()
            raise self._told(error) from error
        finally:
            if durable:
                cursor.execute("PRAGMA synchronous = NORMAL")

    def _append_together(self, events: Sequence[Event], values: list[object]) -> None:
        """Append in an explicit transaction, which also takes away the drafts of calls whose fact has come."""
        cursor = self._cursor
        facts = (event.body for event in events if event.body.kind in _FACTS)
        done = self._drafts.intersection(getattr(body, "call", "") for body in facts)
        cursor.execute("BEGIN IMMEDIATE")
        for start in range(0, len(events), _ROWS_AT_ONCE):
            rows = min(_ROWS_AT_ONCE, len(events) - start)
            cursor.execute(_APPEND[rows], values[start * _COLUMNS : (start + rows) * _COLUMNS])
        for call in done:
            cursor.execute("DELETE FROM draft WHERE branch = ? AND call = ?", (self.branch.id, call))
        cursor.execute("COMMIT")
        self._drafts -= done

    def _must_be_there(self, now: float) -> None:
        """Look whether the file is where it was opened, or in the folder that was moved; and again in a second."""
        try:
            there = samestat(self._place.stat(), self._file)
        except OSError:
            there = self._lock.moved
        if not there:
            raise StoreError(
                f"{self._place}: the file was removed or replaced while it was being written, so nothing more is "
                "recorded; put it back and open the session again"
            )
        self._look_at = now + 1.0

    def _told(self, error: sqlite3.Error) -> Exception:
        if isinstance(error, sqlite3.IntegrityError):
            name = f"{self.branch.session}/{self.branch.name}"
            return NotWriter(f"{name} has this event already: another process wrote it; open the session anew")
        return explain(error, self._database.path)

    def put_snapshot(self, seq: int, version: str, state: bytes) -> None:
        """Keep a folded state; those of other versions, which nobody can read any more, go."""
        with self._database.change() as connection:
            connection.execute("DELETE FROM snapshot WHERE branch = ? AND version <> ?", (self.branch.id, version))
            kept = (self.branch.id, seq, version, state)
            connection.execute("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?)", kept)

    def put_draft(self, call: str, text: str, at: float) -> None:
        """Write down what has come so far of an answer to `call`, until its fact does."""
        self._database.write(
            "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?)", (self.branch.id, call, clean(text), at)
        )
        self._drafts.add(call)

    def clear_draft(self, call: str) -> None:
        """Forget the draft of `call`."""
        self._database.write("DELETE FROM draft WHERE branch = ? AND call = ?", (self.branch.id, call))
        self._drafts.discard(call)

    def close(self) -> None:
        """Let the branch go, for others to write."""
        if not self._lock.held:
            return
        try:
            with suppress(DiskFull):  # as after a killed process: the index finds out by itself
                self._database.write("UPDATE unindexed SET writing = 0 WHERE branch = ?", (self.branch.id,))
        finally:
            self._database.close()
            self._lock.release()


def _inherited(catalog: Catalog, branch: BranchRow) -> tuple[Stretch, ...]:
    """What `branch` takes over from those it descends from, oldest first."""
    stretches: list[Stretch] = []
    upto, parent, child = branch.parent_seq, branch.parent, branch.id
    while parent is not None:
        if parent >= child:  # a branch leaves one that was there before it
            raise damaged(catalog.database.path, f"branch {child} descends from branch {parent}")
        row, child = catalog.branch(parent), parent
        if upto > row.parent_seq:
            stretches.append(Stretch(row.id, row.parent_seq, upto))
        upto, parent = min(upto, row.parent_seq), row.parent
    return tuple(reversed(stretches))


def _event(row: Row) -> Event:
    key, at, by, actor, kind, version, body = row
    if type(at) is not float or type(actor) is not str:
        raise StoreError(f"event {key & SEQ_MASK} is damaged; put a sound copy of the file in its place")
    return Event(key >> 32, key & SEQ_MASK, at, by, actor, decode(kind, version, body))
