"""ctrl+c twice while an answer streams: the app asks what is to become of what came."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.tui.bench import Bench, opened, screen_text, still, until
from workbench.debugger.session import Session
from workbench.tui.sheets.choice_screen import ChoiceScreen
from workbench.tui.sheets.form import Form


async def broken_off(pilot: Pilot[int]) -> Session:
    """Break off the long answer in the middle."""
    session = await opened(pilot)
    await pilot.press("c")
    await until(pilot, lambda: any(len(draft.text) > 2 for draft in session.drafts.values()))
    await pilot.press("ctrl+c", "ctrl+c")
    await until(pilot, lambda: isinstance(pilot.app.screen, ChoiceScreen))
    assert "The answer was broken off" in screen_text(pilot)
    return session


@pytest.mark.slow
async def test_it_is_accepted_or_asked_for_again(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=(120, 40)) as pilot:
        session = await broken_off(pilot)
        assert session.newest.held is not None
        assert session.newest.held.gate == "partial"
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: session.newest.held is None)
        assert "discarded; c asks again" in screen_text(pilot)
        await broken_off(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert "accept or :discard" in screen_text(pilot).splitlines()[-1]
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChoiceScreen))
        await pilot.press("enter")
        await until(pilot, lambda: session.newest.held is None)
        await pilot.press("s")
        await still(pilot, session)
        assert session.newest.output


@pytest.mark.slow
async def test_what_a_person_makes_of_it_is_the_answer(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=(120, 40)) as pilot:
        session = await broken_off(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Form))
        await pilot.press(*" And so on.", "enter")
        await until(pilot, lambda: session.newest.held is None)
        await pilot.press("s")
        await still(pilot, session)
        assert " And so on." in session.newest.output
