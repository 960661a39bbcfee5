"""Which sessions and branches there are: made, named, tagged, listed, found and removed; never what happened in them.

The first screen is drawn from here, so nothing but SQLite is needed to load it.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from workbench.errors import NotFound, UsedWrongly
from workbench.store.database import Database, Row, damaged, sound, valid

SEQ_MASK = (1 << 32) - 1


def own_range(branch: int) -> tuple[int, int]:
    """The first and last key that an event of `branch` can have."""
    return branch << 32, branch << 32 | SEQ_MASK


class SessionRow(NamedTuple):
    """A session as lists show it.

    Attributes:
        created, updated: seconds since 1970 UTC.
        cost: US dollars as decimal text, None where unknown.
        head: the branch that the session's name alone means.
        events: how many were recorded in it, on all branches.
    """

    id: str
    title: str
    created: float
    updated: float
    status: str
    outcome: str | None
    model: str
    persona: str
    cost: str | None
    head: int
    events: int
    tags: tuple[str, ...]


class BranchRow(NamedTuple):
    """A branch: its parent's events up to `parent_seq`, then its own. `last_seq` is the newest."""

    id: int
    session: str
    name: str
    parent: int | None
    parent_seq: int
    created: float
    last_seq: int


class Place(NamedTuple):
    """A branch, and a seq in it; None is its end, wherever that moves."""

    session: SessionRow
    branch: BranchRow
    seq: int | None


_OWN = f"event.id BETWEEN branch.id << 32 AND branch.id << 32 | {SEQ_MASK}"
_LAST_SEQ = f"ifnull((SELECT max(event.id) FROM event WHERE {_OWN}) & {SEQ_MASK}, branch.parent_seq)"
_TAGS = "(SELECT group_concat(tag, char(10)) FROM session_tag WHERE session_tag.session = session.id)"
_WORDS = f"lower(id || ' ' || title || ' ' || model || ' ' || persona || ' ' || ifnull({_TAGS}, ''))"
_CHANGE = {"touched": "updated = max(updated, ?)"}
_SESSION = f"""SELECT id, title, created, updated, status, outcome, model, persona, cost, head,
    (SELECT ifnull(sum({_LAST_SEQ} - parent_seq), 0) FROM branch WHERE branch.session = session.id),
    {_TAGS} FROM session"""
_KINDS = (str, str, float, float, str, str | None, str, str, str | None, int, int)
_BRANCH = f"SELECT id, session, name, parent, parent_seq, created, {_LAST_SEQ} FROM branch"
_FORK_POINT = f"SELECT {_LAST_SEQ}, name FROM branch WHERE id = ? AND session = ?"
_FORK = f"""INSERT OR IGNORE INTO branch (session, name, parent, parent_seq, created) VALUES
    ((SELECT session FROM branch WHERE id = ?1 AND session = ?2 AND ?4 BETWEEN 0 AND {_LAST_SEQ}), ?3, ?1, ?4, ?5)"""
"""No such place gives no session, and a branch of none is ignored. (`INSERT … SELECT` from the table that it fills
goes by way of a table of its own, which costs a fifth of the whole.)"""


class Catalog:
    """The sessions of one workspace."""

    def __init__(self, database: Database) -> None:
        self.database = database
        # The number that the next fork of a session probably has; if somebody else took it, the one after it will do.
        self._next_fork: dict[str, int] = {}

    # --- finding -----------------------------------------------------------------------------------------------------

    def sessions(
        self,
        *,
        limit: int = 50,
        offset: int = 0,
        text: str = "",
        tag: str | None = None,
        status: str | None = None,
        held_first: bool = False,
    ) -> list[SessionRow]:
        """A page of sessions, newest first; with `held_first`, those that wait for a person before them.

        Args:
            text: words that must all occur in id, title, model, persona or a tag, in upper or lower case.
        """
        wanted: list[str] = []
        values: list[object] = []
        for word in valid(text).split():
            wanted.append(f"instr({_WORDS}, lower(?))")
            values.append(word)
        if tag is not None:
            wanted.append("id IN (SELECT session FROM session_tag WHERE tag = ?)")
            values.append(valid(tag))
        if status is not None:
            wanted.append("status = ?")
            values.append(status)
        where = f" WHERE {' AND '.join(wanted)}" if wanted else ""
        order = "(status IN ('held', 'in doubt')) DESC, updated DESC" if held_first else "updated DESC"
        found = self.database.rows(f"{_SESSION}{where} ORDER BY {order} LIMIT ? OFFSET ?", [*values, limit, offset])
        with sound(self.database.path):
            return [self._as_it_stands(_session(row)) for row in found]

    def session(self, ref: str) -> SessionRow:
        """The session with this id or unique start of one; `last` is the newest.

        Raises:
            NotFound: none goes by it.
            UsedWrongly: several do.
        """
        if ref == "last":
            found = self.database.rows(f"{_SESSION} ORDER BY updated DESC LIMIT 1")
        else:
            starts = "WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 6"
            found = self.database.rows(f"{_SESSION} {starts}", [valid(ref.lower())])
        if not found or not ref:
            raise NotFound(
                "there is no session yet; `workbench run` starts one"
                if ref == "last"
                else f"no session goes by {ref!r}; `workbench sessions list` names them"
            )
        with sound(self.database.path):
            rows = [_session(row) for row in found]
        if len(rows) > 1 and rows[0].id != ref.lower():
            several = ", ".join(f"{row.id} ({row.title})" if row.title else row.id for row in rows[:5])
            more = ", …" if len(rows) > 5 else ""
            raise UsedWrongly(f"several sessions go by {ref!r}: {several}{more}; give more of the id")
        return rows[0]

    def place(self, ref: str) -> Place:
        """The place that `SESSION`, `SESSION/BRANCH` or either with `@SEQ` names."""
        name, at, number = ref.rpartition("@")
        if not at:
            name, number = ref, ""
        session_ref, slash, branch_name = name.partition("/")
        session = self.session(session_ref)
        branch = self._named(session, branch_name) if slash else self.branch(session.head)
        if not at:
            return Place(session, branch, None)
        if not number.isdecimal() or not 1 <= int(number) <= branch.last_seq:
            raise NotFound(f"{session.id}/{branch.name} has events 1 to {branch.last_seq}; there is none at {number!r}")
        return Place(session, branch, int(number))

    def _named(self, session: SessionRow, name: str) -> BranchRow:
        branches = self.branches(session.id)
        for branch in branches:
            if branch.name == name:
                return branch
        names = ", ".join(branch.name for branch in branches)
        raise NotFound(f"session {session.id} has no branch {name!r}; it has {names}")

    def branches(self, session: str) -> list[BranchRow]:
        """All branches of the session with exactly this id, oldest first."""
        found = self.database.rows(f"{_BRANCH} WHERE session = ? ORDER BY id", [session])
        return [self._branch(row) for row in found]

    def branch(self, id: int) -> BranchRow:
        """The branch with this number."""
        found = self.database.row(f"{_BRANCH} WHERE id = ? AND session <> ''", [id])
        if found is None:
            raise NotFound(f"there is no branch number {id}; its session may have been removed")
        return self._branch(found)

    def _branch(self, row: Row) -> BranchRow:
        made = BranchRow._make(row)
        if not isinstance(made.parent_seq, int) or not isinstance(made.last_seq, int):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise damaged(self.database.path, f"the row of branch {made.id}")
        return made

    def _as_it_stands(self, row: SessionRow) -> SessionRow:
        """The row, once what the file cannot know is put right."""
        return row

    # --- making and changing -----------------------------------------------------------------------------------------

    def create_session(
        self,
        title: str,
        *,
        created: float,
        id: str | None = None,
        tags: Iterable[str] = (),
        model: str = "",
        persona: str = "",
    ) -> SessionRow:
        """A new session with an empty branch `main`. A given `id` that is taken is the caller's mistake."""
        with self.database.change() as connection:
            taken = "SELECT 1 FROM session WHERE id = ?"
            if id is not None and connection.execute(taken, (id,)).fetchone():
                raise UsedWrongly(f"there is a session {id!r} already; choose another id")
            new = id or next(one for one in _random_ids() if not connection.execute(taken, (one,)).fetchone())
            branch = connection.execute(
                "INSERT INTO branch (session, name, created) VALUES (?, 'main', ?)", (new, created)
            ).lastrowid
            connection.execute(
                "INSERT INTO session (id, title, created, updated, model, persona, head) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (new, valid(title), created, created, model, persona, branch),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO session_tag VALUES (?, ?)", [(new, valid(tag)) for tag in tags]
            )
        return self.session(new)

    def create_branch(
        self, session: str, parent: int, parent_seq: int, *, created: float, name: str | None = None
    ) -> BranchRow:
        """A branch that goes on from `parent_seq` of `parent`; no event is copied.

        Its name is `b2`, `b3`, … unless one is given.
        """
        if name is not None and (not name or set(name) & set("/@")):
            raise UsedWrongly(f"a branch cannot be named {name!r}: give a name without `/` and `@`")
        if name is not None:
            row = self._fork(session, valid(name), parent, parent_seq, created)
            if row is None:
                self._check_fork_point(session, parent, parent_seq)
                raise UsedWrongly(f"session {session} has a branch {name!r} already; choose another name")
            return row
        number = self._next_fork.get(session) or len(self.branches(session)) + 1
        while (row := self._fork(session, f"b{number}", parent, parent_seq, created)) is None:
            self._check_fork_point(session, parent, parent_seq)
            number += 1
        self._next_fork[session] = number + 1
        return row

    def _fork(self, session: str, name: str, parent: int, parent_seq: int, created: float) -> BranchRow | None:
        """The new branch; None where the name is taken, or there is no such place to fork at."""
        new = self.database.insert(_FORK, (parent, session, name, parent_seq, created))
        return None if new is None else BranchRow(new, session, name, parent, parent_seq, created, parent_seq)

    def _check_fork_point(self, session: str, parent: int, parent_seq: int) -> None:
        found = self.database.row(_FORK_POINT, (parent, session))
        if found is None:
            raise NotFound(f"session {session} has no branch number {parent}; it may have been removed")
        last_seq, parent_name = found
        if not 0 <= parent_seq <= last_seq:
            has = f"{session}/{parent_name} has events 1 to {last_seq}"
            raise NotFound(f"{has}; it cannot be forked at {parent_seq}")

    def update_session(
        self,
        id: str,
        *,
        title: str | None = None,
        status: str | None = None,
        outcome: str | None = None,
        cost: str | None = None,
        model: str | None = None,
        persona: str | None = None,
        head: int | None = None,
        updated: float | None = None,
        touched: float | None = None,
    ) -> None:
        """Change what is given; the rest stays. A new `status` says anew what the `outcome` is.

        `touched`: when its newest event was recorded, which makes it no older than it was.
        """
        given = {"title": title and valid(title), "status": status, "outcome": outcome, "cost": cost}
        given |= {"model": model, "persona": persona, "head": head, "updated": updated, "touched": touched}
        changes: dict[str, object] = {column: value for column, value in given.items() if value is not None}
        if status is not None:
            changes["outcome"] = outcome
        if changes:
            columns = ", ".join(_CHANGE.get(column, f"{column} = ?") for column in changes)
            if not self.database.write(f"UPDATE session SET {columns} WHERE id = ?", [*changes.values(), id]):
                raise NotFound(f"there is no session {id!r}; it may have been removed")

    def tag(self, session: str, *tags: str) -> None:
        """Put tags on the session; one that is there already stays."""
        with self.database.change() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO session_tag VALUES (?, ?)", [(session, valid(tag)) for tag in tags]
            )

    def untag(self, session: str, *tags: str) -> None:
        """Take tags off the session."""
        with self.database.change() as connection:
            gone = [(session, valid(tag)) for tag in tags]
            connection.executemany("DELETE FROM session_tag WHERE session = ? AND tag = ?", gone)


def _random_ids() -> Iterator[str]:
    """Ids of eight characters, a-z and 2-7, without end."""
    while True:
        yield base64.b32encode(os.urandom(5)).decode().lower()


def _session(row: Row) -> SessionRow:
    *fields, tags = row
    if not all(isinstance(value, kind) for value, kind in zip(fields, _KINDS, strict=True)):
        raise ValueError("the row of a session")
    Decimal(fields[8] or 0)
    return SessionRow._make([*fields, tuple(sorted(str(tags).split("\n"))) if tags else ()])
