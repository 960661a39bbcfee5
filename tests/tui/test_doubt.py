"""A call in doubt: a screen over everything, four choices, no default."""

from __future__ import annotations

import pytest

from tests.tui.bench import Bench, QuietDesk, keys, opened, screen_text, until
from workbench.debugger.desk import Finding
from workbench.debugger.session import Session
from workbench.errors import ToolFailed
from workbench.state import Want


async def in_doubt(bench: Bench) -> str:
    """A session whose refund was under way when its process ended."""
    return await bench.record("support-desk", dies_in="refund_charge")


@pytest.mark.slow
async def test_it_stands_over_everything_and_enter_decides_nothing(bench: Bench) -> None:
    app = bench.app(open=await in_doubt(bench))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "Leave it open" in screen_text(pilot))
        await pilot.pause()
        text = screen_text(pilot)
        assert "nobody knows whether it happened" in text
        assert "refund_charge" in text
        assert '"ch_7002"' in text
        assert "never repeated by itself" in text
        for word in ("It happened", "It did not happen", "Run it again", "Leave it open"):
            assert word in text
        await pilot.press("enter", "escape", "q", "space")
        assert "nobody knows whether it happened" in screen_text(pilot)


@pytest.mark.slow
async def test_it_happened_asks_what_it_returned(bench: Bench) -> None:
    app = bench.app(open=await in_doubt(bench))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "Leave it open" in screen_text(pilot))
        await pilot.press("y", *"re_7002", "enter")
        session = await opened(pilot)
        assert not session.newest.doubtful
        await keys(pilot, session, ["c"])
        assert "re_7002" in screen_text(pilot)
        assert session.newest.ended is not None
        assert session.newest.meters.tool_calls == 3


@pytest.mark.slow
async def test_it_did_not_happen_and_left_open(bench: Bench) -> None:
    app = bench.app(open=await in_doubt(bench))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "Leave it open" in screen_text(pilot))
        await pilot.press("l")
        session = await opened(pilot)
        assert session.newest.doubtful
        await pilot.press("c")
        await until(pilot, lambda: "Leave it open" in screen_text(pilot))
        await pilot.press("n")
        await opened(pilot)
        assert not session.newest.doubtful
        assert "not run" in screen_text(pilot)


@pytest.mark.slow
async def test_the_choices_are_in_view_whatever_the_call_asks_for_and_however_small_it_is(bench: Bench) -> None:
    app = bench.app(open=await in_doubt(bench))
    async with app.run_test(size=(80, 18)) as pilot:
        await until(pilot, lambda: "Leave it open" in screen_text(pilot))
        text = screen_text(pilot)
        assert "refund_charge" in text
        for word in ("It happened", "It did not happen", "Run it again", "Leave it open"):
            assert word in text


class Asked(QuietDesk):
    """A desk whose tools answer their check so."""

    finding: Finding | None = None

    async def happened(self, session: Session, call: Want) -> Finding | None:
        if self.finding is None:
            raise ToolFailed("timeout", "the bank does not answer")
        return self.finding


@pytest.mark.slow
async def test_what_the_tools_own_check_found_out_can_be_gone_by(bench: Bench) -> None:
    desk = bench.desk = Asked(bench.house)
    desk.finding = Finding(True, '{"refund":"re_9"}')
    app = bench.app(open=await in_doubt(bench))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: 'own check: it happened, and returned {"refund":"re_9"}.' in screen_text(pilot))
        await pilot.press("v")
        session = await opened(pilot)
        assert not session.newest.doubtful
        assert "re_9" in screen_text(pilot)


@pytest.mark.slow
async def test_a_check_that_cannot_find_out_says_why_and_decides_nothing(bench: Bench) -> None:
    bench.desk = Asked(bench.house)
    app = bench.app(open=await in_doubt(bench))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "check could not find out: the bank does not answer" in screen_text(pilot))
        await pilot.press("v")
        assert "Leave it open" in screen_text(pilot)
        assert "Go by the" not in screen_text(pilot)
