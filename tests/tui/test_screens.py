"""The screens as they are drawn, at both sizes, from sessions recorded at fixed times."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from tests.tui.bench import Bench, keys, opened, screen_text, until
from workbench.cli.desk import ScenarioRow
from workbench.tui.app import WorkbenchApp

pytestmark = [pytest.mark.snapshot, pytest.mark.usefixtures("utc")]

SIZES = [(120, 40), (80, 24)]
Compare = Callable[..., bool]
Before = Callable[[Pilot[int]], Awaitable[None]]


SCENARIOS = (
    ScenarioRow("support-desk", "Support desk", "How criteria turn true one by one, each with its evidence.", False),
    ScenarioRow("long-answer", "A long answer", "How an answer streams, and what is kept when it is cut off.", False),
    ScenarioRow("live-research", "Research, live", "The same with a model that somebody pays for.", True),
)


@pytest.fixture(params=SIZES, ids=["120x40", "80x24"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Both sizes."""
    return request.param


@pytest.fixture
def fixed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A workspace whose folder and scenarios are the same everywhere."""
    bench.desk.workspace = "~/agents"
    bench.desk.listed = SCENARIOS
    monkeypatch.delenv("NO_COLOR", raising=False)
    return bench


def pressing(*keys: str) -> Before:
    """Wait for the session, then press these."""

    async def before(pilot: Pilot[int]) -> None:
        await opened(pilot)
        await pilot.press(*keys)
        await pilot.pause()

    return before


@pytest.mark.slow
def test_the_first_screen(fixed: Bench, snap_compare: Compare, size: tuple[int, int]) -> None:
    asyncio.run(fixed.record("support-desk", "run", id="done0001"))
    asyncio.run(fixed.record("support-desk", "next", "step", id="held0001"))
    asyncio.run(fixed.record("budget-runaway", "run", id="over0001"))

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "no provider" in screen_text(pilot))

    assert snap_compare(fixed.app(), terminal_size=size, run_before=before)


@pytest.mark.slow
def test_held_before_a_call(fixed: Bench, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = fixed.app(open=asyncio.run(fixed.record("support-desk", "next", "next", "next", "step")))
    assert snap_compare(app, terminal_size=size, run_before=pressing("3"))


@pytest.mark.slow
def test_done_and_looking_back(fixed: Bench, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = fixed.app(open=asyncio.run(fixed.record("support-desk", "run")))
    assert snap_compare(app, terminal_size=size, run_before=pressing("S", "S", "S", "5"))


@pytest.mark.slow
def test_in_doubt(fixed: Bench, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = fixed.app(open=asyncio.run(fixed.record("support-desk", dies_in="refund_charge")))

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "Go by the tool's own check" in screen_text(pilot))

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.slow
def test_what_the_model_saw(fixed: Bench, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = fixed.app(open=asyncio.run(fixed.record("support-desk", "run")))
    assert snap_compare(app, terminal_size=size, run_before=pressing("v"))


@pytest.mark.slow
def test_in_the_light(fixed: Bench, snap_compare: Compare) -> None:
    reference = asyncio.run(fixed.record("support-desk", "next", "next", "next", "step"))
    app = WorkbenchApp(fixed.desk, open=reference, theme="light")
    assert snap_compare(app, terminal_size=(120, 40), run_before=pressing())


@pytest.mark.slow
def test_very_small(fixed: Bench, snap_compare: Compare) -> None:
    app = fixed.app(open=asyncio.run(fixed.record("support-desk", "next", "next", "next", "step")))
    assert snap_compare(app, terminal_size=(20, 5), run_before=pressing())


@pytest.mark.slow
def test_a_breakpoint_is_written(fixed: Bench, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = fixed.app(open=asyncio.run(fixed.record("support-desk", "next", "next", "next", "step")))
    assert snap_compare(app, terminal_size=size, run_before=pressing("b", *" if args."))


@pytest.mark.slow
def test_a_mistake_in_a_breakpoint(fixed: Bench, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = fixed.app(open=asyncio.run(fixed.record("support-desk", "next", "next", "next", "step")))
    assert snap_compare(app, terminal_size=size, run_before=pressing("b", *" if args..x", "enter"))


@pytest.mark.slow
def test_an_edit_that_forks(fixed: Bench, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = fixed.app(open=asyncio.run(fixed.record("support-desk", "run")))
    assert snap_compare(app, terminal_size=size, run_before=pressing("3", "up", "enter", "e", "backspace", "8"))


def _forked(*then: str) -> Before:
    """Fork by an edit of the past, go two steps there, then press these."""

    async def before(pilot: Pilot[int]) -> None:
        session = await opened(pilot)
        await pilot.press("3", "up", "enter", "e", "backspace", "8", "enter")
        await until(pilot, lambda: getattr(pilot.app.screen, "session", session) not in (session, None))
        await keys(pilot, await opened(pilot), ["s"])
        await pilot.press(*then)
        await pilot.pause()
        await pilot.pause()

    return before


@pytest.mark.slow
def test_the_tree_of_branches(fixed: Bench, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = fixed.app(open=asyncio.run(fixed.record("support-desk", "run")))
    assert snap_compare(app, terminal_size=size, run_before=_forked("ctrl+t"))


@pytest.mark.slow
def test_two_side_by_side(fixed: Bench, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = fixed.app(open=asyncio.run(fixed.record("support-desk", "run")))
    assert snap_compare(app, terminal_size=size, run_before=_forked("D"))


@pytest.mark.slow
def test_where_a_value_came_from(fixed: Bench, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = fixed.app(open=asyncio.run(fixed.record("support-desk", "run")))
    assert snap_compare(app, terminal_size=size, run_before=pressing("3", "enter", "down", "w"))
