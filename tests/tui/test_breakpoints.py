"""Breakpoints in the app: the dialog that writes a condition, the list, the marks."""

from __future__ import annotations

import pytest

from tests.tui.bench import Bench, keys, opened, screen_text, still
from workbench.tui.panes.marks import named
from workbench.tui.panes.steps import StepsPane

WIDE, NARROW = (120, 40), (80, 24)


@pytest.mark.slow
async def test_b_begins_with_the_row_and_holds_there(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["n", "s"])
        await pilot.press("b")
        assert "Break where" in screen_text(pilot)
        assert "tool find_order" in screen_text(pilot)
        await pilot.press(*["backspace"] * len("find_order"))
        await pilot.press(*"refund", "tab", "enter")
        await pilot.pause()
        assert [one.text for one in session.breakpoints] == ["tool refund_charge"]
        assert "breakpoint 1: tool refund_charge" in screen_text(pilot)
        await keys(pilot, session, ["c"])
        assert "HELD before refund_charge · breakpoint 1: tool refund_charge" in screen_text(pilot).splitlines()[0]
        assert "refund_charge ◆" in screen_text(pilot)


@pytest.mark.slow
async def test_the_words_that_may_follow_are_offered_and_taken(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await pilot.press("b", *["backspace"] * 8, *"tool ")
        text = screen_text(pilot)
        assert "refund_charge" in text
        assert "list_charges" in text
        await pilot.press("down", "tab", "tab", *"if args.")
        assert "if args." in screen_text(pilot)
        assert "order" in screen_text(pilot)


@pytest.mark.slow
async def test_a_mistake_is_pointed_at_and_nothing_is_set(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await pilot.press("b", *["backspace"] * 8, *"cost >> 5", "enter")
        lines = screen_text(pilot).splitlines()
        place = next(place for place, line in enumerate(lines) if "cost >> 5" in line)
        assert lines[place + 1].index("▲") == lines[place].index(">> 5") + 1
        assert "column 7" in lines[place + 2]
        assert not len(session.breakpoints)
        await pilot.press("escape")
        assert "Break where" not in screen_text(pilot)


@pytest.mark.slow
async def test_once_trace_and_ignore(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await pilot.press("b", "ctrl+o", "ctrl+g", "ctrl+g", "enter")
        await pilot.pause()
        assert session.breakpoints[1].once
        assert session.breakpoints[1].ignore == 2
        assert "(once, ignores 2 more)" in screen_text(pilot)
        await pilot.press("b", "ctrl+t", "enter")
        await pilot.pause()
        assert session.breakpoints[2].trace
        await keys(pilot, session, ["c"])
        assert "breakpoint 2: model, traced" in screen_text(pilot)


@pytest.mark.slow
async def test_the_list_switches_ignores_and_deletes(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await pilot.press("B")
        assert "No breakpoint is set, and nothing is watched" in screen_text(pilot)
        await pilot.press("b", *["backspace"] * 8, *"error", "enter", "B")
        await pilot.pause()
        assert "error" in screen_text(pilot)
        await pilot.press("space", "i", "i")
        assert not session.breakpoints[1].enabled
        assert "off, ignores 2 more" in screen_text(pilot)
        await pilot.press("I", "enter")
        assert session.breakpoints[1].enabled
        assert session.breakpoints[1].ignore == 0
        await pilot.press("d")
        assert not len(session.breakpoints)
        assert "breakpoint 1 is gone" in screen_text(pilot)
        await pilot.press("d", "space", "escape")
        again = bench.desk.open(session.identity.session, write=False)
        assert not len(again.breakpoints), "the workspace keeps the set"
        again.close()


@pytest.mark.slow
async def test_the_argument_under_the_cursor_is_the_condition(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        await pilot.press("3", "enter", "b")
        assert 'tool refund_charge if args.order == "A-1007"' in screen_text(pilot)
        await pilot.press("enter")
        await still(pilot, session)
        assert len(session.breakpoints) == 1


@pytest.mark.slow
async def test_walks_over_the_recording_stop_at_breakpoints(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        await pilot.press("b", *["backspace"] * 40, *"tool list_charges", "enter", "C")
        assert session.looking is not None
        assert "here it would hold: breakpoint 1: tool list" in screen_text(pilot)
        steps = pilot.app.screen.query_one(StepsPane).list
        assert steps.count()
        at = session.looking
        await pilot.press("C")
        assert session.looking == 1
        await pilot.press("c")
        assert session.looking == at


def test_what_a_condition_names() -> None:
    assert named("tool a if args.x > 1") == {("call", "a")}
    assert named('tool == "b" or error') == {("call", "b"), ("failed", "")}
    assert named("model") == {("think", "")}
    assert named('result contains "x"') == {("result", "")}
    assert named("cost > 1") == frozenset()
    assert named("not tool a") == frozenset()
    assert named("repeat 3") == {("call", "")}


@pytest.mark.slow
async def test_an_edit_is_made_a_rule_in_its_form_and_the_list_shows_it(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["n", "s"])
        await pilot.press("e", "end", *["backspace"] * 4, *"1008")
        assert "^r [ ] a rule" in screen_text(pilot)
        await pilot.press("ctrl+r")
        assert "^r [x] a rule" in screen_text(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert 'rule 1: tool find_order if args.order == "A-1007" do set args.order "A-1008"' in screen_text(pilot)
        await pilot.press("B")
        await pilot.pause()
        assert "✎ 1  tool find_order" in screen_text(pilot)
        await pilot.press("d")
        assert "rule 1 is gone" in screen_text(pilot)


@pytest.mark.slow
async def test_the_dialog_takes_a_rule_and_refuses_one_that_never_ends(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await pilot.press("b", *["backspace"] * 8, *"model do model call find_order", "enter")
        assert "never end" in screen_text(pilot)
        assert not len(session.breakpoints)
        await pilot.press(*["backspace"] * 40, *"tool find_order do skip", "enter")
        await pilot.pause()
        assert "rule 1: tool find_order do skip" in screen_text(pilot)


@pytest.mark.slow
async def test_a_skip_is_made_a_rule_by_one_key_and_by_the_same_none_again(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await pilot.press("ctrl+r")
        assert "nothing was edited, skipped or answered here by a person" in screen_text(pilot)
        await keys(pilot, session, ["n", "s", "x"])
        assert "skipped; ^r skips it from now on" in screen_text(pilot)
        await pilot.press("ctrl+r")
        assert "rule 1: tool find_order do skip" in screen_text(pilot)
        assert [one.words for one in session.breakpoints] == ["tool find_order do skip"]
        await pilot.press("ctrl+r")
        assert "rule 1 is gone: tool find_order do skip" in screen_text(pilot)
        assert not len(session.breakpoints)
