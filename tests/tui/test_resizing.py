"""Every screen and dialog in a terminal that becomes tiny and large again: nothing breaks, and all of it comes back."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.tui.bench import Bench, keys, opened, screen_text, until

TINY = (20, 5)
SIZES = [(120, 40), (80, 24)]
OVER = {
    "the session": ((), "Steps"),
    "help": (("f1",), "F1"),
    "jump": (("ctrl+o",), "Jump"),
    "break": (("b",), "Break where"),
    "breakpoints": (("B",), "Breakpoints and watches"),
    "watch": (("W",), "Watch what"),
    "edit": (("3", "up", "enter", "e"), "Edit the arguments"),
    "revert or choose": (("1", "end", "up", "up", "e"), "Edit"),
    "fork": (("F",), "Fork main"),
    "branches": (("ctrl+t",), "Branches"),
    "view": (("v",), "What the model saw"),
    "whence": (("w",), "Where does it come from"),
    "the prompt": (("i", "h", "i"), "hi"),
    "a command": (("colon", "s", "t"), "st"),
    "find": (("slash", "o"), "o"),
    "alone": (("2", "z"), "Conversation"),
    "back": (("S", "S"), "LOOKING BACK"),
}


async def squeezed(pilot: Pilot[int], size: tuple[int, int]) -> None:
    """Make the terminal tiny and as large as it was."""
    for width, height in (TINY, size):
        await pilot.resize_terminal(width, height)
        await pilot.pause()
        lines = screen_text(pilot).splitlines()
        assert len(lines) <= height
        assert max(map(len, lines)) <= width


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
async def test_every_dialog_of_a_session_comes_through(bench: Bench, size: tuple[int, int]) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=size) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        for name, (pressed, words) in OVER.items():
            screen = app.screen
            await pilot.press(*pressed)
            await pilot.pause()
            before = screen_text(pilot)
            assert name == "help" or words in before, name
            await squeezed(pilot, size)
            assert screen_text(pilot).split()[:3] == before.split()[:3], name
            if app.screen is not screen:
                await pilot.press("escape")
            elif name == "alone":
                await pilot.press("z", "1")
            elif name == "back":
                await pilot.press("G")
            else:
                await pilot.press("escape", "1")
            await until(pilot, lambda screen=screen: app.screen is screen)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])
async def test_the_first_screen_and_a_call_in_doubt_come_through(bench: Bench, size: tuple[int, int]) -> None:
    await bench.record("support-desk", dies_in="refund_charge")
    app = bench.app()
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "Scenarios" in screen_text(pilot))
        await squeezed(pilot, size)
        assert "Scenarios" in screen_text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "IN DOUBT" in screen_text(pilot) and "Leave it open" in screen_text(pilot))
        await squeezed(pilot, size)
        assert "Leave it open" in screen_text(pilot)
