"""A file that may only be read: its sessions are listed, read and searched, and it stays byte for byte as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.facts import session_with
from workbench.errors import DiskFull, ReadOnly, StoreError
from workbench.store import Store
from workbench.store.database import Database


def test_what_is_recorded_is_there_and_nothing_is_written(path: Path) -> None:
    store = Store.open(path)
    session_with(store, "lighthouses", "and harbours")
    store.close()
    before = path.read_bytes()
    sealed = Store(Database(path, read_only=True))
    assert sealed.read_only
    (row,) = sealed.sessions()
    assert sealed.read(row.head).last_seq > 1
    assert sealed.search("lighthouses"), "the index catches up beside the file"
    with pytest.raises(ReadOnly, match="may only be read, so nothing can be recorded here"):
        sealed.write(row.head, process="test")
    with pytest.raises(StoreError, match="cannot be written") as refused:
        sealed.create_session("new", created=1.0)
    assert not isinstance(refused.value, DiskFull)
    sealed.close()
    assert path.read_bytes() == before
    assert {one.name for one in path.parent.iterdir()} <= {path.name, f"{path.name}.writers"}


def test_what_another_process_commits_is_seen(path: Path) -> None:
    writer = Store.open(path)
    session_with(writer, "one")
    sealed = Store(Database(path, read_only=True))
    assert len(sealed.sessions()) == 1
    session_with(writer, "two")
    assert len(sealed.sessions()) == 2
    sealed.close()
    writer.close()
