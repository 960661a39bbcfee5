"""A full disk: what is under way is never lost and never doubled; what is only a comfort costs nothing."""

from __future__ import annotations

import asyncio

import pytest

from tests.playbook import Memory, Stage, story, until, wants
from workbench.context import RunContext
from workbench.errors import DiskFull, StoreError
from workbench.events import Said
from workbench.events.messages import Delta
from workbench.run import Run
from workbench.state import fold


async def until_done(stage: Stage, run: Run) -> list[str]:
    """Make room, and go on."""
    stage.log.room = None
    await run.drive()
    return stage.lines


@pytest.mark.parametrize("room", range(9))
async def test_wherever_the_disk_is_full_nothing_is_lost_and_nothing_is_done_twice(room: int):
    whole = Stage(wants("charge", "lookup"), wants("save"), "done")
    await whole.start(lines=["go"]).drive()
    stage = Stage(wants("charge", "lookup"), wants("save"), "done")
    run = stage.start(lines=["go"])
    stage.log.room = room
    await run.drive()
    assert (run.trouble != "") == (stage.lines != whole.lines)
    assert run.state == fold(stage.log.events()), "what is shown is what was recorded"
    assert await until_done(stage, run) == whole.lines
    assert run.trouble == ""
    assert sorted(stage.tools.done) == sorted(whole.tools.done)


async def test_what_is_under_way_when_the_disk_fills_is_waited_for():
    stage = Stage(wants("charge", "lookup"), "done")
    slow = asyncio.Event()

    async def wait(arguments: str, context: RunContext[object]) -> str:
        await slow.wait()
        return "charged"

    def fill(arguments: str, context: RunContext[object]) -> str:
        stage.log.room = 0
        return "found"

    stage.tools.deeds |= {"charge": wait, "lookup": fill}
    run = stage.start(lines=["go"])
    driving = asyncio.create_task(run.drive())
    await until(lambda: run.trouble != "")
    assert run.driving
    slow.set()
    await driving
    lines = await until_done(stage, run)
    assert lines[6:8] == ["tool_returned agent.1.2 found", "tool_returned agent.1.1 charged"]
    assert len(stage.tools.done) == 2


async def test_a_verb_on_a_full_disk_says_so_and_is_recorded_when_there_is_room():
    stage = Stage("hi")
    run = stage.start()
    stage.log.room = 0
    with pytest.raises(DiskFull):
        run.say("hello")
    assert stage.lines == ["run_started"]
    assert (await until_done(stage, run))[1] == "said human: hello"


async def test_a_draft_that_cannot_be_kept_costs_nothing_but_itself():
    stage = Stage([Delta(text="a"), Delta(text="b"), "ab"])
    ticks = iter(range(100))
    object.__setattr__(stage.ports, "monotonic", lambda: float(next(ticks)))
    run = stage.start(lines=["go"])

    class FillsTheDisk:
        def recorded(self, events: object) -> None: ...
        def progressed(self, call: str, words: str) -> None: ...
        def streamed(self, call: str, delta: Delta) -> None:
            stage.log.room = 0 if delta.text == "b" else None

    run.watch(FillsTheDisk())
    await run.drive()
    assert stage.log.drafts == {"agent.1": "a"}
    assert (await until_done(stage, run))[-1] == "answer_read agent.1 ab"


async def test_a_snapshot_that_cannot_be_kept_costs_nothing_but_itself():
    stage = Stage(*[wants("lookup")] * 130, "done")
    run = stage.start(lines=["go"])

    class RoomForNoSnapshot(Memory):
        def put_snapshot(self, seq: int, version: str, state: bytes) -> None:
            raise DiskFull("the disk took nothing more")

    stage.log = RoomForNoSnapshot(stage.log.events())
    run = stage.reopen()
    await run.drive()
    assert run.trouble == ""
    assert stage.last == "answer_read agent.131 done"
    assert stage.log.snapshots == {}


async def test_snapshots_are_kept_and_used():
    stage = Stage(*[wants("lookup")] * 130, "done")
    await stage.start(lines=["go"]).drive()
    (seq,) = stage.log.snapshots
    assert 512 <= seq < 530
    assert stage.reopen().state == fold(stage.log.events())
    stage.log.snapshots[seq] = (stage.log.snapshots[seq][0], b"damaged")
    assert stage.reopen().state == fold(stage.log.events())


def test_a_branch_without_a_start_is_no_run():
    with pytest.raises(StoreError, match="no run_started event"):
        Run.open(Memory(), Stage().ports)
    with pytest.raises(StoreError, match="no run_started event"):
        Run.open(Memory(story(("", Said(text="x")))[:0]), Stage().ports)
