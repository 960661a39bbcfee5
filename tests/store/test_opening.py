"""What is opened, what is made, and what is refused untouched."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.facts import session_with
from workbench.errors import NotFound, StoreError
from workbench.store import Store
from workbench.store.migrations import NEWEST


def refused(path: Path) -> str:
    """The sentence that a file is refused with; it stays as it was."""
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        Store.open(path)
    assert path.read_bytes() == before
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def made(path: Path) -> Path:
    """A closed database with something in it."""
    store = Store.open(path)
    session_with(store, *["some words"] * 50)
    store.close()
    return path


def test_a_missing_file_and_its_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "workbench.db"
    store = Store.open(path)
    assert store.sessions() == []
    store.close()
    assert path.exists()


def test_a_missing_file_is_not_made_where_that_is_not_wanted(path: Path) -> None:
    with pytest.raises(NotFound, match="no such database"):
        Store.open(path, create=False)
    assert not path.parent.exists()


def test_an_empty_file_is_taken(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    Store.open(path).close()


def test_what_was_stored_is_there_again(path: Path) -> None:
    store = Store.open(made(path), create=False)
    assert [row.events for row in store.sessions()] == [50]
    store.close()


def test_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("Dear diary, " * 100)
    assert "nor any SQLite" in refused(path)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE session (id TEXT)")
    connection.close()
    assert "another program" in refused(path)


def test_a_newer_database_is_refused(path: Path) -> None:
    connection = sqlite3.connect(made(path))
    connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    connection.close()
    assert "update Workbench" in refused(path)


def test_a_newer_database_is_refused_where_only_its_wal_says_so(path: Path) -> None:
    newer = sqlite3.connect(made(path))
    newer.execute("PRAGMA wal_autocheckpoint = 0")
    newer.execute(f"PRAGMA user_version = {NEWEST + 1}")
    assert "update Workbench" in refused(path)
    newer.close()


def test_a_file_whose_end_is_missing_is_refused(path: Path) -> None:
    whole = made(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refused(path)


def test_a_file_with_a_scrambled_schema_is_refused(path: Path) -> None:
    scrambled = bytearray(made(path).read_bytes())
    scrambled[100:2000] = b"\xa5" * 1900
    path.write_bytes(scrambled)
    assert "damaged" in refused(path)


def test_a_file_without_our_tables_is_refused(path: Path) -> None:
    connection = sqlite3.connect(made(path))
    connection.execute("DROP TABLE branch")
    connection.close()
    assert "tables are missing" in refused(path)


def test_damage_among_the_events_is_one_sentence(path: Path) -> None:
    store = Store.open(path)
    branch = session_with(store, *["some words " * 50] * 200)
    store.close()
    scrambled = bytearray(path.read_bytes())
    scrambled[-30 * 4096 :] = b"\xa5" * (30 * 4096)
    path.write_bytes(scrambled)
    store = Store.open(path)
    with pytest.raises(StoreError, match="damaged"):
        list(store.read(branch).events())
    store.close()


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="a folder, not a database"):
        Store.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(tmp_path / "file" / "workbench.db")


@pytest.mark.slow
def test_processes_may_make_one_file_at_the_same_time(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from workbench.store import Store; sys.stdin.readline();"
        "store = Store.open(Path(sys.argv[1])); store.create_session('one', created=1.0); store.close()"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE) for _ in range(4)]
    for process in processes:
        assert process.stdin
        process.stdin.write(b"go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    store = Store.open(path)
    assert len(store.sessions()) == 4
    store.close()


def test_listing_loads_nothing_heavy(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from workbench.store import Store;"
        "Store.open(Path(sys.argv[1])).sessions(held_first=True);"
        "print(*sorted({'pydantic', 'sqlite_utils', 'msgspec', 'workbench.events'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(made(path))], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
