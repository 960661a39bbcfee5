"""A session of ten thousand events: opened in slices, scrolled, searched, walked, without reading it all again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tui.bench import EPOCH, Bench, opened, screen_text, until
from workbench.events import (
    ActorSpec,
    Body,
    Call,
    Event,
    ModelAnswered,
    ModelCalled,
    Request,
    RunEnded,
    RunStarted,
    Said,
    ToolCalled,
    ToolReturned,
    ToolSpec,
    Usage,
)
from workbench.tui.panes.calls import CallsPane
from workbench.tui.panes.conversation import ConversationPane
from workbench.tui.panes.steps import StepsPane
from workbench.tui.session.screen import SessionScreen

ITERATIONS = 2_500


def lay_in(bench: Bench, iterations: int = ITERATIONS) -> str:
    """A session with so many iterations of think, call, result; its id."""
    tool = ToolSpec(name="look", effect="read")
    bodies: list[tuple[str, Body]] = [
        (
            "",
            RunStarted(title="Long", actors=(ActorSpec(name="agent", model="scripted:x", tools=(tool,)),), mode="run"),
        ),
        ("agent", Said(text="Look two and a half thousand times.")),
    ]
    base: int | None = None
    for number in range(1, iterations + 1):
        call, place = f"agent.{number}", len(bodies) + 1
        request = Request(base=base, keep=2 * (number - 1), add=(2,) if base is None else (place - 2, place - 1))
        arguments = f'{{"page":{number}}}'
        bodies.append(("agent", ModelCalled(call=call, request=request)))
        usage = Usage(input=100 + number, output=10)
        answer = ModelAnswered(
            call=call, text=f"Page {number}.", calls=(Call(name="look", arguments=arguments),), usage=usage
        )
        bodies.append(("agent", answer))
        bodies.append(("agent", ToolCalled(call=f"{call}.1", tool="look", arguments=arguments, effect="read")))
        bodies.append(("agent", ToolReturned(call=f"{call}.1", content=f"the words of page {number}", ms=3)))
        base = place
    bodies.append(("", RunEnded(outcome="stopped", reason="enough")))
    store = bench.house.store
    row = store.create_session("Long", created=EPOCH, id="long", model="scripted:x")
    log = store.write(row.head, process="pid 1")
    log.append(
        [
            Event(log.number, seq, EPOCH + seq / 100, "engine", actor, body)
            for seq, (actor, body) in enumerate(bodies, 1)
        ]
    )
    log.close()
    return row.id


@pytest.mark.slow
async def test_it_opens_at_its_end_and_scrolls_to_its_beginning(bench: Bench) -> None:
    app = bench.app(open=lay_in(bench))
    async with app.run_test(size=(120, 40)) as pilot:
        session = await opened(pilot)
        await until(pilot, lambda: "Page 2500." in screen_text(pilot))
        assert session.newest.seq == 3 + 4 * ITERATIONS
        assert "2500" in screen_text(pilot)
        await pilot.press("2", "home")
        assert "Look two and a half" in screen_text(pilot)
        assert "End: newest" in screen_text(pilot)
        await pilot.press("pagedown", "pagedown", "end")
        assert "Page 2500." in screen_text(pilot)
        await pilot.press("1", "home")
        await pilot.pause()
        steps = pilot.app.screen.query_one(StepsPane).list
        assert steps.cursor == 0
        assert "Look two and a half" in screen_text(pilot)


@pytest.mark.slow
async def test_walking_to_its_beginning_and_back_brings_every_pane_back(bench: Bench) -> None:
    app = bench.app(open=lay_in(bench))
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        calls = pilot.app.screen.query_one(CallsPane).list
        await pilot.press("1", "home", "down", "down", "C", "G")
        await pilot.pause()
        assert calls.cursor == ITERATIONS - 1
        rows = [line.split("│")[0] for line in screen_text(pilot).splitlines()]
        thinks = {row.index("✓ think") for row in rows if "✓ think" in row}
        looks = {row.index("✓ look") for row in rows if "✓ look" in row}
        assert len(thinks | looks) == 1


@pytest.mark.slow
async def test_keys_are_heard_while_it_is_being_read(bench: Bench) -> None:
    app = bench.app(open=lay_in(bench))
    async with app.run_test(size=(120, 40)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, SessionScreen)
        await until(pilot, lambda: screen.session is not None)
        await pilot.press("2")
        assert isinstance(screen.pane, ConversationPane)
        session = await opened(pilot)
        assert len(session.steps_read.rows) == 3 * ITERATIONS + 2


@pytest.mark.slow
async def test_jump_find_and_walk(bench: Bench) -> None:
    app = bench.app(open=lay_in(bench))
    async with app.run_test(size=(120, 40)) as pilot:
        session = await opened(pilot)
        await pilot.press("ctrl+o", *"#1234", "enter")
        await pilot.pause()
        assert session.looking is not None
        assert "Page 1234." in screen_text(pilot)
        assert session.state.meters.iterations == 1234
        await pilot.press("N", "S", "n", "G")
        await pilot.press("2", "slash", *"of page 42")
        await until(pilot, lambda: "the words of page 42" in screen_text(pilot))


@pytest.mark.slow
async def test_walking_back_lays_nothing_out_and_keeps_every_scroll_bar_right(bench: Bench) -> None:
    app = bench.app(open=lay_in(bench, 60))
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        calls = app.screen.query_one(CallsPane).list
        laid_out: list[object] = []
        screen: Any = app.screen
        screen.screen_layout_refresh_signal.subscribe(screen, laid_out.append)
        await pilot.press(*["S"] * 12)
        await pilot.pause()
        assert not laid_out
        assert calls.virtual_size.height == calls.vertical_scrollbar.window_virtual_size == calls.count() < 60
        assert calls.scroll_y == calls.max_scroll_y, "it follows the newest call there"
        await pilot.press("home", "enter", "G")
        await until(pilot, lambda: calls.count() == 60)
        assert calls.virtual_size.height == 60
