"""One writer a branch, in this process or any other; its end, however it comes, sets the branch free."""

import os
from pathlib import Path

import pytest

from tests.store.facts import Writer, record, session_with, texts
from workbench.errors import NotWriter, StoreError
from workbench.store import Store
from workbench.store.locks import WriterLock, is_written, lock_path


def test_the_second_writer_in_one_process_is_told_who_writes(store: Store) -> None:
    branch = session_with(store)
    log = store.write(branch, process="the first")
    with pytest.raises(NotWriter, match=rf"/main is being written by process {os.getpid()} \(the first\)"):
        store.write(branch, process="the second")
    log.close()
    log.close()
    store.write(branch, process="the second").close()


def test_branches_are_written_side_by_side(store: Store) -> None:
    main = session_with(store, "one")
    fork = store.create_branch(store.branch(main).session, main, 1, created=2.0).id
    first, second = store.write(main, process="a test"), store.write(fork, process="a test")
    record(first, "in main")
    record(second, "in the fork")
    assert (texts(first), texts(second)) == (["one", "in main"], ["one", "in the fork"])
    first.close()
    second.close()


@pytest.mark.slow
def test_a_writer_in_another_process_keeps_this_one_out(store: Store, path: Path) -> None:
    branch = session_with(store, "one")
    with Writer(path, branch) as writer:
        assert writer.opened == "open"
        with pytest.raises(NotWriter, match=rf"process {writer.process.pid} \(another process\)"):
            store.write(branch, process="a test")
        assert texts(store.read(branch)) == ["one"]
        assert writer.tell("close") == "done"
        store.write(branch, process="a test").close()


@pytest.mark.slow
def test_this_process_keeps_another_out(store: Store, path: Path) -> None:
    branch = session_with(store, "one")
    log = store.write(branch, process="a test")
    with Writer(path, branch) as writer:
        assert writer.opened.startswith("NotWriter: ")
        assert f"process {os.getpid()} (a test)" in writer.opened
    log.close()


@pytest.mark.slow
def test_killing_a_writer_sets_the_branch_free_with_all_it_recorded(store: Store, path: Path) -> None:
    branch = session_with(store, "one")
    with Writer(path, branch) as writer:
        assert writer.tell("say two") == "done"
        writer.kill()
        log = store.write(branch, process="a test")
        record(log, "three")
        assert texts(log) == ["one", "two", "three"]
        log.close()


def test_a_closed_writer_leaves_no_lock_behind(store: Store, path: Path) -> None:
    branch = session_with(store, "one")
    assert not lock_path(path, branch).exists()


def test_a_lock_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "workbench.db.writers").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        WriterLock(tmp_path / "workbench.db", 1, "a test", name="abc/main")


def test_a_branch_that_cannot_be_opened_is_not_kept_locked(store: Store, path: Path) -> None:
    branch = session_with(store, "one")
    other = Store.open(path)
    store.database.write("DROP TABLE draft")
    with pytest.raises(StoreError, match="no such table"):
        other.write(branch, process="a test")
    assert not lock_path(path, branch).exists()
    other.close()


@pytest.mark.slow
def test_a_session_said_to_run_that_nobody_writes_was_interrupted(store: Store, path: Path) -> None:
    branch = session_with(store)
    session = store.branch(branch).session
    store.update_session(session, status="running")
    with Writer(path, branch) as writer:
        assert is_written(path, branch)
        assert store.session(session).status == "running"
        writer.kill()
        assert not is_written(path, branch)
        assert store.sessions()[0].status == "interrupted"
