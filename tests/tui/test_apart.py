"""A replay that differs, in the app: both sides on a sheet, and each of the choices by its key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.cli.bench import Bench as CommandLine
from tests.otherwise import asks, by_hand, done, holds, open_shop, tampered
from tests.tui.bench import Bench, opened, screen_text, still, until
from workbench.debugger.session import Session
from workbench.events import DifferenceRuled, ToolReturned
from workbench.tui.session.screen import SessionScreen
from workbench.tui.sheets.apart_screen import ApartScreen


class Shop:
    """The shop with a recorded run; its sessions by name."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        open_shop(folder)
        self.root, self.sessions = folder, Bench(folder)
        line = CommandLine(folder)
        self.recorded = line.run("shop")
        self.changed = tampered(line, self.recorded)
        asks(folder, "cable")
        holds(folder, "0")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """One for each test."""
    shop = Shop(tmp_path / "shop")
    yield shop
    shop.sessions.close()


@pytest.fixture
def changed_by_hand(shop: Shop) -> str:
    """A session in which a person took a hand, and nothing is in stock any more."""
    asks(shop.root, "antenna")
    session = by_hand(CommandLine(shop.root))
    holds(shop.root, "0")
    return session


async def typed(pilot: Pilot[int], line: str) -> None:
    """A verb behind the colon."""
    await pilot.press("colon", *["space" if key == " " else key for key in line], "enter")


async def asked(pilot: Pilot[int]) -> str:
    """Wait for the sheet, and read it."""
    await until(pilot, lambda: isinstance(pilot.app.screen, ApartScreen))
    await pilot.pause()
    return screen_text(pilot)


async def replaying(pilot: Pilot[int], live: str) -> Session:
    """Begin a replay of the session on the screen, and go on to the difference."""
    first = await opened(pilot)
    await typed(pilot, f"replay {live}")

    def there() -> bool:
        screen = pilot.app.screen
        return isinstance(screen, SessionScreen) and screen.session not in (None, first)

    await until(pilot, there)
    session = await opened(pilot)
    await pilot.press("c")
    return session


def choices(session: Session) -> list[str]:
    """What was chosen in the session's branch."""
    return [one.choice for event in session.events() if isinstance(one := event.body, DifferenceRuled)]


LIVE = [
    ("--live-model", "before stock (agent.1.1) · arguments.part", "antenna", "cable"),
    ("--live-tools", "before the model thinks (agent.2) · messages[2].content", "3", "0"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("live", "where", "recorded", "now"), LIVE)
@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_both_sides_are_shown_and_the_recorded_one_is_used(
    shop: Shop, live: str, where: str, recorded: str, now: str, size: tuple[int, int]
) -> None:
    async with shop.sessions.app(open=shop.recorded).run_test(size=size) as pilot:
        session = await replaying(pilot, live)
        shown = await asked(pilot)
        assert where in shown
        row = next(line for line in shown.splitlines() if line.partition("│")[2].split()[:1] == [recorded])
        assert now in row.split()
        for words in ("Use the recorded one", "Go live from here", "Stop", "Decide later"):
            assert words in shown
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, ApartScreen)
        await pilot.press("u")
        await still(pilot, session)
        assert choices(session) == ["recorded"]
        assert done(shop.root) == ([] if live == "--live-model" else ["stock antenna"])


@pytest.mark.slow
@pytest.mark.parametrize(("key", "told"), [("u", "none"), ("a", "0")])
async def test_a_change_that_may_not_be_wanted_any_more_is_asked_about(
    shop: Shop, changed_by_hand: str, key: str, told: str
) -> None:
    async with shop.sessions.app(open=changed_by_hand).run_test(size=(80, 24)) as pilot:
        session = await replaying(pilot, "--live-tools")
        shown = await asked(pilot)
        assert "content, which event 10 there" in shown
        for words in ("Change it here all the same", "Leave it as it is here", "Go live from here", "Decide later"):
            assert words in shown
        await pilot.press(key)
        await still(pilot, session)
        ruled = next(one for event in session.events() if isinstance(one := event.body, DifferenceRuled))
        assert (ruled.change, ruled.choice) == (10, "recorded" if key == "u" else "once")
        assert session.run is not None
        result = next(event.seq for event in session.events() if event.body.kind == "tool_returned")
        body = session.run.told(result).body
        assert isinstance(body, ToolReturned)
        assert body.content == told
        await pilot.pause()
        if key == "a":  # the request is another one for that
            assert "messages[2].content" in await asked(pilot)
        else:
            assert "again as @11" in screen_text(pilot)


@pytest.mark.slow
@pytest.mark.parametrize("live", ["--live-model", "--live-tools"])
async def test_it_goes_live_from_there_and_asks_before_effects(shop: Shop, live: str) -> None:
    async with shop.sessions.app(open=shop.recorded).run_test(size=(120, 40)) as pilot:
        session = await replaying(pilot, live)
        await asked(pilot)
        await pilot.press("l")
        await until(pilot, lambda: choices(session) == ["live"])
        await still(pilot, session)
        assert session.newest.held is not None
        assert session.newest.held.gate == "fork"
        assert done(shop.root) == ["stock cable" if live == "--live-model" else "stock antenna"]


@pytest.mark.slow
@pytest.mark.parametrize("live", ["--live-model", "--live-tools"])
async def test_it_stops_there(shop: Shop, live: str) -> None:
    async with shop.sessions.app(open=shop.recorded).run_test(size=(120, 40)) as pilot:
        session = await replaying(pilot, live)
        await asked(pilot)
        await pilot.press("x")
        await until(pilot, lambda: session.newest.ended is not None)
        await pilot.pause()
        assert "STOPPED: the replay differs at" in screen_text(pilot)


@pytest.mark.slow
async def test_later_it_is_asked_again_and_other_verbs_say_why_they_cannot(shop: Shop) -> None:
    async with shop.sessions.app(open=shop.recorded).run_test(size=(120, 40)) as pilot:
        session = await replaying(pilot, "--live-model")
        await asked(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert "recorded, live or stop" in screen_text(pilot).splitlines()[-1]
        await pilot.press("c")
        await pilot.pause()
        assert "stop ends the replay" in screen_text(pilot).splitlines()[-1]
        await pilot.press("R")
        await asked(pilot)
        await pilot.press("a")
        await until(pilot, lambda: choices(session) == ["once"])
        await still(pilot, session)
        assert done(shop.root) == ["stock cable"]


@pytest.mark.slow
@pytest.mark.parametrize("key", ["u", "l", "x"])
async def test_a_check_that_diverges_asks_the_same(shop: Shop, key: str) -> None:
    async with shop.sessions.app(open=shop.changed).run_test(size=(120, 40)) as pilot:
        session = await opened(pilot)
        await pilot.press("R")
        shown = await asked(pilot)
        assert "tool_called · arguments.part" in shown
        assert "the rules give" in shown
        await pilot.press("a")
        assert isinstance(pilot.app.screen, ApartScreen)
        await pilot.press(key)
        if key == "u":
            await until(pilot, lambda: choices(session) == ["recorded"])
            await until(pilot, lambda: not isinstance(pilot.app.screen, ApartScreen))
            assert session.newest.ended is not None
        elif key == "x":
            await until(pilot, lambda: choices(session) == ["stop"])
        else:

            def forked() -> bool:
                screen = pilot.app.screen
                return isinstance(screen, SessionScreen) and screen.session not in (None, session)

            await until(pilot, forked)
            fork = await opened(pilot)
            assert choices(fork) == ["live"]
            assert choices(session) == []
        assert done(shop.root) == []
