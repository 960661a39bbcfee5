"""Files of every earlier form are brought forward with all that they hold."""

from pathlib import Path

import pytest

from tests.store.facts import texts
from workbench.store import Store
from workbench.store.database import Database
from workbench.store.migrations import NEWEST, STEPS, migrate


def old_file(path: Path, version: int) -> Database:
    """A file as the first `version` steps left it, with a session of two branches, written in plain SQL."""
    path.parent.mkdir()
    database = Database(path)
    migrate(database, version)
    database.write("INSERT INTO session (id, title, created, updated, head) VALUES ('oldsessn', 'Old', 1.0, 2.0, 1)")
    database.write("INSERT INTO branch VALUES (1, 'oldsessn', 'main', NULL, 0, 1.0), (2, 'oldsessn', 'b2', 1, 1, 2.0)")
    for key, text in ((1 << 32 | 1, "first"), (1 << 32 | 2, "second"), (2 << 32 | 2, "instead")):
        body = f'{{"text":"{text} words"}}'
        database.write("INSERT INTO event VALUES (?, 1.0, 'human', 'agent', 'said', 1, ?)", (key, body))
    if version >= 3:
        database.write("INSERT INTO unindexed VALUES (1, 0, 0), (2, 1, 0)")
    return database


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_an_old_file_is_brought_forward(path: Path, version: int) -> None:
    old_file(path, version).close()
    store = Store.open(path)
    assert store.database.number("PRAGMA user_version") == NEWEST
    (session,) = store.sessions()
    assert (session.id, session.title, session.events, session.head) == ("oldsessn", "Old", 3, 1)
    assert texts(store.read(1)) == ["first words", "second words"]
    assert texts(store.read(2)) == ["first words", "instead words"]
    assert {hit.snippet for hit in store.search("words")} == {"first words", "second words", "instead words"}
    store.close()


def test_the_header_of_a_file_brought_forward_tells_its_form_at_once(path: Path) -> None:
    old_file(path, 1).close()
    store = Store.open(path)
    assert int.from_bytes(path.read_bytes()[60:64], "big") == NEWEST
    store.close()


def test_every_step_gives_its_reason() -> None:
    for number, step in enumerate(STEPS, 1):
        assert step.__name__.endswith(f"_{number}")
        assert step.__doc__
