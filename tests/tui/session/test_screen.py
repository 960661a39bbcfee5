"""An open session under a person's hands: the keys, the panes, the sentence at the top."""

from __future__ import annotations

import re
import time

import pytest

from tests.tui.bench import Bench, keys, opened, screen_text, still, until
from workbench.tui.panes.budget import BudgetPane
from workbench.tui.panes.calls import CallsPane
from workbench.tui.panes.completion import CompletionPane
from workbench.tui.panes.conversation import ConversationPane
from workbench.tui.panes.steps import StepsPane
from workbench.tui.session.screen import SessionScreen

WIDE, NARROW = (120, 40), (80, 24)


@pytest.mark.slow
async def test_a_scenario_opens_held_before_its_first_model_call(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        text = screen_text(pilot)
        assert "HELD before the model thinks" in text
        assert session.newest.meters.requests == 0


@pytest.mark.slow
async def test_step_goes_through_think_call_result_and_output(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    phases: list[str] = []
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        for _ in range(8):
            held = session.newest.held
            phases.append(held.phase if held is not None else "")
            await keys(pilot, session, ["s"])
    assert phases == ["think", "output", "think", "call", "result", "call", "result", "output"]


@pytest.mark.slow
async def test_all_five_panes_say_what_the_state_says(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["n", "s"])
        text = screen_text(pilot)
        assert "HELD before find_order" in text
        assert "◐ find_order" in text
        assert "· result" in text
        assert "1 of 10" not in text
        assert 'wants find_order(order="A-1007")' in text
        assert "read · changes nothing" in text
        assert "✓ order_id" in text
        assert "2 of 5" in text
        assert "agent says: continue" in text
        assert {type(pane) for pane in pilot.app.screen.query(".pane")} == {
            StepsPane,
            ConversationPane,
            CallsPane,
            BudgetPane,
            CompletionPane,
        }


@pytest.mark.slow
async def test_continue_runs_to_the_end_and_says_so(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        text = screen_text(pilot)
        assert "DONE" in text.splitlines()[0]
        assert "5 of 5" in text
        assert "3 of 10" in text


@pytest.mark.slow
async def test_looking_back_shows_the_panes_as_they_were_and_forward_again(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c", "N", "N"])
        text = screen_text(pilot)
        assert "LOOKING BACK" in text.splitlines()[0]
        assert "4 of 5" in text
        assert session.looking is not None
        await pilot.press("C")
        assert session.looking == 1
        await pilot.press("n", "s")
        assert session.looking is not None
        assert session.looking > 1
        await pilot.press("G")
        assert session.looking is None
        assert "DONE" in screen_text(pilot).splitlines()[0]


@pytest.mark.slow
async def test_a_verb_that_cannot_apply_is_one_plain_line(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c", "s"])
        assert "this run is over" in screen_text(pilot)
        await pilot.press("down")
        assert "this run is over" not in screen_text(pilot)


@pytest.mark.slow
async def test_a_long_notice_can_be_read_to_its_end(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=NARROW) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c", "s"])
        assert "walk back through it" in " ".join(screen_text(pilot).split())
        await pilot.press("down")
        await pilot.pause()
        assert "say more" in screen_text(pilot).splitlines()[-1]


@pytest.mark.slow
async def test_ctrl_c_never_quits_and_says_when_nothing_is_under_way(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+c")
        assert "nothing is under way" in screen_text(pilot)
        assert pilot.app.is_running


@pytest.mark.slow
async def test_the_first_ctrl_c_holds_and_the_second_breaks_off(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await pilot.press("c")
        await until(pilot, lambda: bool(session.drafts))
        await pilot.press("ctrl+c")
        await until(pilot, lambda: "PAUSING at the next boundary: ctrl+c again breaks" in screen_text(pilot))
        await pilot.press("ctrl+c")
        await still(pilot, session)
        assert session.newest.held is not None
        await until(pilot, lambda: "The answer was broken off" in screen_text(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "✗ broken off here" in screen_text(pilot))
        row = next(line for line in screen_text(pilot).splitlines() if "✗ think" in line)
        assert "broken off" in row[:44]


@pytest.mark.slow
async def test_how_long_the_model_has_been_thinking_goes_on_with_the_clock(bench: Bench) -> None:
    shift = [75.0]
    app = bench.app(scenario="long-answer")
    app.clock = lambda: time.time() + shift[0]
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await pilot.press("c")
        await until(pilot, lambda: re.search(r"● think +7\d s", screen_text(pilot)) is not None)
        shift[0] = 95.0
        await until(pilot, lambda: re.search(r"● think +9\d s", screen_text(pilot)) is not None)
        await pilot.press("ctrl+c", "ctrl+c")
        await still(pilot, session)


@pytest.mark.slow
async def test_what_streams_is_drawn_as_it_comes(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await pilot.press("c")
        await until(pilot, lambda: any(draft.text for draft in session.drafts.values()))
        word = "".join(next(iter(session.drafts.values())).text).split()[0]
        await until(pilot, lambda: word in screen_text(pilot))
        assert "RUNNING" in screen_text(pilot).splitlines()[0]
        await pilot.press("ctrl+c", "ctrl+c")
        await still(pilot, session)


@pytest.mark.slow
async def test_the_prompt_talks_to_the_agent_and_commands(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        await pilot.press("i", *"scn", "enter")
        await still(pilot, session)
        assert "scn" in screen_text(pilot)
        await pilot.press("colon", *"limit tool_calls 11", "enter")
        await pilot.pause()
        assert session.newest.limits["tool_calls"] == "11"
        await pilot.press("colon", *"frobnicate", "enter")
        await pilot.pause()
        assert "there is no verb" in screen_text(pilot)


@pytest.mark.slow
async def test_plus_changes_a_cap_and_the_run_goes_on(bench: Bench) -> None:
    app = bench.app(scenario="budget-runaway")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        held = session.newest.held
        assert held is not None
        assert held.gate == "budget"
        name = next(
            name
            for name, limit in session.newest.limits.items()
            if limit is not None and name in held.reason.replace(" ", "_")
        )
        before = session.newest.seq
        await pilot.press("colon", *f"limit {name} 100", "enter")
        await keys(pilot, session, ["s"])
        assert session.newest.seq > before + 1


@pytest.mark.slow
async def test_numbers_and_tab_focus_the_panes(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=NARROW) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["n", "s"])
        screen = pilot.app.screen
        assert isinstance(screen, SessionScreen)
        await pilot.press("3")
        assert isinstance(screen.pane, CallsPane)
        assert "[3 Calls" in screen_text(pilot)
        assert "read · changes nothing" in screen_text(pilot)
        assert "◐ find_order" in screen_text(pilot), "the steps stand beside it"
        await pilot.press("5")
        assert "✓ order_id" in screen_text(pilot)
        await pilot.press("tab")
        assert isinstance(screen.pane, StepsPane)
        await pilot.press("shift+tab", "shift+tab")
        assert isinstance(screen.pane, BudgetPane)
        assert "of 10" in screen_text(pilot)
        await pilot.press("z")
        assert "◐ find_order" not in screen_text(pilot)
        assert "z all panes" in screen_text(pilot), "the way back is named first"


@pytest.mark.slow
async def test_view_help_and_jump(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c", "v"])
        assert "What the model saw at agent.8" in screen_text(pilot)
        await pilot.press("escape", "f1")
        await pilot.pause()
        assert "to the next phase" in screen_text(pilot)
        await pilot.press("escape", "ctrl+o", *"refund_c", "enter")
        await pilot.pause()
        assert session.looking is not None
        assert "refund_charge" in screen_text(pilot)


@pytest.mark.slow
async def test_find_marks_and_moves(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c", "2", "slash"])
        await pilot.press(*"router")
        await pilot.pause()
        talk = pilot.app.screen.query_one(ConversationPane).talk
        assert talk.needle == "router"
        first = talk.cursor
        await pilot.press("enter")
        await until(pilot, lambda: talk.cursor != first)
        await pilot.press("escape")
        await until(pilot, lambda: talk.needle == "")


@pytest.mark.slow
@pytest.mark.parametrize("pane", "12345")
async def test_what_no_row_of_a_pane_holds_is_not_found(bench: Bench, pane: str) -> None:
    """Before the first step, when some panes have no rows at all."""
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await pilot.press(pane, "slash", *"xyz")
        await until(pilot, lambda: "holds 'xyz'" in screen_text(pilot))


@pytest.mark.slow
async def test_find_goes_from_row_to_row_and_begins_again_at_the_top(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        calls = pilot.app.screen.query_one(CallsPane).list
        calls.move_to(0)
        await pilot.press("3", "slash", *"_charge")
        await until(pilot, lambda: calls.cursor == 1)
        await pilot.press("enter")
        await until(pilot, lambda: calls.cursor == 2)
        await pilot.press("enter")
        await until(pilot, lambda: calls.cursor == 1)


@pytest.mark.slow
async def test_the_cursor_in_steps_shows_its_call_and_enter_looks_back(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        steps = pilot.app.screen.query_one(StepsPane).list
        place = next(place for place, step in enumerate(session.steps.rows) if step.label == "find_order")
        steps.move_to(place)
        await pilot.pause()
        calls = pilot.app.screen.query_one(CallsPane)
        call = calls.list.at(calls.list.cursor)
        assert call is not None
        assert call.label == "find_order"
        assert not steps.following
        await pilot.press("enter")
        assert session.looking == session.steps.rows[place].last
        await pilot.press("l")
        assert steps.count() == 3


@pytest.mark.slow
async def test_replay_says_what_it_found(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c", "R"])
        assert "events, each as the rules make it" in screen_text(pilot)


@pytest.mark.slow
async def test_copy_says_which_way_it_went(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c", "3", "y"])
        assert "OSC 52" in screen_text(pilot)
        assert "ch_7002" in pilot.app.clipboard


@pytest.mark.slow
async def test_completion_leads_to_the_evidence(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c", "5", "enter"])
        verdict = session.newest.verdicts["order_id"]
        talk = pilot.app.screen.query_one(ConversationPane).talk
        assert talk.step(talk.cursor).seq == verdict.seq


@pytest.mark.slow
async def test_a_second_process_reads_follows_and_takes_over(bench: Bench) -> None:
    writer = bench.desk.start("support-desk")
    app = bench.app(open=writer.identity.session)
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        assert "READ-ONLY" in screen_text(pilot).splitlines()[0]
        await pilot.press("s")
        assert "another process writes this session" in screen_text(pilot)
        writer.next()
        await writer.settled()
        await until(pilot, lambda: session.newest.seq == writer.newest.seq)
        await pilot.press("T")
        assert session.run is None
        writer.close()
        await pilot.press("T")
        assert session.run is not None
        assert "READ-ONLY" not in screen_text(pilot)


@pytest.mark.slow
async def test_bindings_are_remapped_by_id(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    app.keys = {"verb.step": "w"}
    app.set_keymap(app.keys)
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        before = session.newest.seq
        await keys(pilot, session, ["w"])
        assert session.newest.seq > before
        assert "w step" in screen_text(pilot)


@pytest.mark.slow
async def test_it_survives_every_size(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c"])
        for size in [(20, 5), (1, 1), (40, 3), (60, 12), (99, 24), (100, 24), (100, 10), (300, 90), NARROW]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            for number in "12345":
                await pilot.press(number)
        assert "DONE" in screen_text(pilot)


@pytest.mark.slow
async def test_close_comes_back_to_the_list(bench: Bench) -> None:
    app = bench.app(scenario="support-desk")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await keys(pilot, session, ["c", "q"])
        await until(pilot, lambda: "Sessions" in screen_text(pilot))
        assert "Support desk: charged twice" in screen_text(pilot)
        again = bench.desk.open("last")
        assert again.run is not None, "the session was let go of"
        again.close()


@pytest.mark.slow
async def test_what_was_refused_because_the_run_went_on_is_not_said_once_it_stands(bench: Bench) -> None:
    app = bench.app(scenario="long-answer")
    async with app.run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await pilot.press("s", "s")
        await until(pilot, lambda: "it is under way: ctrl+c holds it" in screen_text(pilot))
        session.pause()
        session.pause()
        await still(pilot, session)
        await until(pilot, lambda: "it is under way" not in screen_text(pilot))


@pytest.mark.slow
async def test_a_long_title_has_the_room_that_the_sentence_leaves(bench: Bench) -> None:
    title = "airline task 11, trial 1, reward 0.0"
    opening = bench.started("support-desk").model_copy(update={"title": title})
    app = bench.app(open=await bench.record(opening))
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        assert title in screen_text(pilot).splitlines()[0]


@pytest.mark.slow
async def test_a_step_says_what_was_asked_of_a_tool_and_what_came_of_it(bench: Bench) -> None:
    app = bench.app(open=await bench.record("bad-arguments", "run"))
    async with app.run_test(size=(200, 50)) as pilot:
        await opened(pilot)
        text = screen_text(pilot)
        assert "✗ sales_by_region  Q3 2026" in text
        assert "✗ invalid_call  sales_by_region was" in text
        assert "✓ result  north, 1296" in text


async def test_what_is_waited_for_while_a_session_is_opened_is_said_and_can_be_left(bench: Bench) -> None:
    go_on = bench.house.workspace.root / "go_on"
    tools = bench.house.workspace.root / "tools"
    tools.mkdir()
    waits = f"import pathlib, time\nwhile not pathlib.Path({str(go_on)!r}).exists(): time.sleep(0)\n"
    (tools / "slow.py").write_text(waits, encoding="utf-8")
    app = bench.app(scenario="support-desk")
    try:
        async with app.run_test(size=NARROW) as pilot:
            await until(pilot, lambda: isinstance(app.screen, SessionScreen))
            assert isinstance(app.screen, SessionScreen)
            app.screen.tell("tools/slow.py is still being loaded; ^q leaves")
            await until(pilot, lambda: "tools/slow.py is still being loaded; ^q leaves" in screen_text(pilot))
            assert app.screen.session is None
            await pilot.press("ctrl+q")
            await until(pilot, lambda: app.return_code is not None or not app.is_running)
    finally:
        go_on.touch()
