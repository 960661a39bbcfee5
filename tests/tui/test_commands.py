"""The command line behind `:`: every verb of the language, its answers, its errors, and what Tab makes of a line."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.tui.bench import Bench, opened, screen_text, still, until
from workbench.debugger.session import Session
from workbench.tui.first_screen import FirstScreen
from workbench.tui.session.screen import SessionScreen
from workbench.tui.sheets.answer_screen import AnswerScreen
from workbench.tui.sheets.form import Form

WIDE = (120, 40)


async def typed(pilot: Pilot[int], line: str) -> None:
    """Type a verb and Enter, and let it be done."""
    names = {" ": "space", "\t": "tab"}
    await pilot.press("colon", *[names.get(letter, letter) for letter in line], "enter")
    await pilot.pause()


async def on_branch(pilot: Pilot[int], name: str) -> Session:
    """Wait for the screen of that branch; its session."""

    def there() -> bool:
        screen = pilot.app.screen
        return isinstance(screen, SessionScreen) and screen.session is not None and screen.place[1] == name

    await until(pilot, there)
    return await opened(pilot)


@pytest.mark.slow
async def test_verbs_are_done_and_say_why_they_cannot_be(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await typed(pilot, "b tool refund_charge")
        assert "breakpoint 1: tool refund_charge" in screen_text(pilot)
        await typed(pilot, "c")
        await still(pilot, session)
        assert "HELD before refund_charge · breakpoint 1" in screen_text(pilot).splitlines()[0]
        await typed(pilot, "rs")
        assert session.looking is not None
        await typed(pilot, "look newest")
        assert session.looking is None
        for line, why in {
            "stpe": "there is no verb 'stpe'; did you mean stop, step",
            "say": "say what? For instance: say the order is A-1007",
            "limit speed 3": "there is no cap 'speed'",
            "s 3": "step takes nothing behind it, and '3' was given",
            "look 99999": "there is no event 99999",
        }.items():
            await typed(pilot, line)
            assert why in screen_text(pilot), line
        await typed(pilot, "replay")
        assert "events, each as the rules make it" in screen_text(pilot)


@pytest.mark.slow
async def test_a_long_answer_and_a_mistake_that_is_pointed_at_stand_on_a_sheet(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=(96, 40)) as pilot:
        await opened(pilot)
        for line, said in {
            "help": "Looking back (nothing is undone)",
            "budget": "iterations",
            "b cost >": "column 7: it ends too early",
        }.items():
            await typed(pilot, line)
            assert isinstance(pilot.app.screen, AnswerScreen), line
            assert said in screen_text(pilot)
            assert f": {line}" in screen_text(pilot)
            if line == "help":  # what goes on in the next line stands below its column
                rows = screen_text(pilot).splitlines()
                place = next(place for place, row in enumerate(rows) if "  rc " in row)
                below = rows[place + 1]
                assert below.strip() in "back to where a watch changed or a breakpoint holds, else to the beginning"
                assert len(below) - len(below.lstrip()) == rows[place].index("back to where")
            await pilot.press("escape")
            await pilot.pause()
        assert isinstance(pilot.app.screen, SessionScreen)


@pytest.mark.slow
async def test_forks_are_screens_of_their_own_and_switch_goes_between_them(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await typed(pilot, "c")
        await still(pilot, session)
        await typed(pilot, "fork 20")
        fork = await on_branch(pilot, "b2")
        assert "now on b2; switch main goes back" in screen_text(pilot)
        await typed(pilot, "edit prompt Be brief.")
        assert (await on_branch(pilot, "b3")).newest.specs["agent"].system == "Be brief."
        await typed(pilot, "switch b2")
        assert await on_branch(pilot, "b2") is fork
        await typed(pilot, "fork 20 --n 2 --model human")
        await until(pilot, lambda: isinstance(pilot.app.screen, AnswerScreen))
        assert "b4  YOU ARE THE MODEL" in screen_text(pilot)
        await pilot.press("escape")
        await typed(pilot, "switch b5")
        other = await on_branch(pilot, "b5")
        assert other.run is not None, "it is still the one that was made, which may be written"
        await typed(pilot, "model Hello there.")
        await until(pilot, lambda: "Hello there." in screen_text(pilot))
        await typed(pilot, "switch main")
        assert "this branch is under way" in screen_text(pilot)
        await pilot.press("ctrl+c", "ctrl+c")
        await until(pilot, lambda: "The answer was broken off" in screen_text(pilot))
        await pilot.press("escape")
        await typed(pilot, "switch main")
        assert await on_branch(pilot, "main") is session


@pytest.mark.slow
async def test_edit_without_a_value_opens_a_form(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await typed(pilot, "n")
        await still(pilot, session)
        await typed(pilot, "s")
        await still(pilot, session)
        await typed(pilot, "edit agent.2.1")
        await until(pilot, lambda: isinstance(pilot.app.screen, Form))
        assert "Edit arguments of agent.2.1" in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert "left as it was" in screen_text(pilot)
        await typed(pilot, "edit agent.2.1")
        await until(pilot, lambda: isinstance(pilot.app.screen, Form))
        await pilot.press(*["backspace"] * 3, *'8"}', "enter")
        await until(pilot, lambda: any(session.newest.edits.values()))


@pytest.mark.slow
async def test_tab_completes_and_the_line_at_the_bottom_says_with_what(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await pilot.press("colon", *"li")
        bottom = screen_text(pilot).splitlines()[-1]
        assert "▸list" in bottom or "▸limit" in bottom
        await pilot.press(*"mi", "tab")
        screen = pilot.app.screen
        assert isinstance(screen, SessionScreen)
        assert screen.prompt.words.text == "limit "
        await pilot.press(*"to", "tab")
        assert screen.prompt.words.text == "limit tool_calls"
        assert "▸tokens" in screen_text(pilot).splitlines()[-1]
        await pilot.press("tab")
        assert screen.prompt.words.text == "limit tokens"
        await pilot.press("tab", "space", "9", "enter")
        await pilot.pause()
        assert session.newest.limits["tool_calls"] == "9"
        await pilot.press("tab")
        assert screen.pane is screen.panes["conversation"], "outside a command Tab goes to the next pane"


@pytest.mark.slow
async def test_close_goes_back_and_quit_leaves(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await typed(pilot, "close")
        await until(pilot, lambda: isinstance(pilot.app.screen, FirstScreen))
        await pilot.press("enter")
        await opened(pilot)
        await pilot.press("colon", *"quit", "enter")
        while app.is_running:
            await pilot.pause()
    assert app.return_code == 0
