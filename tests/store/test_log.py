"""A branch is what was appended to it and to those it descends from, in order, and nothing else."""

import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.facts import Writer, called, event, failed, record, returned, session_with, texts
from workbench.errors import Locked, NotFound, NotWriter, StoreError
from workbench.events import By, Event, Said
from workbench.store import Store

BY: list[By] = ["engine", "human", "agent", "rule"]

SAID = st.tuples(
    st.sampled_from(BY),
    st.sampled_from(["", "agent", "näme"]),
    st.builds(Said, text=st.text(max_size=300), extra=st.none() | st.text(max_size=20)),
)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(SAID, max_size=5) | st.lists(SAID, min_size=33, max_size=40), max_size=4))
def test_what_is_read_is_what_was_appended(commits: list[list[tuple[By, str, Said]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder, "workbench.db"))
        branch = store.create_session("a session", created=1.0).head
        log = store.write(branch, process="a test")
        recorded: list[Event] = []
        for commit in commits:
            start = len(recorded)
            events = [Event(branch, start + n, start + n / 2, *one) for n, one in enumerate(commit, 1)]
            log.append(events)
            recorded += events
        reader = store.read(branch)
        assert list(log.events()) == list(reader.events()) == recorded
        assert reader.last_seq == log.last_seq == len(recorded)
        assert [line[:5] for line in reader.headlines()] == [
            (one.seq, one.at, one.by, one.actor, one.body.kind) for one in recorded
        ]
        log.close()
        store.close()


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 3)), max_size=8))
def test_forks_of_forks_read_the_right_lineage(forks: list[tuple[int, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder, "workbench.db"))
        session = store.create_session("a session", created=1.0)
        expected: dict[int, list[str]] = {session.head: []}

        def go_on(branch: int, turns: int) -> None:
            log = store.write(branch, process="a test")
            said = [f"{branch}: {turn}" for turn in range(turns)]
            record(log, *said)
            log.close()
            expected[branch] += said

        go_on(session.head, 3)
        for which, where, turns in forks:
            parent = list(expected)[which % len(expected)]
            seq = where % (len(expected[parent]) + 1)
            branch = store.create_branch(session.id, parent, seq, created=2.0).id
            expected[branch] = expected[parent][:seq]
            go_on(branch, turns)
            go_on(parent, 1)
        for branch, said in expected.items():
            reader = store.read(branch)
            assert texts(reader) == said
            assert reader.last_seq == len(said)
            assert [line.seq for line in reader.headlines()] == list(range(1, len(said) + 1))
            assert texts(reader, 1, 3) == said[1:3]
            assert texts(reader, 2) == said[2:]
            found = reader.many(range(1, len(said) + 5))
            assert [found[seq].body for seq in sorted(found)] == [Said(text=text) for text in said]
        assert store.session(session.id).events == sum(
            line.last_seq - line.parent_seq for line in store.branches(session.id)
        )
        store.close()


def test_a_lineage_names_its_branches_and_how_far_each_goes(store: Store) -> None:
    main = session_with(store, "one", "two", "three")
    session = store.branch(main).session
    fork = store.create_branch(session, main, 2, created=2.0)
    log = store.write(fork.id, process="a test")
    record(log, "instead")
    log.close()
    deeper = store.create_branch(session, fork.id, 1, created=3.0)
    assert store.read(fork.id).lineage == [(main, 2), (fork.id, 3)]
    assert store.read(deeper.id).lineage == [(main, 1), (deeper.id, 1)]


def test_a_long_branch_is_read_page_by_page(store: Store) -> None:
    branch = store.create_session("long", created=1.0).head
    log = store.write(branch, process="a test")
    log.append([event(branch, seq, f"turn {seq}") for seq in range(1, 2501)])
    assert texts(log) == [f"turn {seq}" for seq in range(1, 2501)]
    assert [line.seq for line in log.headlines(1023, 2049)] == list(range(1024, 2050))
    log.close()


def test_events_of_some_kinds_are_those_of_the_whole_lineage(store: Store) -> None:
    session = store.create_session("a session", created=1.0)
    log = store.write(session.head, process="a test")
    record(log, "one", called("lookup"), "two", called("charge"), "three")
    log.close()
    fork = store.create_branch(session.id, session.head, 4, created=2.0)
    log = store.write(fork.id, process="a test")
    record(log, "instead", called("save"))
    log.close()
    reader = store.read(fork.id)
    assert [event.seq for event in reader.events_of("tool_called")] == [2, 4, 6]
    assert [event.seq for event in reader.events_of("tool_called", "said", after=3)] == [4, 5, 6]
    assert list(reader.events_of("run_ended")) == []


def test_one_event_by_its_seq(store: Store) -> None:
    reader = store.read(session_with(store, "one", "two"))
    assert reader.get(2).body == Said(text="two")
    with pytest.raises(NotFound, match="no event 3"):
        reader.get(3)


def test_a_seq_is_taken_once_and_nothing_of_the_clashing_commit_stays(store: Store) -> None:
    branch = store.create_session("one", created=1.0).head
    log = store.write(branch, process="a test")
    log.append([event(branch, 1, "one")])
    with pytest.raises(NotWriter, match="has this event already"):
        log.append([event(branch, 2, "two"), event(branch, 1, "again")])
    with pytest.raises(NotWriter):
        log.append([event(branch, seq, "again") for seq in range(40, 0, -1)])
    assert texts(log) == ["one"]
    log.append([event(branch, 2, "two")], durable=True)
    assert texts(log) == ["one", "two"]
    log.close()


def test_durability_is_asked_for_commit_by_commit(store: Store) -> None:
    branch = store.create_session("one", created=1.0).head
    log = store.write(branch, process="a test")
    level = "PRAGMA synchronous"
    log.append([event(branch, 1)], durable=True)
    with pytest.raises(NotWriter):
        log.append([event(branch, 1)], durable=True)
    assert log._database.number(level) == 1
    log.append([])
    assert log.last_seq == 1
    log.close()


def test_snapshots_are_found_along_the_lineage_by_version(store: Store) -> None:
    main = session_with(store, "one", "two", "three", "four")
    session = store.branch(main).session
    log = store.write(main, process="a test")
    log.put_snapshot(2, "v1", b"two")
    log.put_snapshot(4, "v1", b"four")
    log.close()
    fork = store.create_branch(session, main, 3, created=2.0)
    own = store.write(fork.id, process="a test")
    record(own, "instead", "and on")
    own.put_snapshot(5, "v1", b"five of the fork")
    assert store.read(main).snapshot(9, "v1") == (4, b"four")
    assert store.read(main).snapshot(3, "v1") == (2, b"two")
    assert store.read(main).snapshot(1, "v1") is None
    assert own.snapshot(9, "v1") == (5, b"five of the fork")
    assert own.snapshot(4, "v1") == (2, b"two")
    assert own.snapshot(9, "v2") is None
    own.put_snapshot(4, "v2", b"a newer form")
    assert own.snapshot(9, "v1") == (2, b"two")
    own.close()


def test_a_draft_lasts_until_the_fact_of_its_call(store: Store) -> None:
    branch = store.create_session("one", created=1.0).head
    log = store.write(branch, process="a test")
    reader = store.read(branch)
    record(log, called("agent.1.1"), called("agent.1.2"))
    log.put_draft("agent.1.1", "what ha", 1.0)
    log.put_draft("agent.1.1", "what had come", 2.0)
    log.put_draft("agent.1.2", "the other", 2.0)
    assert reader.draft("agent.1.1") == ("what had come", 2.0)
    record(log, "something else")
    assert reader.draft("agent.1.1") == ("what had come", 2.0)
    record(log, returned("agent.1.1"))
    assert reader.draft("agent.1.1") is None
    log.close()
    again = store.write(branch, process="a test")
    assert again.draft("agent.1.2") == ("the other", 2.0)
    record(again, failed("agent.1.2"))
    assert again.draft("agent.1.2") is None
    again.put_draft("agent.1.3", "more", 3.0)
    again.clear_draft("agent.1.3")
    assert again.draft("agent.1.3") is None
    again.close()


def test_a_draft_keeps_no_secret(store: Store) -> None:
    log = store.write(store.create_session("one", created=1.0).head, process="a test")
    log.put_draft("agent.1", "the key is sk-ant-" + "x" * 30 + " and \ud800", 1.0)
    assert log.draft("agent.1") == ("the key is [redacted] and \ufffd", 1.0)
    log.close()


@pytest.mark.slow
def test_a_follower_in_another_process_sees_what_is_appended(store: Store, path: Path) -> None:
    branch = session_with(store, "one")
    reader = store.read(branch)
    with Writer(path, branch) as writer:
        reader.changed()
        assert not reader.changed()
        assert writer.tell("say two") == "done"
        assert reader.changed()
        assert not reader.changed()
        assert texts(reader, after=1) == ["two"]
        assert reader.last_seq == 2


@pytest.mark.slow
def test_a_full_disk_loses_nothing_and_goes_on_when_there_is_room(store: Store, path: Path) -> None:
    branch = session_with(store)
    with Writer(path, branch) as writer:
        recorded: list[str] = []
        assert writer.tell("limit 60000") == "done"
        for turn in range(100):
            answer = writer.tell(f"say turn {turn}")
            if answer != "done":
                assert answer.startswith("DiskFull: ")
                assert "make room" in answer
                break
            recorded.append(f"turn {turn}")
        assert 0 < len(recorded) < 100
        assert texts(store.read(branch)) == recorded
        assert writer.tell("say not yet").startswith("DiskFull: ")
        assert writer.tell("limit 0") == "done"
        assert writer.tell("say there is room") == "done"
        assert texts(store.read(branch)) == [*recorded, "there is room"]


@pytest.mark.parametrize("how", ["alone", "with its folder", "for another"])
def test_a_file_that_is_gone_is_written_no_more(store: Store, path: Path, how: str) -> None:
    log = store.write(session_with(store, "one"), process="a test")
    log.append([event(log.branch.id, 2, "two", at=100.0)])
    if how == "with its folder":
        shutil.rmtree(path.parent)
    else:
        path.unlink()
    if how == "for another":
        path.touch()
    log.append([event(log.branch.id, 3, "within the second", at=100.5)])
    with pytest.raises(StoreError, match=r"workbench\.db: the file was removed or replaced"):
        log.append([event(log.branch.id, 4, "lost", at=101.0)])
    log.close()


def test_a_file_that_was_moved_with_its_folder_is_written_on(store: Store, path: Path) -> None:
    branch = session_with(store, "one")
    log = store.write(branch, process="a test")
    path.parent.rename(path.parent.with_name("elsewhere"))
    log.append([event(branch, 2, "two")])
    log.close()
    store.close()
    moved = Store.open(path.parent.with_name("elsewhere") / path.name)
    assert texts(moved.read(branch)) == ["one", "two"]
    moved.close()


def test_a_file_that_another_program_locks_is_written_when_that_is_done(store: Store, path: Path) -> None:
    branch = session_with(store, "one")
    log = store.write(branch, process="a test")
    log._database.connection.execute("PRAGMA busy_timeout = 1")  # pyright: ignore[reportPrivateUsage]
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Locked, match="another program keeps it locked"):
        record(log, "two")
    other.execute("ROLLBACK")
    other.close()
    record(log, "two")
    assert texts(log) == ["one", "two"]
    log.close()
