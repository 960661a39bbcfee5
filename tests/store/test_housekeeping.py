"""What is done behind the writers: checkpoints and indexing, at the right times and without harm."""

import gc
import threading
from pathlib import Path

import pytest

from tests.store.facts import event, session_with
from workbench.store import Store
from workbench.store.database import Database
from workbench.store.housekeeping import Housekeeper, Housework


def indexed(store: Store) -> int:
    return store.database.number("SELECT count(*) FROM indexed")


def test_the_index_follows_once_the_log_is_quiet(store: Store, path: Path) -> None:
    housework, going = Housework(path), threading.Event()
    session_with(store, *["apple"] * 300)
    housework.turn(going)
    assert indexed(store) == 0
    housework.turn(going)
    assert indexed(store) == 300
    housework.turn(going)
    housework.close()


def test_it_stops_where_it_is_told_to(store: Store, path: Path) -> None:
    housework, stopping = Housework(path), threading.Event()
    stopping.set()
    session_with(store, "apple")
    housework.turn(stopping)
    housework.turn(stopping)
    assert indexed(store) == 0
    housework.close()


def test_a_large_wal_is_folded_into_the_file_while_others_write(store: Store, path: Path) -> None:
    housework, going = Housework(path), threading.Event()
    branch = store.create_session("long", created=1.0).head
    log = store.write(branch, process="a test")
    log.append([event(branch, seq, "word " * 200) for seq in range(1, 6001)])
    before = path.stat().st_size
    housework.turn(going)
    assert path.stat().st_size > before + (4 << 20)
    log.append([event(branch, 6001)])
    assert log.last_seq == 6001
    log.close()
    housework.close()


def test_a_locked_file_is_tried_again(store: Store, path: Path) -> None:
    housework, going = Housework(path), threading.Event()
    session_with(store, "apple")
    other = Database(path)
    housework.turn(going)
    with other.change():
        housework.turn(going)
        assert indexed(store) == 0
    housework.turn(going)
    assert indexed(store) == 1
    other.close()
    housework.close()


def housekeepers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "store housekeeping"}


def test_the_thread_starts_with_the_first_writer_and_ends_with_the_store(path: Path) -> None:
    others = housekeepers()
    store = Store.open(path)
    assert housekeepers() <= others
    session_with(store, "apple")
    (own,) = housekeepers() - others
    store.close()
    assert not own.is_alive()
    assert not path.with_name(path.name + "-wal").exists()


@pytest.mark.slow
def test_the_thread_does_not_outlive_a_store_that_nobody_closes(path: Path) -> None:
    others = housekeepers()
    store = Store.open(path)
    session_with(store, "apple")
    (own,) = housekeepers() - others
    del store
    gc.collect()
    own.join(30)
    assert not own.is_alive()


def test_a_housekeeper_can_be_stopped_at_once(store: Store, path: Path) -> None:
    Housekeeper(path).stop()
