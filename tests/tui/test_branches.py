"""Branches in the app: forks, the tree, two side by side; to the cursor; where a value came from; the view."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.tui.bench import Bench, keys, opened, screen_text, still, until
from workbench.debugger.session import Session
from workbench.tui.panes.steps import StepsPane
from workbench.tui.session.screen import SessionScreen
from workbench.tui.sheets.diff_screen import DiffScreen, wrapped

WIDE, NARROW = (120, 40), (80, 24)


def row_of(pilot: Pilot[int], label: str) -> int:
    """The row of a step in the Steps list."""
    steps = pilot.app.screen.query_one(StepsPane).list
    return next(place for place in range(steps.count()) if getattr(steps.step(place), "label", "") == label)


def to_row(pilot: Pilot[int], label: str) -> None:
    """Put the cursor of the Steps list on a step."""
    pilot.app.screen.query_one(StepsPane).list.move_to(row_of(pilot, label))


async def forked(pilot: Pilot[int]) -> Session:
    """Fork before the money moved, by hand; the fork."""
    to_row(pilot, "list_charges")
    await pilot.press("F")
    await pilot.pause()
    assert "Fork main after event" in screen_text(pilot)
    assert "not undone: refund_charge(" in screen_text(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, SessionScreen))
    return await opened(pilot)


@pytest.mark.slow
async def test_a_fork_says_what_it_does_not_undo_and_the_tree_leads_back(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        before = session.newest.seq
        fork = await forked(pilot)
        assert fork.identity.branch == "b2"
        assert "now on b2; q goes back to main" in screen_text(pilot)
        assert session.newest.seq == before
        await pilot.press("ctrl+t")
        await pilot.pause()
        text = screen_text(pilot)
        assert "└ b2" in text
        assert "5 of 5 met" in text
        assert "b2: left main after event" in text
        await pilot.press("up", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SessionScreen)
        assert pilot.app.screen.session is session
        assert "list_charges ⋎" in screen_text(pilot), "where the fork left is marked"
        await pilot.press("ctrl+t", "down", "enter")
        again = await opened(pilot)
        assert again.identity.branch == "b2"


@pytest.mark.slow
async def test_two_branches_are_compared_from_the_tree_and_from_the_fork(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=NARROW) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c", "D"])
        assert "There is one branch" in screen_text(pilot)
        await pilot.press("escape")
        to_row(pilot, "find_order")
        await pilot.press("e", "backspace", "8", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, SessionScreen))
        fork = await opened(pilot)
        await keys(pilot, fork, ["s", "s"])
        await pilot.press("D")
        await pilot.pause()
        text = screen_text(pilot)
        assert "They part after 4 equal messages: main has call" in text
        assert "~ changed  ← they part here" in text
        assert "A-1007" in text
        assert "A-1008" in text
        assert "= 4 the same" in text
        await pilot.press("n", "n", "N", "home", "enter")
        assert "= system" in screen_text(pilot), "what is the same unfolds"
        await pilot.press("escape", "ctrl+t", "D", "up")
        assert "compares it with b2" in screen_text(pilot)
        await pilot.press("D")
        await pilot.pause()
        assert isinstance(pilot.app.screen, DiffScreen)


@pytest.mark.slow
async def test_until_looks_at_what_is_recorded_and_runs_to_what_is_to_come(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        to_row(pilot, "output")
        await pilot.press("t")
        await until(pilot, lambda: bool(session.newest.held) and session.newest.seq > 6)
        await still(pilot, session)
        held = session.newest.held
        assert held is not None
        assert held.phase == "output"
        await pilot.press("home", "t")
        assert session.looking == session.steps.rows[0].last
        await pilot.press("G", "end", "t")
        assert "that is where it stands" in screen_text(pilot)


@pytest.mark.slow
async def test_whence_lists_the_places_and_looks_there(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        await pilot.press("3", "enter", "down", "w")
        await pilot.pause()
        assert "'ch_7002' first appeared at event" in screen_text(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert session.looking is not None
        assert session.event(session.looking).body.kind == "tool_returned"
        await pilot.press("G", "1", "w", *"Z-99", "enter")
        await pilot.pause()
        assert "'Z-99' is in no message before event" in screen_text(pilot)
        await pilot.press("escape")


@pytest.mark.slow
async def test_the_view_folds_what_was_kept(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=NARROW) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        await pilot.press("v")
        await pilot.pause()
        text = screen_text(pilot)
        assert "against the call @" in text
        assert "+ user" in text
        await pilot.press("home")
        assert "system" in screen_text(pilot)
        before = screen_text(pilot)
        await pilot.press("enter")
        assert screen_text(pilot) != before
        await pilot.press("o")
        assert "the pager cannot be opened here" in screen_text(pilot) or "there is no pager" in screen_text(pilot)


def test_marked_words_keep_their_look_where_lines_break() -> None:
    lines = wrapped([("the order is ", "grey"), ("A-1007", "wrong"), (" and goes on", "grey")], 16)
    assert ["".join(text for text, _ in line) for line in lines] == ["the order is", "A-1007 and goes", "on"]
    assert ("A-1007", "wrong") in lines[1]
    assert wrapped([("a\x1bb", "wrong")], 10) == [[("a␛b", "wrong")]]
