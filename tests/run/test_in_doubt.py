"""Another process takes over: what was under way is in doubt, held or repeated by itself, and settled by a ruling."""

from __future__ import annotations

import asyncio

import pytest

from tests.playbook import Hang, Stage, hanging, under_way, wants
from workbench.errors import Impossible
from workbench.run import Run


async def killed_in(stage: Stage, *tools: str) -> Run:
    """A run whose process ended while these tools were under way, opened by another."""
    begun = hanging(stage, *tools).hung
    driving = await under_way(stage.start(lines=["go"]), begun)
    stage.log = stage.log.cut(stage.log.last_seq)
    driving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await driving
    stage.tools.deeds |= dict.fromkeys(tools, lambda arguments, context: "late")
    return stage.reopen()


async def test_opening_drives_nothing_and_says_that_a_new_writer_took_over():
    stage = Stage(wants("charge"))
    run = await killed_in(stage, "charge")
    assert stage.last == "writer_took"
    assert not run.driving
    assert not run.waiting
    assert len(stage.tools.done) == 1
    again = stage.reopen()
    assert stage.lines.count("writer_took") == 1, "what is in doubt already is not put in doubt again"
    assert again.state == run.state


async def test_an_effect_in_doubt_holds():
    stage = Stage(wants("charge"))
    run = await killed_in(stage, "charge")
    await run.drive()
    assert stage.last == "held doubt agent.1.1"
    for _ in range(2):
        run.release()
        await run.drive()
    assert stage.last == "held doubt agent.1.1"
    assert len(stage.tools.done) == 1


@pytest.mark.parametrize("tool", ["lookup", "save"])
async def test_what_can_be_repeated_is_repeated_by_itself(tool: str):
    stage = Stage(wants(tool), "done")
    run = await killed_in(stage, tool)
    await run.drive()
    assert stage.tools.done == [(tool, "agent.1.1", 1), (tool, "agent.1.1", 2)]
    assert len(set(stage.tools.keys)) == 1, "every attempt has the same key"
    assert stage.last == "answer_read agent.2 done"


async def test_a_question_in_doubt_is_asked_again():
    stage = Stage([Hang()])
    driving = await under_way(stage.start(lines=["go"]), stage.model.hung)
    stage.log = stage.log.cut(stage.log.last_seq)
    driving.cancel()
    stage.model.lines = ["hello"]
    run = stage.reopen()
    await run.drive()
    assert stage.lines[-4:] == [
        "writer_took",
        "model_called agent.1 again 2",
        "model_answered agent.1 hello",
        "answer_read agent.1 hello",
    ]
    first, second = stage.model.requests
    assert list(first.messages) == list(second.messages)


@pytest.mark.parametrize(
    ("ruling", "lines", "done"),
    [
        ("ran", ["settled agent.1.1 ran", "tool_returned agent.1.1 it did"], 1),
        ("not_run", ["settled agent.1.1 not_run", "call_failed agent.1.1 not_run"], 1),
        ("again", ["settled agent.1.1 again", "tool_called agent.1.1 charge again 2"], 2),
    ],
)
async def test_a_ruling_settles_it(ruling: str, lines: list[str], done: int):
    stage = Stage(wants("charge"), "done")
    run = await killed_in(stage, "charge")
    await run.drive()
    at = stage.log.last_seq
    run.settle("agent.1.1", ruling, "it did")  # pyright: ignore[reportArgumentType]
    assert run.state.held is None
    assert {at + 1} <= stage.log.durable
    await run.drive()
    assert stage.lines[at : at + 2] == lines
    assert stage.last == "answer_read agent.2 done"
    assert len(stage.tools.done) == done


async def test_leaving_it_leaves_it():
    stage = Stage(wants("charge"))
    run = await killed_in(stage, "charge")
    await run.drive()
    run.settle("agent.1.1", "leave")
    assert run.state.held is not None
    assert run.state.doubtful


async def test_only_what_is_in_doubt_can_be_settled():
    stage = Stage(wants("charge"))
    run = stage.start(lines=["go"])
    with pytest.raises(Impossible, match=r"'agent\.9' is not in doubt; no call is"):
        run.settle("agent.9", "again")
    run = await killed_in(Stage(wants("charge")), "charge")
    with pytest.raises(Impossible, match=r"in doubt: agent\.1\.1"):
        run.settle("agent.9", "again")


async def test_two_in_doubt_are_settled_one_by_one():
    stage = Stage(wants("charge", "charge", "lookup"), "done")
    run = await killed_in(stage, "charge")
    await run.drive()
    run.settle("agent.1.2", "again")
    assert stage.log.last_seq == run.state.seq
    assert run.state.held is not None, "the first still waits"
    run.settle("agent.1.1", "not_run")
    await run.drive()
    assert [done for done in stage.tools.done if done[0] == "charge"] == [
        ("charge", "agent.1.1", 1),
        ("charge", "agent.1.2", 1),
        ("charge", "agent.1.2", 2),
    ]


async def test_a_drive_that_is_broken_off_leaves_its_call_in_doubt_for_the_next():
    stage = Stage(wants("charge"), "done")
    run = stage.start(lines=["go"])
    driving = await under_way(run, hanging(stage, "charge").hung)
    driving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await driving
    await run.drive()
    assert stage.lines[-2:] == ["writer_took", "held doubt agent.1.1"]
