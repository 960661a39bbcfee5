"""Sessions and branches are listed, found by short names, tagged and changed."""

import pytest

from tests.store.facts import session_with
from workbench.errors import NotFound, UsedWrongly
from workbench.store import Store


def titles(store: Store, **wanted: object) -> list[str]:
    return [row.title for row in store.sessions(**wanted)]  # pyright: ignore[reportArgumentType]


def test_a_new_session_has_a_short_id_and_an_empty_main_branch(store: Store) -> None:
    row = store.create_session("Refund", created=5.0, tags=["b", "a"], model="scripted:x", persona="clerk")
    assert len(row.id) == 8
    assert row.id.isalnum()
    assert (row.title, row.created, row.updated, row.events, row.tags) == ("Refund", 5.0, 5.0, 0, ("a", "b"))
    assert (row.model, row.persona, row.cost, row.outcome) == ("scripted:x", "clerk", None, None)
    (branch,) = store.branches(row.id)
    assert (branch.id, branch.name, branch.parent, branch.last_seq) == (row.head, "main", None, 0)


def test_an_id_is_given_once(store: Store) -> None:
    store.create_session("one", created=1.0, id="imported")
    with pytest.raises(UsedWrongly, match="already"):
        store.create_session("two", created=1.0, id="imported")
    assert titles(store) == ["one"]


def test_newest_first_in_pages_and_held_ones_before_them(store: Store) -> None:
    for number in range(6):
        store.create_session(f"s{number}", created=float(number))
    store.update_session(store.session("last").id, updated=0.5)
    held = next(row for row in store.sessions() if row.title == "s2")  # an id may hold "s2", too
    store.update_session(held.id, status="held")
    assert titles(store) == ["s4", "s3", "s2", "s1", "s5", "s0"]
    assert titles(store, limit=2, offset=1) == ["s3", "s2"]
    assert titles(store, limit=2, held_first=True) == ["s2", "s4"]
    assert titles(store, status="held") == ["s2"]


def test_a_page_of_the_newest_is_a_walk_along_an_index(store: Store) -> None:
    for order in ("updated DESC", "(status IN ('held', 'in doubt')) DESC, updated DESC"):
        plan = store.database.rows(f"EXPLAIN QUERY PLAN SELECT * FROM session ORDER BY {order} LIMIT 50")
        assert not any("TEMP B-TREE" in str(row[-1]) for row in plan), plan


def test_sessions_are_filtered_by_words_and_tags(store: Store) -> None:
    store.create_session("Refund an ORDER", created=1.0, tags=["study-1"], model="openai:gpt")
    store.create_session("Weather", created=2.0, tags=["study-1", "kept"], persona="clerk")
    store.create_session("Other", created=3.0)
    assert titles(store, text="order refund") == ["Refund an ORDER"]
    assert titles(store, text="GPT") == ["Refund an ORDER"]
    assert titles(store, text="clerk") == titles(store, text="kept") == ["Weather"]
    assert titles(store, tag="study-1") == ["Weather", "Refund an ORDER"]
    assert titles(store, tag="study-1", text="weather") == ["Weather"]
    assert titles(store, text="100%") == []


def test_a_session_goes_by_its_id_the_start_of_it_or_last(store: Store) -> None:
    for number, name in enumerate(("abcd2222", "abce3333", "abce3333longer")):
        store.create_session(f"titled {number}", created=float(number), id=name)
    assert store.session("abcd2222").id == store.session("ABCD").id == "abcd2222"
    assert store.session("abce3333").id == "abce3333"
    assert store.session("last").id == "abce3333longer"
    with pytest.raises(UsedWrongly, match=r"abcd2222 \(titled 0\), abce3333 \(titled 1\)"):
        store.session("abc")
    for nothing in ("zzz", "", "%", "_bcd"):
        with pytest.raises(NotFound, match="no session goes by"):
            store.session(nothing)


def test_last_of_no_sessions_says_so(store: Store) -> None:
    with pytest.raises(NotFound, match="there is no session yet"):
        store.session("last")


def test_many_candidates_are_cut_short(store: Store) -> None:
    for number in range(8):
        store.create_session("", created=1.0, id=f"same{number}")
    with pytest.raises(UsedWrongly, match="same0, same1, same2, same3, same4, …"):
        store.session("same")


def test_places(store: Store) -> None:
    main = session_with(store, "one", "two", "three")
    session = store.branch(main).session
    fork = store.create_branch(session, main, 2, created=2.0)
    assert store.place(session) == (store.session(session), store.branch(main), None)
    assert store.place(f"{session[:6]}/b2@1")[1:] == (fork, 1)
    assert store.place("last@3")[1:] == (store.branch(main), 3)
    store.update_session(session, head=fork.id)
    assert store.place("last").branch == fork
    with pytest.raises(NotFound, match="it has main, b2"):
        store.place("last/b3")
    for wrong in ("last/b2@3", "last@0", "last@", "last@x"):
        with pytest.raises(NotFound, match="has events 1 to"):
            store.place(wrong)


def test_branches_get_names_in_order_or_a_given_one(store: Store) -> None:
    main = session_with(store, "one")
    session = store.branch(main).session

    def fork(name: str | None = None) -> str:
        return store.create_branch(session, main, 1, created=2.0, name=name).name

    assert [fork(), fork("b4"), fork(), fork()] == ["b2", "b4", "b3", "b5"]
    for wrong in ("", "a/b", "a@1"):
        with pytest.raises(UsedWrongly, match="cannot be named"):
            fork(wrong)
    with pytest.raises(UsedWrongly, match="has a branch 'main' already"):
        fork("main")
    with pytest.raises(NotFound, match="cannot be forked at 2"):
        store.create_branch(session, main, 2, created=2.0)
    other = store.create_session("other", created=1.0)
    with pytest.raises(NotFound, match="no branch number"):
        store.create_branch(other.id, main, 1, created=2.0)
    with pytest.raises(NotFound, match="no branch number"):
        store.create_branch(session, 99, 1, created=2.0)


def test_what_is_given_changes_and_a_status_says_the_outcome_anew(store: Store) -> None:
    session = store.create_session("one", created=1.0).id
    store.update_session(session, status="done", outcome="completed", cost="0.01", updated=2.0)
    store.update_session(session, title="renamed", model="m", persona="p")
    row = store.session(session)
    assert (row.title, row.status, row.outcome, row.cost, row.updated) == ("renamed", "done", "completed", "0.01", 2.0)
    store.update_session(session, status="running")
    assert store.session(session).outcome is None
    store.update_session(session, touched=1.5)
    assert store.session(session).updated == 2.0, "what was recorded before makes it no older"
    store.update_session(session, touched=2.5)
    assert store.session(session).updated == 2.5
    store.update_session(session)
    with pytest.raises(NotFound):
        store.update_session("nothere", title="x")


def test_tags_come_and_go(store: Store) -> None:
    session = store.create_session("one", created=1.0, tags=["a", "a"]).id
    store.tag(session, "b", "a", "with space")
    assert store.session(session).tags == ("a", "b", "with space")
    store.untag(session, "a", "never there")
    assert store.session(session).tags == ("b", "with space")


def test_half_characters_in_what_a_person_gave_are_no_failure(store: Store) -> None:
    session = store.create_session("caf\udce9", created=1.0, tags=["\udce9"]).id
    store.tag(session, "x\udce9")
    store.update_session(session, title="th\udce9")
    assert (store.session(session).title, store.session(session).tags) == ("th?", ("?", "x?"))
    assert titles(store, text="\udce9", tag="\udce9") == ["th?"]
    with pytest.raises(NotFound):
        store.session("\udce9")


def test_tables_answer_queries_of_ones_own(store: Store) -> None:
    session_with(store, "one", "two")
    said = store.tables().table("event").rows
    assert [row["kind"] for row in said] == ["said", "said"]
