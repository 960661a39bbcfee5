"""Watches in the app: the dialog that begins with the value at the cursor, the lines above the prompt, the list."""

from __future__ import annotations

import pytest

from tests.tui.bench import Bench, keys, opened, screen_text
from workbench.debugger.steps import Step
from workbench.tui.panes.steps import StepsPane

WIDE, NARROW = (120, 40), (80, 24)


@pytest.mark.slow
async def test_w_begins_with_the_value_at_the_cursor_and_c_walks_back_to_where_it_changed(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        await pilot.press("3", "enter", "W")
        await pilot.pause()
        text = screen_text(pilot)
        assert "Watch what" in text
        assert "args.order" in text
        assert "✓ can be read" in text
        await pilot.press("enter")
        await pilot.pause()
        assert list(session.watches) == ["args.order"]
        assert '◉ args.order  "A-1007"' in screen_text(pilot)
        await pilot.press("5", "W", "enter", "C", "C")
        await pilot.pause()
        text = screen_text(pilot)
        assert "criteria.order_id became true here" in text
        assert "changed here" in text
        assert session.event(session.seq).body.kind == "criterion_judged"


@pytest.mark.slow
async def test_what_is_no_path_stays_in_the_dialog_and_paths_are_completed(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=NARROW) as pilot:
        session = await opened(pilot)
        await pilot.press("1", "W", "enter")
        await pilot.pause()
        assert "say what: a path such as cost" in screen_text(pilot)
        await pilot.press(*"cots", "enter")
        await pilot.pause()
        assert "there is no field cots; did you mean cost?" in screen_text(pilot)
        await pilot.press("ctrl+u", *"criteria.o", "tab", "enter")
        await pilot.pause()
        assert list(session.watches) == ["criteria.order_id"]
        assert "criteria.order_id  not there yet" in screen_text(pilot)


@pytest.mark.slow
async def test_the_list_shows_watches_and_takes_them_away(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=NARROW) as pilot:
        session = await opened(pilot)
        for text in ("cost", "tokens", "status", "iteration"):
            session.watches.add(text)
        await pilot.press("B")
        await pilot.pause()
        assert "◉    iteration" in screen_text(pilot)
        await pilot.press("space")
        await pilot.pause()
        assert "a watch is only shown: d takes it away" in screen_text(pilot)
        await pilot.press("d", "d", "d")
        await pilot.pause()
        assert list(session.watches) == ["iteration"]
        await pilot.press("w")
        await pilot.pause()
        assert "Watch what" in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert "◉ iteration  0" in screen_text(pilot)


@pytest.mark.slow
async def test_the_cursor_of_the_steps_goes_where_a_walk_goes(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        session.watches.add('"ch_7002"')
        await pilot.press("home", "C")
        await pilot.pause()
        steps = pilot.app.screen.query_one(StepsPane).list
        step = steps.step(steps.cursor)
        assert isinstance(step, Step)
        assert step.last == session.looking
