"""The mouse: clicks and the wheel on every pane and list."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widget import Widget

from tests.tui.bench import Bench, opened, screen_text, until
from workbench.tui.first_lists import ScenarioList, SessionList
from workbench.tui.panes.budget import BudgetPane, Meters
from workbench.tui.panes.calls import CallList, CallsPane, Detail
from workbench.tui.panes.completion import CompletionPane, Criteria
from workbench.tui.panes.conversation import ConversationPane
from workbench.tui.panes.steps import StepList
from workbench.tui.session.screen import SessionScreen
from workbench.tui.sheets.sheet import Page
from workbench.tui.widgets.frame import Title

WIDE, NARROW = (120, 40), (80, 24)


async def wheel(pilot: Pilot[int], over: Widget, kind: type[events.MouseScrollDown | events.MouseScrollUp]) -> None:
    """Turn the wheel once over the middle of a widget, as a terminal tells it to the app."""
    x, y = over.region.center
    pilot.app.post_message(kind(None, int(x), int(y), 0, 0, 0, False, False, False, int(x), int(y)))
    await pilot.pause()
    await pilot.wait_for_scheduled_animations()
    await pilot.pause()


@pytest.mark.slow
async def test_a_click_on_any_pane_takes_its_row_and_the_keys(bench: Bench) -> None:
    app = bench.app(open=await bench.record("support-desk", "run"))
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        screen = app.screen
        assert isinstance(screen, SessionScreen)
        steps = screen.query_one(StepList)
        await pilot.click(steps, offset=(6, 2))
        assert (steps.has_focus, steps.cursor) == (True, steps.scroll_offset.y + 2)
        calls = screen.query_one(CallList)
        await pilot.click(calls, offset=(6, 1))
        assert (calls.has_focus, calls.cursor) == (True, 1)
        assert "ch_7001" in screen.query_one(CallsPane).focused_text()
        await pilot.click(screen.query_one(Detail), offset=(6, 0))
        assert screen.query_one(Detail).has_focus
        meters = screen.query_one(Meters)
        await pilot.click(meters, offset=(6, 1))
        assert (meters.has_focus, screen.query_one(BudgetPane).chosen) == (True, "tool_calls")
        criteria = screen.query_one(Criteria)
        await pilot.click(criteria, offset=(6, 2))
        assert (criteria.has_focus, criteria.cursor) == (True, 2)
        talk = screen.query_one(ConversationPane).talk
        await pilot.click(talk, offset=(6, 4))
        assert talk.has_focus
        await pilot.click(screen.query_one(CompletionPane).query_one(Title), offset=(4, 0))
        assert isinstance(screen.pane, CompletionPane), "a click on a title gives its pane the keys"
        assert session.looking is None
        await pilot.double_click(steps, offset=(6, 3))
        await pilot.pause()
        assert session.looking is not None, "two clicks look back at that step, as Enter does"


@pytest.mark.slow
async def test_the_wheel_scrolls_what_it_is_over_and_leaves_the_keys_where_they_are(bench: Bench) -> None:
    app = bench.app(open=await bench.record("support-desk", "run"))
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        screen = app.screen
        assert isinstance(screen, SessionScreen)
        steps, talk = screen.query_one(StepList), screen.query_one(ConversationPane).talk
        before, end = steps.scroll_offset.y, screen_text(pilot)
        await wheel(pilot, steps, events.MouseScrollUp)
        assert steps.scroll_offset.y < before
        await wheel(pilot, talk, events.MouseScrollUp)
        assert talk.top is not None
        assert steps.has_focus
        for _ in range(3):
            await wheel(pilot, talk, events.MouseScrollDown)
            await wheel(pilot, steps, events.MouseScrollDown)
        assert talk.top is None
        assert screen_text(pilot) == end


@pytest.mark.slow
async def test_a_click_on_a_tab_shows_its_pane(bench: Bench) -> None:
    app = bench.app(open=await bench.record("support-desk", "run"))
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        for name, shown in (("4 Budget", "iterations"), ("5 Done", "order_id"), ("2 Chat", "Enjoy the")):
            line = next(text for text in screen_text(pilot).split("\n") if "1 Steps" in text)
            await pilot.click("#tabs", offset=(line.index(name) + 2, 0))
            await pilot.pause()
            assert f"[{name}" in screen_text(pilot)
            assert shown in screen_text(pilot)


@pytest.mark.slow
async def test_the_first_screen_takes_clicks(bench: Bench) -> None:
    await bench.record("support-desk", "run", id="one")
    await bench.record("flaky-parts", "run", id="two")
    app = bench.app()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "no provider" in screen_text(pilot))
        sessions, scenarios = app.screen.query_one(SessionList), app.screen.query_one(ScenarioList)
        await pilot.click(scenarios, offset=(4, 3))
        assert (scenarios.has_focus, scenarios.cursor) == (True, 1), "a scenario has two lines"
        await pilot.click(sessions, offset=(4, 1))
        assert (sessions.has_focus, sessions.cursor) == (True, 1)
        await pilot.double_click(sessions, offset=(4, 1))
        await opened(pilot)


@pytest.mark.slow
async def test_the_wheel_turns_the_pages_of_a_sheet(bench: Bench) -> None:
    app = bench.app(open=await bench.record("support-desk", "next"))
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await pilot.press("f1")
        await pilot.pause()
        page = app.screen.query_one(Page)
        await wheel(pilot, page, events.MouseScrollDown)
        assert page.scroll_offset.y > 0
