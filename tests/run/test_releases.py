"""A release passes what a person was shown, and nothing else."""

from __future__ import annotations

from tests.playbook import Hang, Memory, Stage, cap, story, under_way, wants
from workbench.events import Forked, Undone
from workbench.events.messages import Delta


async def test_a_fork_does_not_repeat_what_its_parent_did_without_saying_so():
    stage = Stage(wants("charge"), "done")
    await stage.start(lines=["go"]).drive()
    undone = Undone(call="agent.1.1", tool="charge", arguments="{}")
    kept = list(stage.log.events(0, 4))
    fork = story(("", Forked(parent=1, parent_seq=4, undone=(undone,))), branch=2, after=4)
    stage.log = Memory([*kept, *fork], number=2)
    run = stage.reopen()
    run.release("run")
    await run.drive()
    assert stage.last == "held fork agent.1.1"
    assert len(stage.tools.done) == 1
    run.release("run")
    await run.drive()
    assert stage.last == "answer_read agent.2 done"
    assert len(stage.tools.done) == 2
    assert stage.tools.keys[0] != stage.tools.keys[1], "another branch has other keys"


async def test_a_pause_in_front_of_a_cap_does_not_open_it():
    stage = Stage([Delta(text="x"), Hang()])
    run = stage.start(lines=["go", "on"], caps=(cap("iterations", 1, "pause"),))
    driving = await under_way(run, stage.model.hung)
    run.cancel()
    await driving
    run.settle("agent.1", "accept")
    run.release()
    await run.drive()
    assert stage.last == "held budget agent.2"


async def test_a_named_grant_passes_that_command_alone():
    stage = Stage(wants("lookup"), "done")
    run = stage.start(lines=["go"], mode="step")
    await run.drive()
    run.release("step", grant="agent.1")
    await run.drive()
    assert stage.last == "held step agent.1.1"


async def test_an_ended_run_ends_only_once():
    stage = Stage("hi")
    run = stage.start()
    run.end("stopped", "enough")
    run.end("completed")
    assert stage.lines == ["run_started", "run_ended stopped"]
    run.say("go on")
    await run.drive()
    assert stage.last == "answer_read agent.1 hi"
