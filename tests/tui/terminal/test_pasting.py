"""Pasted text is inserted once, as text: no part of it is ever a key, wherever the terminal's output is cut."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot

from tests.tui.bench import Bench, keys, opened, screen_text, still, until
from tests.tui.pseudo_terminal import Terminal
from workbench.tui.session.screen import SessionScreen
from workbench.tui.sheets.form import Entry, Form
from workbench.tui.terminal.pasting import LONGEST, PasteReader
from workbench.tui.widgets.field import Field

START, END = "\x1b[200~", "\x1b[201~"


def words(pilot: Pilot[int]) -> str:
    screen = pilot.app.screen
    assert isinstance(screen, SessionScreen)
    return screen.prompt.words.text


@pytest.mark.slow
async def test_a_paste_is_inserted_once_with_its_lines(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("i", "a", "b", "space")
        app.post_message(events.Paste("cd\r\nef\rgh"))
        await until(pilot, lambda: "cd" in words(pilot))
        await pilot.pause()
        assert words(pilot) == "ab cd\nef\ngh"


@pytest.mark.slow
async def test_a_form_inserts_a_paste_once(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        app.push_screen(Form("Form", [Entry("result", "what it says")], lambda texts: None, does="returns it"))
        await until(pilot, lambda: isinstance(app.focused, Field))
        app.post_message(events.Paste("cd\r\nef"))
        field = app.focused
        assert isinstance(field, Field)
        await until(pilot, lambda: bool(field.text))
        await pilot.pause()
        assert field.value == "cd\nef"


@pytest.mark.slow
async def test_a_paste_of_a_megabyte_is_one_word_in_the_prompt_and_is_sent_whole(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=(120, 40)) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        await pilot.press("i", *"see ")
        text = "a line of a log\n" * 65_000 + "its end"
        app.post_message(events.Paste(text))
        await until(pilot, lambda: "⟦paste 1: 1040 kB⟧" in words(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: any(getattr(event.body, "text", "") == f"see {text}" for event in session.events()))
        await pilot.press("ctrl+c")
        await still(pilot, session)
        await pilot.press("i", "up")
        assert words(pilot) == "see ⟦paste 1: 1040 kB⟧", "it can be sent again"


@pytest.mark.slow
async def test_a_paste_that_is_too_long_is_refused_with_what_to_do(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("i")
        app.post_message(events.Paste("x" * (LONGEST + 1)))
        await until(pilot, lambda: "too long here" in screen_text(pilot))
        assert "in parts of 10000 kB" in screen_text(pilot)
        assert words(pilot) == ""


def read(pieces: list[str]) -> tuple[list[str], str]:
    """The pastes and, as one text, the keys that a reader makes of what comes in these pieces."""
    reader = PasteReader()
    came = [event for piece in pieces for event in reader.feed(piece)]
    pastes = [event.text for event in came if isinstance(event, events.Paste)]
    return pastes, "".join(event.character or "" for event in came if isinstance(event, events.Key))


@given(st.text("a\r\n\x1b[201~m;\x00", max_size=40), st.integers(1, 9))
@example("x \x1b[31m y\ncas", 1)
@example("\x1b", 1)
def test_nothing_in_a_paste_is_a_key(text: str, size: int) -> None:
    text = text.replace(END, "")
    if (text + END).index(END) < len(text):
        return
    sent = f"i{START}{text}{END}s{START}more{END}q"
    pieces = [sent[place : place + size] for place in range(0, len(sent), size)]
    assert read(pieces) == ([text.replace("\0", ""), "more"], "isq")


def test_an_end_within_a_paste_ends_it_only_where_no_other_end_came_with_it() -> None:
    assert read([f"{START}a{END}rm -rf\r{END}q"]) == ([f"a{END}rm -rf\r"], "q")
    assert read([f"{START}a{END}q{START}b{END}"]) == (["a", "b"], "q")


def test_a_paste_does_not_end_within_what_opens_it() -> None:
    assert read([START, "200~", END]) == (["200~"], "")


@pytest.mark.slow
def test_a_paste_with_escapes_stays_in_the_prompt(bench: Bench) -> None:
    with Terminal(str(bench.house.workspace.root), (120, 40)) as terminal:
        terminal.until("type to filter")
        terminal.press("long-answer\r", then="say something")
        terminal.press("i", then="send")
        terminal.press(f"{START}x \x1b[31m y\rcas{END}", then="cas")
        terminal.press("Z", then="Z")
        terminal.press("\x11")
        came = terminal.rest()
    assert b"RUNNING" not in came


@pytest.mark.slow
def test_bytes_that_are_no_text_do_not_end_the_app(bench: Bench) -> None:
    with Terminal(str(bench.house.workspace.root), (120, 40)) as terminal:
        terminal.until("type to filter")
        terminal.press("\x1b[M\udcff\udcff\udcff")
        terminal.press("caf\udce9s", then="caf\ufffds")
        terminal.press("\x11")
        came = terminal.rest()
    assert terminal.code == 0
    assert b"Traceback" not in came
