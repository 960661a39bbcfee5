"""The first screen: what is saved and what can be started, filtered by typing, opened by Enter."""

from __future__ import annotations

import pytest

from tests.tui.bench import Bench, opened, screen_text, until
from workbench.store import Store
from workbench.tui.first_lists import ScenarioList, SessionList
from workbench.tui.first_screen import FirstScreen
from workbench.tui.session.screen import SessionScreen
from workbench.tui.sheets.personas_screen import PersonasScreen

WIDE, NARROW = (120, 40), (80, 24)


def fill(store: Store, number: int) -> None:
    """So many sessions, the newest with the highest number."""
    for place in range(number):
        row = store.create_session(f"Session {place:05}", created=1_795_000_000.0 + place, model="scripted:x")
        store.update_session(row.id, status="ended", outcome="completed", cost="0", updated=1_795_000_000.0 + place)


async def test_an_empty_workspace_says_which_key_fills_it(bench: Bench) -> None:
    async with bench.app().run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "no provider is reachable" in screen_text(pilot))
        text = screen_text(pilot)
        assert "Nothing is saved yet." in text
        assert "Tab goes to the scenarios, Enter starts one." in text
        assert "support-desk" in text
        assert pilot.app.screen.query_one(ScenarioList).has_focus


async def test_the_palette_offers_what_the_first_screen_does(bench: Bench) -> None:
    async with bench.app().run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "no provider is reachable" in screen_text(pilot))
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "personas  (F2)" in screen_text(pilot))
        await pilot.press(*"pers")
        await until(pilot, lambda: "every key of the first screen" not in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, PersonasScreen))


@pytest.mark.slow
async def test_typing_filters_both_and_enter_starts_a_scenario(bench: Bench) -> None:
    async with bench.app().run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press(*"support")
        assert "parallel-weather" not in screen_text(pilot)
        assert "support-desk" in screen_text(pilot)
        await pilot.press("escape")
        assert "parallel-weather" in screen_text(pilot)
        await pilot.press(*"support-desk", "enter")
        session = await opened(pilot)
        assert session.newest.meters.requests == 0


@pytest.mark.slow
async def test_sessions_are_listed_with_where_they_stand(bench: Bench) -> None:
    await bench.record("support-desk", "run", id="done1")
    await bench.record("support-desk", "next", id="held1")
    async with bench.app().run_test(size=WIDE) as pilot:
        await pilot.pause()
        sessions = pilot.app.screen.query_one(SessionList)
        assert [row.id for row in sessions.rows] == ["held1", "done1"], "the held ones first"
        lines = [line for line in screen_text(pilot).splitlines() if "Support desk: charged" in line]
        assert "HELD" in lines[0]
        assert "done" in lines[1]
        assert "60 min" in lines[1] or "1 h" in lines[1] or "59 min" in lines[1]
        await pilot.press("enter")
        session = await opened(pilot)
        assert session.identity.session == "held1"


@pytest.mark.slow
async def test_ten_thousand_sessions_are_read_a_page_at_a_time(bench: Bench) -> None:
    fill(bench.house.store, 1_000)
    async with bench.app().run_test(size=NARROW) as pilot:
        await pilot.pause()
        sessions = pilot.app.screen.query_one(SessionList)
        first = len(sessions.rows)
        assert first < 1_000
        assert "Session 00999" in screen_text(pilot)
        await pilot.press(*["pagedown"] * 60)
        assert first < len(sessions.rows)
        await pilot.press("end")
        assert len(sessions.rows) == 1_000
        assert "Session 00000" in screen_text(pilot)
        await pilot.press(*"00777")
        assert [row.title for row in sessions.rows] == ["Session 00777"]
        await pilot.press(*"zzz")
        assert "No session holds" in screen_text(pilot)


@pytest.mark.slow
async def test_what_cannot_be_opened_is_said_in_one_line(bench: Bench) -> None:
    fill(bench.house.store, 1)
    async with bench.app().run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, FirstScreen) and "✗" in screen_text(pilot))
        assert "no run" in screen_text(pilot).splitlines()[-1]


async def test_a_session_named_on_the_command_line_that_cannot_be_opened_ends_the_app(bench: Bench) -> None:
    fill(bench.house.store, 1)
    app = bench.app(open="last")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.failure is not None)
    assert app.return_code == 2


async def test_what_the_scenarios_are_about_stands_in_one_column(bench: Bench) -> None:
    async with bench.app().run_test(size=(100, 24)) as pilot:
        await until(pilot, lambda: "technical-support" in screen_text(pilot))
        await pilot.press("end")
        lines = screen_text(pilot).splitlines()
        talk = next(line.index("an agent") for line in lines if " talk " in line)
        assert talk == next(line.index("A diagnosis") for line in lines if "technical-support" in line)


@pytest.mark.slow
async def test_a_database_that_cannot_be_opened_is_one_sentence_and_the_scenarios_stay(bench: Bench) -> None:
    damaged = bench.house.workspace.database
    damaged.write_bytes(b"no database at all, " * 400)
    async with bench.app().run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("l", "o", "backspace")
        lines = screen_text(pilot).splitlines()
        assert "not a Workbench database" in " ".join(line[:66].strip() for line in lines)
        assert any(line.startswith(" ✗ ") for line in lines[-4:])
        assert "long-answer" in screen_text(pilot)
        await pilot.press("tab", "end", "pagedown")
        assert pilot.app.is_running


@pytest.mark.slow
async def test_it_fits_into_any_terminal(bench: Bench) -> None:
    await bench.record("support-desk", "next")
    async with bench.app().run_test(size=WIDE) as pilot:
        for size in [NARROW, (20, 5), (1, 1), (300, 90)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        assert "Sessions" in screen_text(pilot)
        assert "Scenarios" in screen_text(pilot)


@pytest.mark.slow
async def test_tab_does_not_lead_to_a_list_that_the_filter_emptied(bench: Bench) -> None:
    async with bench.app().run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press(*"support-desk", "tab", "enter")
        await opened(pilot)


@pytest.mark.slow
async def test_light_and_help(bench: Bench) -> None:
    async with bench.app().run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+l")
        assert pilot.app.theme == "workbench-light"
        await pilot.press("f1")
        await pilot.pause()
        assert "type anything to filter both lists" in screen_text(pilot)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, FirstScreen)
        assert not isinstance(pilot.app.screen, SessionScreen)
