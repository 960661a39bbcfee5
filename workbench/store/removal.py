"""Removing a session: the one thing that takes recorded events away, and only at a person's word."""

from __future__ import annotations

from contextlib import ExitStack

from workbench.errors import NotFound
from workbench.store import usage
from workbench.store.catalog import Catalog, own_range
from workbench.store.locks import WriterLock
from workbench.store.search import forget


def remove(catalog: Catalog, session: str) -> None:
    """Remove `session` with all its branches, while none of them is being written.

    Raises:
        NotFound: there is no session with exactly this id.
        NotWriter: a branch of it is being written.
    """
    branches = catalog.branches(session)
    if not branches:
        raise NotFound(f"there is no session {session!r}; it may have been removed already")
    database = catalog.database
    with ExitStack() as locks:
        for branch in branches:
            lock = WriterLock(database.path, branch.id, "removing it", name=f"{session}/{branch.name}")
            locks.callback(lock.release)
        with database.change() as connection:
            forget(connection, [branch.id for branch in branches])
            usage.forget(connection, [branch.id for branch in branches])
            for branch in branches:
                connection.execute("DELETE FROM event WHERE id BETWEEN ? AND ?", own_range(branch.id))
                for table in ("snapshot", "draft", "unindexed"):
                    connection.execute(f"DELETE FROM {table} WHERE branch = ?", (branch.id,))
            # A number is never given twice: keys told to the world are made of it. SQLite counts on from the
            # highest that is there, so that one stays, as the branch of no session, until there is a higher one.
            highest = "id <> (SELECT max(id) FROM branch)"
            connection.execute(f"DELETE FROM branch WHERE session IN (?, '') AND {highest}", (session,))
            kept = "UPDATE branch SET session = '', name = id, parent = NULL, parent_seq = 0 WHERE session = ?"
            connection.execute(kept, (session,))
            connection.execute("DELETE FROM session_tag WHERE session = ?", (session,))
            connection.execute("DELETE FROM session WHERE id = ?", (session,))
