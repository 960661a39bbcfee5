"""Keys that come faster than the app deals with them, as from a fast typist, a script or a slow line."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot

from tests.tui.bench import Bench, opened, screen_text, until
from workbench.events import Said
from workbench.tui.session.screen import SessionScreen
from workbench.tui.terminal.in_order import InOrder


def typed(pilot: Pilot[int], text: str) -> None:
    """All keys at once, as they come where a terminal hands over several in one piece."""
    names = {"\r": "enter", " ": "space", ":": "colon"}
    for character in text:
        pilot.app.post_message(events.Key(names.get(character, character), character))


@pytest.mark.slow
async def test_a_sentence_typed_in_one_go_is_said_and_none_of_it_is_taken_for_verbs(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=(120, 40)) as pilot:
        session = await opened(pilot)
        before = session.newest.seq
        typed(pilot, "iaqs one\r")
        await until(pilot, lambda: session.newest.seq > before)
        said = [event.body.text for event in session.events(before) if isinstance(event.body, Said)]
        assert said == ["aqs one"]
        assert isinstance(app.screen, SessionScreen)
        assert session.newest.held is not None


@pytest.mark.slow
async def test_the_key_behind_a_sentence_is_a_verb_again(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=(120, 40)) as pilot:
        session = await opened(pilot)
        typed(pilot, ":limit iterations 7\rz")
        await until(pilot, lambda: session.newest.limits.get("iterations") is not None and "7" in screen_text(pilot))
        await until(pilot, lambda: "Conversation" not in screen_text(pilot))
        assert str(session.newest.limits["iterations"]) == "7"


@pytest.mark.slow
async def test_a_paste_waits_for_the_key_before_it(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        typed(pilot, "i")
        app.post_message(events.Paste("pasted words"))
        await until(pilot, lambda: "› pasted words" in screen_text(pilot))


@pytest.mark.slow
async def test_keys_typed_while_a_session_is_being_opened_are_its_first_ones(bench: Bench) -> None:
    app = bench.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "long-answer" in screen_text(pilot))
        typed(pilot, "long-answer\r2ihello")
        await opened(pilot)
        await until(pilot, lambda: "› hello" in screen_text(pilot))
        assert isinstance(app.screen, SessionScreen)
        assert app.screen.pane.title == "Conversation"


@pytest.mark.slow
async def test_keys_typed_while_a_session_cannot_be_opened_go_to_the_first_screen(bench: Bench) -> None:
    bench.house.store.create_session("Empty", created=1_795_000_000.0, id="empty")
    app = bench.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "Empty" in screen_text(pilot))
        typed(pilot, "\rlong")
        await until(pilot, lambda: "› long" in screen_text(pilot))


@pytest.mark.slow
async def test_a_key_that_comes_while_the_screen_begins_to_listen_is_dealt_with_before_the_next(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        order = InOrder(app)
        order.listen(app.screen)
        first, second = events.Key("i", "i"), events.Key("q", "q")
        assert not order.enters(first), "the screen is not done with what it was told"
        assert not order.enters(second)
        await until(pilot, lambda: order.enters(first))
        assert not order.enters(second), "the end of what was before lets nobody in behind the first key"


@pytest.mark.slow
async def test_a_key_whose_trace_is_lost_does_not_keep_the_others_out(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        order = InOrder(app, beats=2, beat=0.001)
        assert order.enters(events.Key("a", "a"))
        late = events.Key("b", "b")
        assert not order.enters(late)
        await until(pilot, lambda: order.enters(late))
