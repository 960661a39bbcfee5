"""What was said, called or returned is found, newest first, however far the index is behind."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.facts import Writer, called, event, failed, record, returned, session_with
from workbench.errors import NotFound, NotWriter, UsedWrongly
from workbench.events import ModelAnswered, Noted
from workbench.store import Store
from workbench.store.search import SearchIndex


def found(store: Store, words: str, **how: object) -> list[tuple[str, int]]:
    return [(hit.kind, hit.seq) for hit in store.search(words, **how)]  # pyright: ignore[reportArgumentType]


def behind(store: Store) -> int:
    """How many branches the index keeps an eye on."""
    return store.database.number("SELECT count(*) FROM unindexed")


def test_everything_with_words_is_found(store: Store) -> None:
    branch = store.create_session("one", created=1.0).head
    log = store.write(branch, process="a test")
    record(log, "apple said", ModelAnswered(call="agent.1", text="apple answered", thinking="apple pondered"))
    record(log, called("agent.1.1", '{"fruit":"apple\\njuice"}'), returned("agent.1.1", "an apple, returned"))
    record(log, failed("agent.1.2", "apple failed"), Noted(text="apple noted"))
    log.close()
    kinds = ["noted", "call_failed", "tool_returned", "tool_called", "model_answered", "said"]
    assert [hit.kind for hit in store.search("apple")] == kinds
    assert found(store, "Pondered APPLE") == [("model_answered", 2)]
    assert found(store, "juice") == found(store, "refund_order") == [("tool_called", 3)]
    (hit,) = store.search("returned")
    assert hit == (store.branch(branch).session, "main", 4, 1004.0, "tool_returned", "agent", "an apple, returned")


def test_all_words_must_be_there_and_quotes_make_a_phrase(store: Store) -> None:
    session_with(store, "red apple and green pear", "green apple")
    assert found(store, "green apple") == [("said", 2), ("said", 1)]
    assert found(store, '"green apple"') == [("said", 2)]
    assert found(store, "green plum") == []


def test_no_words_is_one_sentence(store: Store) -> None:
    for nothing in ("", "  ", '""', "* - ( )", '"'):
        with pytest.raises(UsedWrongly, match="no word"):
            store.search(nothing)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(words=st.text(alphabet=st.sampled_from('ab "*^:-+(){}\0NEARORAND_é') | st.characters(), max_size=20))
def test_nothing_a_person_types_is_an_error_of_syntax(words: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = Store.open(tmp_path_factory.getbasetemp() / "typed.db")
    with suppress(UsedWrongly):
        store.search(words)
    store.close()


def test_newest_first_over_sessions_and_only_so_many(store: Store) -> None:
    first = session_with(store, *[f"apple {n}" for n in range(5)])
    session_with(store, *[f"apple {n}" for n in range(5, 9)], title="second")
    assert [hit.snippet for hit in store.search("apple", limit=6)] == [f"apple {n}" for n in (8, 7, 6, 5, 4, 3)]
    mine = store.search("apple", session=store.branch(first).session)
    assert [hit.snippet for hit in mine] == [f"apple {n}" for n in (4, 3, 2, 1, 0)]


@pytest.mark.slow
def test_what_is_written_while_one_searches_is_found_the_next_time(store: Store, path: Path) -> None:
    branch = session_with(store, "apple")
    with Writer(path, branch) as writer:
        assert found(store, "apple") == [("said", 1)]
        writer.tell("say another apple")
        assert found(store, "apple") == [("said", 2), ("said", 1)]
        assert behind(store) == 1
        writer.tell("close")
        assert found(store, "apple") == [("said", 2), ("said", 1)]
        assert behind(store) == 0


@pytest.mark.slow
def test_a_killed_writers_words_are_found_and_it_can_be_written_again(store: Store, path: Path) -> None:
    branch = session_with(store)
    with Writer(path, branch) as writer:
        writer.tell("say apple")
        writer.kill()
    assert found(store, "apple") == [("said", 1)]
    log = store.write(branch, process="a test")
    record(log, "another apple")
    log.close()
    assert found(store, "apple") == [("said", 2), ("said", 1)]
    assert behind(store) == 0


def test_two_that_catch_up_at_once_index_each_event_once(store: Store, path: Path) -> None:
    session_with(store, *["apple"] * 20)
    other = Store.open(path)
    indexes = [SearchIndex(store.database), SearchIndex(other.database)]
    while sum(index.advance(3) for index in indexes):
        pass
    assert len(store.search("apple")) == 20
    other.close()


def test_long_texts_are_indexed_in_smaller_steps(store: Store) -> None:
    session_with(store, *["apple " * 20_000] * 5)
    index = SearchIndex(store.database)
    steps = 0
    while index.advance(16):
        steps += 1
    assert steps == 5
    assert len(store.search("apple")) == 5


def test_events_of_several_branches_are_put_in_the_order_of_time(store: Store) -> None:
    first, second = (store.create_session("one", created=1.0).head for _ in range(2))
    logs = [store.write(branch, process="a test") for branch in (first, second)]
    logs[0].append([event(first, 1, "apple 1", at=1.0), event(first, 2, "apple 3", at=3.0)])
    logs[1].append([event(second, 1, "apple 2", at=2.0), event(second, 2, "apple 4", at=4.0)])
    assert [hit.snippet for hit in store.search("apple")] == ["apple 4", "apple 3", "apple 2", "apple 1"]
    for log in logs:
        log.close()


def test_a_removed_session_is_gone_from_everywhere(store: Store) -> None:
    kept = session_with(store, "apple kept")
    main = session_with(store, "apple one", "apple two")
    session = store.branch(main).session
    fork = store.create_branch(session, main, 1, created=2.0).id
    log = store.write(fork, process="a test")
    record(log, "apple three")
    log.put_draft("agent.1", "text", 1.0)
    log.put_snapshot(2, "v1", b"state")
    store.tag(session, "tagged")
    assert len(store.search("apple")) == 4
    record(log, "apple four, not indexed yet")
    with pytest.raises(NotWriter):
        store.remove(session)
    log.close()
    store.remove(session)
    assert [hit.snippet for hit in store.search("apple")] == ["apple kept"]
    assert [row.head for row in store.sessions()] == [kept]
    tables = store.tables()
    left = {name: tables[name].count for name in ("event", "session_tag", "draft", "snapshot", "indexed", "unindexed")}
    assert left == {"event": 1, "session_tag": 0, "draft": 0, "snapshot": 0, "indexed": 1, "unindexed": 0}
    store.database.write("INSERT INTO words (words) VALUES ('integrity-check')")
    with pytest.raises(NotFound):
        store.remove(session)


def test_the_number_of_a_removed_branch_is_never_given_again(store: Store) -> None:
    given: list[int] = []
    for _ in range(3):
        row = store.create_session("one", created=1.0)
        given += [row.head, store.create_branch(row.id, row.head, 0, created=1.0).id]
        store.remove(row.id)
        with pytest.raises(NotFound):
            store.branch(given[-1])
    assert given == [1, 2, 3, 4, 5, 6]
    assert store.database.number("SELECT count(*) FROM branch") == 1
    assert store.sessions() == []
