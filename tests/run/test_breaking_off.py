"""Holding, breaking off, another process, rulings, a full disk: what is under way is never lost and never doubled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.playbook import FakeTools, Hang, Line, Memory, Stage, cap, story, until, wants
from workbench.context import RunContext
from workbench.errors import DiskFull, Impossible, ModelFailed, StoreError
from workbench.events import Check, Criterion, Forked, Said, Undone
from workbench.events.messages import Answer, Delta
from workbench.run import Run, check
from workbench.state import fold


def hanging(stage: Stage, *names: str) -> FakeTools:
    """Make these tools hang."""
    stage.tools.deeds |= dict.fromkeys(names, stage.tools.hang)
    return stage.tools


async def under_way(run: Run, begun: asyncio.Event) -> asyncio.Task[None]:
    driving = asyncio.create_task(run.drive())
    await begun.wait()
    return driving


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


# --- a release passes what a person was shown, and nothing else ------------------------------------------------------


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


# --- a full disk -----------------------------------------------------------------------------------------------------


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


# --- answers that are none -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ([Delta(text="abc")], "cut_off"),
        ([Delta(text="abc"), ModelFailed("connection", "lost")], "connection"),
        ([ValueError("a bug")], "unexpected"),
        ([StoreError("no such recording")], "unavailable"),
    ],
)
async def test_an_answer_that_does_not_come_is_a_fact(line: list[Delta | Exception | Answer], error: str):
    stage = Stage(line)
    run = stage.start(lines=["go"])
    await run.drive()
    assert stage.lines[-2:] == [f"call_failed agent.1 {error}", "run_ended error"]


async def test_a_model_that_is_not_there_is_a_fact():
    stage = Stage()
    del stage.models["fake:agent"]
    run = stage.start(lines=["go"])
    await run.drive()
    assert stage.lines[-2:] == ["call_failed agent.1 unexpected", "run_ended error"]
