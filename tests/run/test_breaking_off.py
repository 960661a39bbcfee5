"""Holding and breaking off: ctrl+c once and twice, in a model, in a tool, in several."""

from __future__ import annotations

from typing import Any

import pytest

from tests.playbook import Hang, Line, Stage, hanging, under_way, wants
from workbench.errors import Impossible
from workbench.events import Check, Criterion
from workbench.events.messages import Delta
from workbench.run import Run, check


async def test_the_first_ctrl_c_holds_at_the_next_boundary():
    stage = Stage([Hang()])
    run = stage.start(lines=["go"])
    driving = await under_way(run, stage.model.hung)
    run.pause()
    assert run.pausing
    stage.model.lines = ["hello"]
    run.cancel()
    await driving
    assert not run.pausing
    assert stage.last == "held partial agent.1 output"


async def test_the_second_ctrl_c_keeps_what_came_of_an_answer():
    stage = Stage([Delta(text="half an "), Delta(text="ans"), Hang()])
    run = stage.start(lines=["go"])
    driving = await under_way(run, stage.model.hung)
    run.cancel()
    await driving
    assert stage.lines[-2:] == ["model_answered agent.1 half an ans (partial)", "held partial agent.1 output"]
    run.release()
    await run.drive()
    assert stage.last == "held partial agent.1 output", "only a ruling lets it count"
    run.settle("agent.1", "accept")
    run.release()
    await run.drive()
    assert stage.last == "answer_read agent.1 half an ans"


async def broken_off(*lines: Line, **setting: Any) -> tuple[Stage, Run]:
    """A run whose first answer was broken off in the middle."""
    stage = Stage([Delta(text="half an "), Delta(text="ans"), Hang()])
    run = stage.start(**{"lines": ["go"], **setting})
    driving = await under_way(run, stage.model.hung)
    run.cancel()
    await driving
    stage.model.lines = lines
    return stage, run


async def test_a_partial_answer_that_is_discarded_was_never_given_and_is_asked_for_again():
    stage, run = await broken_off("whole")
    run.say("and be quick")
    run.settle("agent.1", "discard")
    assert run.state.held is None
    run.release()
    await run.drive()
    assert stage.lines[-3:] == [
        "model_called agent.1 again 2",
        "model_answered agent.1 whole",
        "answer_read agent.1 whole",
    ]
    assert [message.text for message in stage.model.requests[-1].messages] == ["go", "and be quick"]
    assert check(stage.log.events()) == run.state


async def test_a_partial_answer_waits_for_its_ruling_through_a_kill_at_any_event():
    stage, run = await broken_off("whole")
    run.settle("agent.1", "discard")
    run.release()
    await run.drive()
    whole = stage.log
    for upto in range(2, whole.last_seq + 1):
        stage.log = whole
        again = stage.reopen(upto)
        if not again.waiting:
            again.release()
            await again.drive()
        if again.state.actors["agent"].partial is not None:
            assert stage.last == "held partial agent.1 output"
            again.settle("agent.1", "discard")
            again.release()
            await again.drive()
        assert stage.last == "answer_read agent.1 whole"
        assert check(stage.log.events()) == again.state


async def test_criteria_are_judged_by_a_partial_answer_only_once_it_is_accepted():
    criterion = Criterion(name="halved", check=Check(source="agent", pattern="half"))
    _, run = await broken_off(criteria=(criterion,))
    assert not run.state.verdicts
    run.settle("agent.1", "accept")
    assert run.state.verdicts["halved"].met is True


async def test_only_a_partial_answer_is_accepted_or_discarded():
    _, run = await broken_off("whole")
    with pytest.raises(Impossible, match=r"^'agent\.7' is no partial answer; agent\.1 is one$"):
        run.settle("agent.7", "accept")
    with pytest.raises(Impossible, match="is not in doubt; no call is"):
        run.settle("agent.1", "again")
    run.settle("agent.1", "accept")
    with pytest.raises(Impossible, match=r"^'agent\.1' is no partial answer; there is none$"):
        run.settle("agent.1", "accept")


@pytest.mark.parametrize("tool", ["lookup", "save"])
async def test_a_tool_without_effect_fails_when_it_is_broken_off(tool: str):
    stage = Stage(wants(tool), "I see")
    driving = await under_way(run := stage.start(lines=["go"]), hanging(stage, tool).hung)
    run.cancel()
    await driving
    assert stage.lines[-2:] == ["call_failed agent.1.1 cancelled", "held pause agent.2"]


async def test_an_effect_that_is_broken_off_is_in_doubt_and_waits_for_a_ruling():
    stage = Stage(wants("charge"), "done")
    driving = await under_way(run := stage.start(lines=["go"]), hanging(stage, "charge").hung)
    run.cancel()
    await driving
    assert stage.lines[-2:] == ["doubted agent.1.1", "held pause agent.1.1"]
    run.release()
    await run.drive()
    assert stage.lines[-2:] == ["released run", "held doubt agent.1.1"]
    assert len(stage.tools.done) == 1


async def test_calls_that_run_together_are_broken_off_together():
    stage = Stage(wants("lookup", "charge", "save"), "done")
    tools = hanging(stage, "lookup", "charge")
    driving = await under_way(run := stage.start(lines=["go"]), tools.hung)
    run.pause()
    run.cancel()
    await driving
    assert sorted(stage.lines[-4:-1]) == [
        "call_failed agent.1.1 cancelled",
        "doubted agent.1.2",
        "tool_returned agent.1.3 saved",
    ]
    assert stage.last == "held pause agent.1.2"


async def test_where_nothing_is_under_way_there_is_nothing_to_break_off():
    run = Stage().start()
    with pytest.raises(Impossible, match="nothing to pause"):
        run.pause()
    with pytest.raises(Impossible, match="nothing to break off"):
        run.cancel()


IN_DOUBT = wants("charge")
