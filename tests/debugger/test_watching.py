"""Watches: what a value is where one looks, since when, and the walks that stop where it changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.bench import Bench
from workbench.debugger.breaking import set_break
from workbench.debugger.session import Session
from workbench.debugger.walks import backward, onward
from workbench.debugger.watching import value_at
from workbench.errors import Impossible, NotFound
from workbench.gates.grammar import BadCondition


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A support-desk run that is done."""
    bench = Bench(tmp_path / "workspace")
    opened = bench.desk.open(asyncio.run(bench.record("support-desk", "run")))
    yield opened
    opened.close()
    bench.close()


def places(session: Session, kind: str) -> list[int]:
    """The events of this kind."""
    return [event.seq for event in session.events() if event.body.kind == kind]


@pytest.mark.slow
def test_a_path_changes_where_an_event_made_it_what_it_is(session: Session) -> None:
    session.watches.add("requests")
    changes = session.watches.changes(session, "requests")
    assert [change.seq for change in changes] == places(session, "model_called")
    assert [change.value for change in changes] == [str(1 + place) for place in range(len(changes))]
    told = session.watches.told(session, "requests")
    assert (told.value, told.since, told.here) == (str(len(changes)), changes[-1].seq, False)
    session.look(changes[0].seq)
    told = session.watches.told(session, "requests")
    assert (told.value, told.since, told.here) == ("1", changes[0].seq, True)
    session.look(1)
    told = session.watches.told(session, "requests")
    assert (told.value, told.since, told.here) == ("0", None, False)


@pytest.mark.slow
def test_what_an_event_says_nothing_of_stays_as_it_was_told_last(session: Session) -> None:
    session.watches.add("args.order")
    asked = places(session, "tool_called")[0]
    session.look(asked + 2)
    told = session.watches.told(session, "args.order")
    assert (told.value, told.since) == ('"A-1007"', asked)
    session.look(2)
    assert session.watches.told(session, "args.order").value is None


@pytest.mark.slow
def test_the_walks_stop_at_each_change_in_turn(session: Session) -> None:
    session.watches.add("requests")
    asked = places(session, "model_called")
    stops: list[int] = []
    for _ in asked:
        assert backward(session).kind == "watch"
        stops.append(session.seq)
    assert stops == asked[::-1]
    with pytest.raises(Impossible, match="requests was so from the beginning; clear watch"):
        backward(session)
    assert session.seq == asked[0]
    assert onward(session).words == "requests became 2 here"
    assert session.seq == asked[1]
    session.look(asked[-1])
    assert onward(session).kind == "end"
    assert session.looking is None


@pytest.mark.slow
def test_the_nearer_of_a_change_and_a_breakpoint_is_where_a_walk_stops(session: Session) -> None:
    session.watches.add("criteria.order_id")
    set_break(session, "tool refund_charge")
    stop = backward(session)
    assert (stop.kind, stop.words) == ("break", "here it would hold: breakpoint 1: tool refund_charge")
    stop = backward(session)
    assert (stop.kind, stop.words) == ("watch", "criteria.order_id became true here")
    assert session.event(session.seq).body.kind == "criterion_judged"


@pytest.mark.slow
def test_a_text_changes_once_where_it_was_first_held(session: Session) -> None:
    session.watches.add('"ch_7002"')
    session.watches.add("'refund of the second'")
    assert backward(session).words.startswith("'ch_7002' first appeared at event")
    assert session.event(session.seq).body.kind == "tool_returned"
    assert session.watches.told(session, '"ch_7002"').here
    with pytest.raises(Impossible, match="nothing that is watched changed before event"):
        backward(session)
    session.watches.remove("'refund of the second'")
    with pytest.raises(Impossible, match="this is the event that first held it"):
        backward(session)
    session.look(2)
    with pytest.raises(Impossible, match="no event up to here holds it"):
        backward(session)


@pytest.mark.slow
def test_what_the_model_made_up_is_called_invented(session: Session) -> None:
    session.watches.add('"I am sorry about that"')
    assert backward(session).kind == "invented"


@pytest.mark.slow
def test_every_branch_of_a_session_watches_the_same(session: Session) -> None:
    session.watches.add("cost")
    fork = session.fork(4)
    assert list(fork.watches) == ["cost"]
    fork.watches.clear()
    assert not len(session.watches)
    fork.close()


@pytest.mark.slow
def test_what_is_no_path_or_is_not_watched_is_said_and_changes_nothing(session: Session) -> None:
    with pytest.raises(BadCondition, match="there is no field cots; did you mean cost"):
        session.watches.add("cots")
    with pytest.raises(NotFound, match="cost is not watched; nothing is"):
        session.watches.remove("cost")
    session.watches.add(" cost ")
    session.watches.add("cost")
    assert list(session.watches) == ["cost"]
    assert value_at(session, "cost") == "0"


@pytest.mark.slow
async def test_what_is_about_to_be_done_is_shown_before_it_is_done(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "workspace")
    session = bench.desk.open(await bench.record("support-desk", "next", "next", "step"))
    session.watches.add("args.order")
    told = session.watches.told(session, "args.order")
    assert (told.value, told.since, told.here) == ('"A-1007"', session.seq, True)
    session.close()
    bench.close()
