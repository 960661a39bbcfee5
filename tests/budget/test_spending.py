"""What was used of a cap, by whom and where, and which caps can be kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.playbook import agent, answered, asked, called, cap, returned, started, state_after
from workbench.budget import check_limit, date_of, is_news, is_shared, set_aside, spent, used
from workbench.budget.spending import alone
from workbench.errors import UsedWrongly
from workbench.events import Forked, LimitSet, Price, Reserve, Said, Tallied, Tally, Usage
from workbench.state import Meters, State

PRICED = {"price": Price(input="1000000", output="0")}


def test_what_was_used():
    meters = Meters(
        requests=2, iterations=1, tool_calls=3, input_tokens=10, output_tokens=5, cost=Decimal("0.5"), ms=1200
    )
    names = ("requests", "iterations", "tool_calls", "input_tokens", "output_tokens", "tokens", "cost", "seconds")
    assert [spent(meters, name) for name in names] == [2, 1, 3, 10, 5, 15, Decimal("0.5"), Decimal("1.2")]
    meters.unpriced = 1
    assert spent(meters, "cost") is None


def duet(*caps: Any) -> State:
    """Two actors; each used something."""
    return state_after(
        started(agent(), agent("user", role="user"), caps=caps),
        Said(text="x"),
        asked(),
        answered("agent.1", "", "lookup", usage=Usage(input=3, output=2), ms=100),
        called("agent.1.1"),
        returned("agent.1.1"),
        ("user", Said(text="x")),
        ("user", asked("user.1", reserve=Reserve(input=7, output=4, cost="0.5"))),
    )


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("requests", 2),
        ("requests@agent", 1),
        ("requests@user", 1),
        ("requests@nobody", 0),
        ("tokens@agent", 5),
        ("tokens@user", 0),
        ("tool_calls:lookup", 1),
        ("tool_calls:charge", 0),
        ("tool_calls:lookup@user", 0),
        ("seconds@agent", Decimal("0.1")),
        ("requests_per_minute", 2),
        ("requests_per_minute@user", 1),
        ("session.requests", 2),
    ],
)
def test_each_counts_what_it_is_on(name: str, amount: Any):
    assert used(duet(cap("requests_per_minute", 9)), name) == amount


def test_one_actor_alone_has_the_meters_of_the_run():
    state = state_after(Said(text="x"), asked())
    assert used(state, "requests@agent") == 1


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("input_tokens", 7),
        ("output_tokens", 4),
        ("tokens", 11),
        ("cost", Decimal("0.5")),
        ("requests", 0),
        ("tokens@user", 11),
        ("tokens@agent", 0),
    ],
)
def test_what_is_set_aside_for_a_call_under_way(name: str, amount: Any):
    assert set_aside(duet(), name) == amount
    assert set_aside(duet(), name, but="user") == 0


def shared(*more: Any, unpriced: int = 0, actor: Any = None) -> State:
    """Others used 10 requests in this session and 100 today, one of them this run's own; then this run goes on."""
    return state_after(
        started(actor or agent(), caps=(cap("session.requests", 12), cap("day.cost", 5))),
        Said(text="x"),
        asked(),
        Tallied(
            session=Tally(requests=10, cost="1.5", unpriced=unpriced),
            day=Tally(requests=100, cost="4"),
            date="2026-11-24",
        ),
        *more,
    )


def test_what_others_used_counts_from_where_it_was_told():
    assert used(shared(), "session.requests") == 10
    again = shared(answered(), Said(text="y"), asked("agent.2"))
    assert (used(again, "session.requests"), used(again, "day.requests")) == (11, 101)
    paid = shared(answered(usage=Usage(input=1, output=1)), actor=agent().model_copy(update=PRICED))
    assert (used(paid, "session.cost"), used(paid, "day.cost")) == (Decimal("2.5"), 5)


def test_only_what_others_used_is_news():
    """What is told has this run's own part, of which nobody needs to be told."""
    date, before = "2026-11-24", shared(answered(usage=Usage(input=3, output=1)))
    session = Tally(requests=10, input_tokens=3, output_tokens=1, cost="1.5")
    day = Tally(requests=100, input_tokens=3, output_tokens=1, cost="4.00")
    same = Tallied(session=session, day=day, date=date)
    assert not is_news(before, same)
    assert is_news(before, same.model_copy(update={"date": "2026-11-25"}))
    assert is_news(before, same.model_copy(update={"day": day.model_copy(update={"cost": "4.01"})}))
    assert is_news(before, same.model_copy(update={"session": session.model_copy(update={"requests": 11})}))
    assert is_news(state_after(Said(text="x")), same), "nothing was told before"


ASIDE = {"session_aside": Tally(output_tokens=7), "day_aside": Tally(input_tokens=40, output_tokens=7, cost="0.25")}


def test_what_others_have_set_aside_is_part_of_the_caps_that_they_share():
    told = Tallied(session=Tally(), day=Tally(), date="2026-11-24", **ASIDE)
    state = state_after(Said(text="x"), asked(reserve=Reserve(input=1, output=2, cost="1")), told)
    names = ("output_tokens", "session.output_tokens", "session.cost", "day.tokens", "day.cost", "day.requests")
    assert [set_aside(state, name) for name in names] == [2, 9, 1, 50, Decimal("1.25"), 0]
    assert set_aside(alone(state), "day.tokens") == 3
    assert set_aside(state, "day.tokens") == 50, "the run itself stays as it is"
    assert alone(shared()) == shared()
    first = state_after(Said(text="x"))
    assert alone(first) is first


def test_what_others_have_set_aside_is_news():
    state = shared()
    assert state.elsewhere is not None
    known = Tallied(session=state.elsewhere.session, day=state.elsewhere.day, date="2026-11-24")
    assert not is_news(state, known)
    assert is_news(state, known.model_copy(update=ASIDE))


def test_what_is_not_known_of_others_or_of_this_run_is_unknown():
    assert used(shared(unpriced=1), "session.cost") is None
    assert used(shared(answered(), actor=agent().model_copy(update={"price": None})), "day.cost") is None


def test_a_fork_knows_what_was_used_before_it():
    state = state_after(Said(text="x"), asked(), answered(), Forked(parent=1, parent_seq=4), asked("agent.2"))
    assert state.forked is not None
    assert (state.forked.requests, state.meters.requests) == (1, 2)


def test_whether_a_cap_counts_what_others_use():
    assert is_shared(shared())
    assert not is_shared(duet(cap("cost", 1)))
    lifted = shared(LimitSet(name="session.requests", limit=None), LimitSet(name="day.cost", limit=None))
    assert not is_shared(lifted)


def test_days_are_those_of_utc():
    assert [date_of(at) for at in (0.0, 86_399.9, 86_400.0)] == ["1970-01-01", "1970-01-01", "1970-01-02"]


@pytest.mark.parametrize(
    ("name", "limit"), [("cost", "0.5"), ("seconds", "1.5"), ("requests", "0"), ("tokens", None), ("day.cost", "2")]
)
def test_limits_that_can_be_kept(name: str, limit: str | None):
    check_limit(name, limit)


@pytest.mark.parametrize("limit", ["", "ten", "-1", "NaN", "Infinity", "1e16", "1e999", "9" * 5000])
def test_limits_that_cannot(limit: str):
    with pytest.raises(UsedWrongly, match="the limit of cost must be a number of at least 0"):
        check_limit("cost", limit)


def test_what_is_counted_is_capped_by_a_whole_number():
    with pytest.raises(UsedWrongly, match="the limit of requests must be a whole number"):
        check_limit("requests", "1.5")


def test_a_cap_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(UsedWrongly, match=r"no cap 'mony'; caps are iterations, .*cost"):
        check_limit("mony", "1")


def test_a_cap_for_somebody_who_does_not_take_part_is_named_with_those_who_do():
    with pytest.raises(UsedWrongly, match="nobody called 'nobody' takes part; there are: agent, user"):
        check_limit("tokens@nobody", None, ["agent", "user"])
    check_limit("tokens@user", "1", ["agent", "user"])
