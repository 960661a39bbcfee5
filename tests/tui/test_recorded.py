"""A run that was recorded elsewhere, in the app: who speaks, how it ended, and what a fork of it needs."""

from __future__ import annotations

import json

from tests.tui.bench import Bench, opened, screen_text, until
from workbench.cli.laying import lay
from workbench.exchange import load
from workbench.tui.session.screen import SessionScreen

WIDE = (120, 40)
CHAT = {
    "messages": [
        {"role": "user", "content": "Is 'The Left Hand of Darkness' in?"},
        {
            "role": "assistant",
            "tool_calls": [
                {"id": "1", "function": {"name": "find_book", "arguments": '{"title": "The Left Hand of Darkness"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "1", "content": "Error: the catalogue is closed"},
        {"role": "assistant", "content": "I cannot say."},
    ]
}


def imported(bench: Bench) -> str:
    path = bench.house.workspace.database.parent / "chat.json"
    path.write_text(json.dumps(CHAT))
    (recording,) = load(path).recordings
    return lay(bench.house.store, recording)


async def test_its_user_is_not_you_and_a_result_shows_what_went_wrong(bench: Bench) -> None:
    app = bench.app(open=imported(bench))
    async with app.run_test(size=(200, 50)) as pilot:
        await opened(pilot)
        text = screen_text(pilot)
        assert "› user  Is 'The Left Hand" in text
        assert "› you" not in text
        assert "✓ find_book  The Left Hand" in text
        assert "✓ result  Error: the cat" in text


async def test_it_stays_as_it_is_and_its_fork_says_what_it_needs(bench: Bench) -> None:
    app = bench.app(open=imported(bench))
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        before = session.newest.seq
        assert "say more" not in screen_text(pilot).splitlines()[-1]
        await pilot.press("i", *"hello", "enter")
        await until(pilot, lambda: "imported:unknown cannot be asked here" in screen_text(pilot))
        assert session.newest.seq == before
        await pilot.press("escape", "home", "down", "F")
        await until(pilot, lambda: not isinstance(pilot.app.screen, SessionScreen))
        await pilot.pause()
        text = screen_text(pilot)
        assert "imported:unknown cannot be asked here: name another model, or answer as it with m." in text
