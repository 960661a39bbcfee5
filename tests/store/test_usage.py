"""What was used, counted by branch, day, actor and model: each answer once, whoever asks and however often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.playbook import FREE, agent, answered, asked, called, failed, read, returned, started
from workbench.events import (
    Body,
    By,
    Event,
    Forked,
    Origin,
    Price,
    Recast,
    Said,
    Signature,
    Tally,
    Usage,
)
from workbench.store import Store
from workbench.store.usage import By as Group
from workbench.store.usage import Counts, UsageIndex

DAY = 86_400.0
PRICED = agent(persona=Signature(name="guide")).model_copy(
    update={"price": Price(input="1", output="2"), "model": "openai:big"}
)


def written(store: Store, branch: int, *bodies: Body, at: float = 0.0, by: By = "engine", session: Any = None) -> None:
    """Append these, each about the agent."""
    log = store.write(branch, process="a test")
    first = log.last_seq + 1
    log.append([Event(branch, seq, at, by, "agent", body) for seq, body in enumerate(bodies, first)])
    log.close()


def a_session(store: Store, *bodies: Body, at: float = 0.0, start: Body | None = None) -> int:
    branch = store.create_session("one", created=at).head
    written(store, branch, start or started(PRICED, scenario="desk"), *bodies, at=at)
    return branch


CALLED: Sequence[Body] = (
    Said(text="x"),
    asked(),
    asked(attempt=2),
    answered("agent.1", "", "lookup", usage=Usage(input=1000, output=10, cached=100, reasoning=4), ms=50),
    called("agent.1.1"),
    called("agent.1.1", attempt=2),
    returned("agent.1.1").model_copy(update={"ms": 5}),
    failed("agent.1.2").model_copy(update={"ms": 1}),
    read(),
)
ONCE = Counts(
    requests=2,
    iterations=1,
    tool_calls=1,
    input_tokens=1000,
    output_tokens=10,
    cached_tokens=100,
    reasoning_tokens=4,
    pico=1_020_000_000,
    ms=56,
)


def by(store: Store, what: Group, **how: Any) -> list[tuple[str, int, int]]:
    """Name, sessions and input tokens of each row."""
    return [(row.name, row.sessions, row.counts.input_tokens) for row in store.usage().by(what, **how)]


def test_each_answer_is_counted_once(store: Store) -> None:
    branch = a_session(store, *CALLED)
    assert store.usage().total() == ONCE
    assert store.usage().total() == ONCE, "counting again counts nothing twice"
    written(store, branch, asked("agent.2"), answered("agent.2", usage=Usage(input=5, output=0)))
    assert store.usage().total().input_tokens == 1005
    assert ONCE.cost == "0.00102"
    assert ONCE.tally == Tally(
        requests=2, iterations=1, tool_calls=1, input_tokens=1000, output_tokens=10, cost="0.00102", ms=56
    )


def test_sums_by_what_is_asked_for(store: Store) -> None:
    one = a_session(store, *CALLED)
    a_session(store, *CALLED, at=DAY, start=started(agent(), scenario="other"))
    a_session(store, *CALLED, at=DAY)
    assert by(store, "model") == [("openai:big", 2, 2000), ("fake:agent", 1, 1000)]
    assert by(store, "day") == [("1970-01-02", 2, 2000), ("1970-01-01", 1, 1000)]
    assert by(store, "scenario") == [("desk", 2, 2000), ("other", 1, 1000)]
    assert by(store, "persona") == [("guide", 2, 2000), ("", 1, 1000)]
    assert by(store, "actor") == [("agent", 3, 3000)]
    assert by(store, "model", since="1970-01-02") == [("openai:big", 1, 1000), ("fake:agent", 1, 1000)]
    session = store.branch(one).session
    assert by(store, "day", session=session) == [("1970-01-01", 1, 1000)]
    usage = store.usage()
    assert usage.total(day="1970-01-02").requests == 4
    assert usage.total(session=session).requests == 2
    assert usage.total(session=session, day="1970-01-02") == Counts()
    assert usage.total(session="nobody") == Counts()


def test_a_fork_counts_what_it_adds_at_the_prices_that_it_inherits(store: Store) -> None:
    branch = a_session(store, *CALLED, Recast(spec=PRICED.model_copy(update={"model": "openai:small", "price": FREE})))
    row = store.branch(branch)
    fork = store.create_branch(row.session, branch, 3, created=1.0)
    written(store, fork.id, Forked(parent=branch, parent_seq=3))
    written(store, fork.id, CALLED[3], by="rule")
    written(store, fork.id, asked("agent.2"), answered("agent.2", usage=Usage(input=7, output=0)))
    assert by(store, "model") == [("openai:big", 1, 1007)], "the fact that was adopted is its parent's"
    last = store.create_branch(row.session, fork.id, 7, created=2.0)
    written(store, last.id, answered("agent.3", usage=Usage(input=20, output=0)))
    after = store.create_branch(row.session, branch, 11, created=2.0)
    written(store, after.id, answered("agent.3", usage=Usage(input=300, output=0)))
    assert by(store, "model") == [("openai:big", 1, 1027), ("openai:small", 1, 300)]


def test_what_nobody_priced_is_unknown(store: Store) -> None:
    unpriced = agent().model_copy(update={"price": None})
    branch = a_session(store, answered(), answered(usage=Usage()), start=started(unpriced))
    written(store, branch, answered(), by="human")
    assert store.usage().total().unpriced == 2
    free = a_session(store, answered(usage=Usage()), start=started(agent()))
    assert store.usage().total(session=store.branch(free).session).unpriced == 0


def test_an_import_was_used_elsewhere(store: Store) -> None:
    imported = started(PRICED).model_copy(update={"origin": Origin(format="tau")})
    branch = a_session(store, *CALLED, start=imported)
    assert store.usage().total() == Counts()
    row = store.branch(branch)
    fork = store.create_branch(row.session, branch, 3, created=1.0)
    written(store, fork.id, asked("agent.9"), answered("agent.9", usage=Usage(input=7, output=0)))
    assert store.usage().total().input_tokens == 7


def test_a_removed_session_takes_its_usage_with_it(store: Store) -> None:
    branch = a_session(store, *CALLED)
    a_session(store, *CALLED)
    store.usage()
    store.remove(store.branch(branch).session)
    assert store.usage().total() == ONCE


def test_what_another_process_counted_meanwhile_is_not_counted_again(store: Store) -> None:
    a_session(store, *CALLED)

    class Slow(UsageIndex):
        def _keep(self, done: Any) -> None:
            UsageIndex(store.database).catch_up()
            super()._keep(done)

    Slow(store.database).catch_up()
    assert store.usage().total() == ONCE


def test_many_sessions_are_counted_in_several_steps(store: Store) -> None:
    for _ in range(3):
        a_session(store, *CALLED)
    index = UsageIndex(store.database, batch=12)
    index.catch_up()
    assert index.total().requests == 6


def test_what_nothing_can_have_used_does_not_spoil_the_sums(store: Store):
    absurd = answered(ms=10**30, usage=Usage(input=10**9, output=10**9))
    dear = PRICED.model_copy(update={"price": Price(input="1e20", output="1")})
    a_session(store, asked(), absurd, asked(), absurd, start=started(dear))
    a_session(store, *CALLED)
    index = UsageIndex(store.database)
    index.catch_up()
    assert index.total().ms == 2**56 + ONCE.ms
    assert index.total().input_tokens == 2 * 10**9 + ONCE.input_tokens
