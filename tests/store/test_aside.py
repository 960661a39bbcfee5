"""What calls under way have set aside: of branches that are written, and only while there is no fact."""

from __future__ import annotations

from tests.playbook import answered, asked, failed, started
from tests.store.facts import record
from workbench.events import Body, Event, Reserve, Tally, WriterTook
from workbench.store import Store
from workbench.store.locks import lock_path
from workbench.store.log import BranchLog

RESERVE = Reserve(input=100, output=20, cost="0.50")
HELD = Tally(input_tokens=100, output_tokens=20, cost="0.5")
NOTHING = Tally()


def put(log: BranchLog, *bodies: Body, actor: str = "agent") -> None:
    first = log.last_seq + 1
    log.append([Event(log.number, seq, 1.0, "engine", actor, body) for seq, body in enumerate(bodies, first)])


def opened(store: Store, *bodies: Body) -> tuple[str, BranchLog]:
    row = store.create_session("one", created=1.0)
    log = store.write(row.head, process="a test")
    put(log, started(), *bodies)
    return row.id, log


def test_an_intent_without_its_fact_holds_what_it_reserved(store: Store) -> None:
    session, log = opened(store, asked(reserve=RESERVE))
    other, beside = opened(store, asked(reserve=RESERVE))
    assert store.set_aside(session, but=0) == (HELD, Tally(input_tokens=200, output_tokens=40, cost="1"))
    assert store.set_aside(session, but=log.number) == (NOTHING, HELD)
    assert store.set_aside(other, but=log.number) == (HELD, HELD)
    put(log, answered())
    put(beside, failed("agent.1"))
    assert store.set_aside(session, but=0) == (NOTHING, NOTHING)
    put(beside, asked(reserve=RESERVE, attempt=2))
    assert store.set_aside(other, but=0).session == HELD
    log.close()
    beside.close()
    assert store.set_aside(other, but=0) == (NOTHING, NOTHING), "whoever ended holds nothing"


def test_each_actor_has_one_call_under_way_and_what_was_taken_over_has_none(store: Store) -> None:
    session, log = opened(store, asked(reserve=RESERVE))
    put(log, asked("judge.1"), actor="judge")
    assert store.set_aside(session, but=0).session == HELD, "a call without a reserve holds nothing"
    put(log, WriterTook(process="a test"))
    assert store.set_aside(session, but=0).session == NOTHING
    put(log, asked("judge.1", reserve=RESERVE, attempt=2), actor="judge")
    assert store.set_aside(session, but=0).session == HELD
    log.close()


def test_what_lies_beside_the_locks_of_branches_is_none(store: Store) -> None:
    session, log = opened(store, asked(reserve=RESERVE))
    record(log, "more words")
    with store.sharing():
        assert lock_path(store.database.path, "sharing").exists()
        assert store.set_aside(session, but=0).session == HELD
    log.close()
    store.remove(session)
    assert store.set_aside(session, but=0).workspace == NOTHING
