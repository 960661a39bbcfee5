"""Several forks at once: made in the fork dialog, followed in the tree, gone to while they run, compared."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.tui.bench import Bench, keys, opened, screen_text, until
from tests.tui.test_branches import to_row
from workbench.tui.session.screen import SessionScreen
from workbench.tui.sheets.diff_screen import DiffScreen
from workbench.tui.sheets.tree_screen import TreeScreen
from workbench.tui.together import Together

WIDE, NARROW = (120, 40), (80, 24)


async def fork(pilot: Pilot[int], *texts: str) -> None:
    """Write these into the fields of the fork dialog, and press Enter."""
    await pilot.press("F")
    await pilot.pause()
    for place, text in enumerate(texts):
        await pilot.press(*(["tab"] if place else []), *text)
    await pilot.press("enter")
    await pilot.pause()


@pytest.mark.slow
async def test_so_many_forks_run_side_by_side_and_the_tree_follows_them(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        to_row(pilot, "find_order")
        await fork(pilot, "", "", "3")
        await until(pilot, lambda: isinstance(pilot.app.screen, TreeScreen))
        assert set(app.together.of(session.identity.session)) <= {"b2", "b3", "b4"}
        await until(pilot, lambda: "under way" not in screen_text(pilot))
        rows = screen_text(pilot).splitlines()
        forks = [line for line in rows if "b2 " in line or "b3 " in line or "b4 " in line][:3]
        assert all("HELD before refund_charge" in line and "$0 3 of 5 met" in line for line in forks)
        await pilot.press("D", "down", "D")
        await until(pilot, lambda: isinstance(pilot.app.screen, DiffScreen))
        assert "b2 beside b3" in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert "^t compares them" in screen_text(pilot)
        await pilot.press("ctrl+t", "down", "enter")
        there = await opened(pilot)
        assert there.identity.branch == "b2"
        assert there.run is not None, "what stands still was let go of, so it can be written"


@pytest.mark.slow
async def test_a_fork_that_is_under_way_is_gone_to_and_held(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=NARROW) as pilot:
        session = await opened(pilot)
        await pilot.press("home")
        await fork(pilot, "", "", "2")
        await until(pilot, lambda: "under way" in screen_text(pilot) and "RUNNING" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, SessionScreen) and pilot.app.screen.session is not None)
        here = await opened(pilot)
        assert here.identity.branch == "b2"
        assert here.driving
        assert "b2" not in app.together.of(here.identity.session)
        await pilot.press("ctrl+c", "ctrl+c")
        await until(pilot, lambda: not here.driving)
    assert not app.together.of(session.identity.session), "the app lets go of the other one when it ends"


@pytest.mark.slow
async def test_another_model_or_a_number_that_is_none_makes_nothing(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["n"])
        await fork(pilot, "", "", "many")
        assert "how many: 'many' is no number; should be 1 to 50, or nothing" in screen_text(pilot)
        await pilot.press("ctrl+u", *"99", "enter")
        await pilot.pause()
        assert "99 forks: should be 1 to 50" in screen_text(pilot)
        await pilot.press("ctrl+u", *"2", "up", *"nobody", "enter")
        await pilot.pause()
        assert "nobody" in screen_text(pilot)
        assert len(bench.desk.branches(session.identity.session)) == 1
        await pilot.press("ctrl+u", *"assistant", "up", *"human", "enter")
        await until(pilot, lambda: "✎ model human, persona assistant" in screen_text(pilot))
        assert len(bench.desk.branches(session.identity.session)) == 3


def test_nothing_is_under_way_at_first() -> None:
    together = Together()
    assert together.take("session", "main") is None
    together.close()
