"""The schema, as numbered steps that only ever lead forward; a step that was released is never edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.store.database import Database

if TYPE_CHECKING:
    import sqlite_utils

APPLICATION_ID = 0x57424E43
"""`WBNC` in the file's header: how a Workbench database is told from any other."""


def log_1(db: sqlite_utils.Database) -> None:
    """Sessions, their branches and the log itself: what must never be lost.

    An event's key is `branch << 32 | seq`, so a branch is one range of the only b-tree there is, and a row
    costs little beside its body.
    """
    db.conn.execute("""
        CREATE TABLE session (
            id TEXT PRIMARY KEY NOT NULL,
            title TEXT NOT NULL,
            created REAL NOT NULL,
            updated REAL NOT NULL,
            status TEXT NOT NULL DEFAULT '',
            outcome TEXT,
            model TEXT NOT NULL DEFAULT '',
            persona TEXT NOT NULL DEFAULT '',
            cost TEXT,
            head INTEGER
        ) WITHOUT ROWID""")
    db.conn.execute("CREATE INDEX session_newest ON session (updated)")
    db.conn.execute("CREATE INDEX session_waiting ON session ((status IN ('held', 'in doubt')), updated)")
    db.table("session_tag").create({"session": str, "tag": str}, pk=("session", "tag"))
    db.conn.execute("""
        CREATE TABLE branch (
            id INTEGER PRIMARY KEY,
            session TEXT NOT NULL,
            name TEXT NOT NULL,
            parent INTEGER,
            parent_seq INTEGER NOT NULL DEFAULT 0,
            created REAL NOT NULL
        )""")
    db.table("branch").create_index(["session", "name"], unique=True)
    db.conn.execute("""
        CREATE TABLE event (
            id INTEGER PRIMARY KEY,
            at REAL NOT NULL,
            by TEXT NOT NULL,
            actor TEXT NOT NULL,
            kind TEXT NOT NULL,
            v INTEGER NOT NULL,
            body TEXT NOT NULL
        )""")


def caches_2(db: sqlite_utils.Database) -> None:
    """What may be thrown away: folded states, so that opening a long session need not fold it anew, and drafts
    of answers that were still streaming, so that a killed run can show what had come."""
    db.table("snapshot").create(
        {"branch": int, "seq": int, "version": str, "state": bytes}, pk=("branch", "seq"), not_null={"version", "state"}
    )
    db.table("draft").create(
        {"branch": int, "call": str, "text": str, "at": float}, pk=("branch", "call"), not_null={"text", "at"}
    )


def search_3(db: sqlite_utils.Database) -> None:
    """Full-text search over what was said, called and returned.

    The index keeps no text (`content=''`): a snippet is made from the event. `indexed` gives documents their
    order, which is the order of recording, so newest first is a walk from the end. `unindexed` names the branches
    whose events may not all be in the index yet; every branch of an older file is one.
    """
    db.conn.execute("CREATE VIRTUAL TABLE words USING fts5(text, content='', columnsize=0)")
    db.conn.execute("CREATE TABLE indexed (document INTEGER PRIMARY KEY, event INTEGER NOT NULL)")
    db.conn.execute("""
        CREATE TABLE unindexed (
            branch INTEGER PRIMARY KEY,
            upto INTEGER NOT NULL,
            writing INTEGER NOT NULL
        )""")
    db.conn.execute("INSERT INTO unindexed SELECT id, parent_seq, 0 FROM branch")


def usage_4(db: sqlite_utils.Database) -> None:
    """What was used, by branch, day (UTC), actor, model and persona: a summary of the log that can be made anew.

    `counted` has how far each branch was counted, its scenario, and who took part by then.
    """
    db.conn.execute("""
        CREATE TABLE usage (
            branch INTEGER NOT NULL,
            day TEXT NOT NULL,
            actor TEXT NOT NULL,
            model TEXT NOT NULL,
            persona TEXT NOT NULL,
            requests INTEGER NOT NULL,
            iterations INTEGER NOT NULL,
            tool_calls INTEGER NOT NULL,
            input_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            cached_tokens INTEGER NOT NULL,
            reasoning_tokens INTEGER NOT NULL,
            pico INTEGER NOT NULL,
            unpriced INTEGER NOT NULL,
            ms INTEGER NOT NULL,
            PRIMARY KEY (branch, day, actor, model, persona)
        ) WITHOUT ROWID""")
    db.conn.execute("CREATE INDEX usage_day ON usage (day)")
    db.conn.execute("""
        CREATE TABLE counted (
            branch INTEGER PRIMARY KEY,
            upto INTEGER NOT NULL,
            scenario TEXT NOT NULL,
            actors TEXT NOT NULL
        )""")


STEPS: tuple[Callable[[sqlite_utils.Database], None], ...] = (log_1, caches_2, search_3, usage_4)
NEWEST = len(STEPS)


def migrate(database: Database, upto: int = NEWEST) -> None:
    """Bring the file to version `upto`, a step a transaction; whoever comes second finds it done."""
    import sqlite_utils

    tables = sqlite_utils.Database(database.connection, execute_plugins=False)
    while True:
        with database.change() as connection:
            version: int = connection.execute("PRAGMA user_version").fetchone()[0]
            if version >= upto:
                return
            STEPS[version](tables)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {version + 1}")
