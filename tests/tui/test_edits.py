"""Changing a run in the app: edits in place and in a fork, the person's editor, taking back, standing in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.bench import Bench, keys, opened, screen_text, still, until
from workbench.tui.session.screen import SessionScreen
from workbench.tui.sheets.arguments import arguments_from, arguments_of
from workbench.tui.sheets.form import Form

WIDE, NARROW = (120, 40), (80, 24)


@pytest.mark.slow
async def test_arguments_are_a_form_and_an_unused_one_is_edited_in_place(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["n", "s"])
        await pilot.press("e")
        text = screen_text(pilot)
        assert "Edit the arguments of find_order" in text
        assert "as it is" in text
        assert "string · required" in text
        await pilot.press(*["backspace"] * 4, *"1008")
        assert "✎ changed" in screen_text(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert session.identity.branch == "main"
        assert "find_order ✎" in screen_text(pilot)
        assert '"A-1008"' in screen_text(pilot)
        assert "✎ edited" in screen_text(pilot), "the conversation shows it as well"
        await keys(pilot, session, ["s"])
        assert "A-1008" in str(session.event(session.steps.rows[-1].last).body)


@pytest.mark.slow
async def test_what_the_schema_refuses_stays_in_the_form(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=NARROW) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["n", "s"])
        before = session.newest.seq
        await pilot.press("e", "enter")
        assert "nothing was changed" in screen_text(pilot)
        await pilot.press("escape")
        assert session.newest.seq == before


@pytest.mark.slow
async def test_an_edit_of_the_past_says_that_it_forks_and_what_stays_done(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        before = session.newest.seq
        await pilot.press("3", "up", "up", "enter", "e")
        text = screen_text(pilot)
        assert "this was used by call agent.2.1 already: the change is made in a fork from @" in text
        assert "not undone: refund_charge(" in text
        await pilot.press("backspace", "8", "enter")
        await until(pilot, lambda: pilot.app.screen is not app.screen_stack[-2])
        fork = await opened(pilot)
        assert fork.identity.branch == "b2"
        assert "so main stays as it is: now on b2" in screen_text(pilot)
        assert session.newest.seq == before
        await pilot.press("q")
        assert isinstance(pilot.app.screen, SessionScreen)
        assert pilot.app.screen.session is session


@pytest.mark.slow
async def test_a_message_is_edited_as_text_and_the_edit_taken_back(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await pilot.press("up", "e")
        assert "Edit what the user said" in screen_text(pilot)
        await pilot.press(*"Well. ", "enter")
        await pilot.pause()
        assert "✎" in screen_text(pilot)
        assert "Well. Hi. I bought" in screen_text(pilot)
        await pilot.press("V")
        await pilot.pause()
        assert "Take back which edit" in screen_text(pilot)
        assert "+ Well. Hi." in screen_text(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert not any(session.newest.edits.values())
        assert "Well. Hi." not in screen_text(pilot)
        await pilot.press("V")
        assert "nothing was edited" in screen_text(pilot)


@pytest.mark.slow
async def test_the_prompt_is_edited_before_the_first_call(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await pilot.press("e")
        assert "Edit the system prompt of" in screen_text(pilot)
        await pilot.press(*"Be brief. ", "enter")
        await pilot.pause()
        assert "Be brief. " in session.newest.specs[session.newest.agent].system


@pytest.mark.slow
async def test_the_editor_that_fails_changes_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        before = session.newest.seq
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.delenv("EDITOR", raising=False)
        await pilot.press("up", "E")
        assert "set EDITOR to edit what the user said in it" in screen_text(pilot)
        monkeypatch.setenv("EDITOR", "no-such-editor")
        await pilot.press("E")
        assert "cannot be opened here" in screen_text(pilot) or "cannot be started" in screen_text(pilot)
        assert session.newest.seq == before


@pytest.mark.slow
async def test_skip_return_and_answer_as_the_model(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["x"])
        assert "no tool call waits to be made" in screen_text(pilot)
        await keys(pilot, session, ["n", "s"])
        await pilot.press("m")
        assert "no model call waits to be made" in screen_text(pilot)
        await keys(pilot, session, ["x"])
        assert "a person skipped this call" in screen_text(pilot)
        await pilot.press("m", "tab", *"find_order", "tab", *'{"order": ', "enter")
        assert "the arguments are not JSON" in screen_text(pilot)
        await pilot.press(*'"A-1007"}', "enter")
        await still(pilot, session)
        assert "HELD before find_order" in screen_text(pilot).splitlines()[0]
        await pilot.press("r", *'{"status": "lost"}', "enter")
        await still(pilot, session)
        assert '"lost"' in screen_text(pilot)
        assert session.newest.meters.requests == 3


@pytest.mark.slow
async def test_a_session_that_cannot_be_written_says_so(bench: Bench) -> None:
    writer = bench.desk.start("support-desk")
    app = bench.app(open=writer.identity.session)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        for key in "eVxrm":
            await pilot.press(key)
            assert "another process writes this session" in screen_text(pilot)
    writer.close()


SCHEMA = (
    '{"type": "object", "properties": {"name": {"type": "string"}, "amount": {"type": "number"},'
    ' "tags": {"type": "array"}, "note": {"anyOf": [{"type": "string"}, {"type": "null"}]}}, "required": ["name"]}'
)


def test_fields_are_read_by_their_types() -> None:
    given = '{"name":"a","amount":1.50,"other":{"x":1}}'
    fields = arguments_of(SCHEMA, given)
    assert fields is not None
    assert [one.name for one in fields] == ["name", "amount", "tags", "note", "other"]
    assert [one.text for one in fields] == ["a", "1.5", "", "", '{"x": 1}']
    texts = [one.text for one in fields]
    assert arguments_from(fields, texts, given) == given
    made = arguments_from(fields, ["", "2", '["t"]', "12", '{"x": 1}'], given)
    assert made == '{"name": "", "amount": 2, "tags": ["t"], "note": "12", "other": {"x": 1}}'.replace('"12"', "12")
    with pytest.raises(Exception, match=r"^amount: 'two' is not number; write it as JSON$"):
        arguments_from(fields, ["a", "two", "", "", ""], given)
    assert arguments_of(SCHEMA, "[1]") is None
    assert arguments_of("", "{broken") is None


def test_pasted_and_given_text_is_shown_safe_and_comes_back_unchanged(tmp_path: Path) -> None:
    from workbench.tui.widgets.field import Field, shown

    raw = "a\x1b]52;c;x\x07\tb"
    field = Field(raw)
    assert "\x1b" not in field.text
    assert "\t" in shown(raw)
    assert field.value == raw


async def test_the_cursor_of_every_short_field_stands_at_its_end(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await pilot.press("plus", "tab", "backspace")
        form = pilot.app.screen
        assert isinstance(form, Form)
        assert form.fields[1].value == "paus"
