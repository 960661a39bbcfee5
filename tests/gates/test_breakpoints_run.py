"""Breakpoints in a real run: told as what its log then says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.playbook import Stage, raises, says, wants
from workbench.errors import ModelFailed, ToolFailed
from workbench.events import Call, Check, Criterion, Mode
from workbench.gates import GATES, Breakpoints
from workbench.run import Run

WAYS = pytest.mark.parametrize("order", ["before", "behind"])


def stage(points: Breakpoints, *lines: Any, order: str = "before", **deeds: Any) -> Stage:
    """A world whose runs the breakpoints gate, before stepping or behind it."""
    gates = (*GATES[:-1], points.gate, GATES[-1]) if order == "before" else (*GATES, points.gate)
    return Stage(*lines, gates=gates, **deeds)


def begun(points: Breakpoints, here: Stage, mode: Mode = "run", **setting: Any) -> Run:
    run = here.start(mode=mode, **setting)
    points.follow(run.event, run.state)
    run.say("go")
    return run


def mail(to: str) -> Call:
    return Call(name="save", arguments=f'{{"to":"{to}"}}')


@WAYS
async def test_a_tool_by_its_arguments(order: str):
    points = Breakpoints()
    points.add('tool save if args.to !~ "@corp.com"')
    here = stage(points, wants(mail("a@corp.com"), mail("b@evil.com")), "done", order=order)
    run = begun(points, here)
    await run.drive()
    assert here.last == "held break agent.1.2"
    assert run.state.held is not None
    assert run.state.held.reason == 'breakpoint 1: tool save if args.to !~ "@corp.com"'
    assert here.tools.done == [("save", "agent.1.1", 1)]
    run.release()
    await run.drive()
    assert here.last == "answer_read agent.2 done"
    assert points[1].hits == 1


@WAYS
async def test_a_result_holds_before_anything_follows_from_it(order: str):
    points = Breakpoints()
    points.add('result contains "Traceback"')
    here = stage(points, wants("lookup"), wants("save"), "done", lookup=says("Traceback: no"), order=order)
    run = begun(points, here)
    await run.drive()
    assert here.lines[-2:] == ["tool_returned agent.1.1 Traceback: no", "held break agent.2"]
    run.release()
    await run.drive()
    assert here.last == "answer_read agent.3 done"
    assert points[1].hits == 1


@WAYS
async def test_a_tool_that_fails_is_an_error(order: str):
    points = Breakpoints()
    points.add("error == 'broken'")
    here = stage(points, wants("lookup"), "done", lookup=raises(ToolFailed("broken", "no")), order=order)
    run = begun(points, here)
    await run.drive()
    assert here.lines[-2:] == ["call_failed agent.1.1 broken", "held break agent.2"]


async def test_a_model_that_fails_holds_before_the_run_ends_and_continuing_asks_it_again():
    points = Breakpoints()
    points.add("error")
    here = stage(points, ModelFailed("timeout", "too slow"))
    run = begun(points, here)
    await run.drive()
    assert here.lines[-2:] == ["call_failed agent.1 timeout", "held break"]
    here.model.lines = ["better"]
    run.release()
    await run.drive()
    assert here.last == "answer_read agent.1 better"
    assert points[1].hits == 1


async def test_stepping_onto_a_breakpoint_says_so_and_stepping_on_passes_it():
    points = Breakpoints()
    points.add("think")
    here = stage(points, wants("lookup"), "done")
    run = begun(points, here, "step")
    gates: list[str] = []
    for _ in range(4):
        await run.drive()
        assert run.state.held is not None
        gates.append(run.state.held.gate)
        run.release("step")
    assert gates == ["break", "step", "break", "step"]
    assert points[1].hits == 2


async def test_a_pause_does_not_swallow_a_breakpoint():
    points = Breakpoints()
    points.add("tool save")
    here = stage(points, wants("lookup"), wants("save"), "done")

    def pausing(arguments: str, context: Any) -> str:
        run.pause()
        return "found"

    here.tools.deeds["lookup"] = pausing
    run = begun(points, here)
    await run.drive()
    assert here.last == "held pause agent.2"
    run.release()
    await run.drive()
    assert here.last == "held break agent.2.1"
    run.release()
    await run.drive()
    assert here.last == "answer_read agent.3 done"


async def test_the_third_time_is_once_too_often():
    points = Breakpoints()
    points.add("repeat 3", once=True)
    here = stage(points, wants("lookup"), wants("lookup"), wants("lookup"), wants("lookup"), "done")
    run = begun(points, here)
    await run.drive()
    assert here.last == "held break agent.3.1"
    run.release()
    await run.drive()
    assert here.last == "answer_read agent.5 done"
    assert len(points) == 0


async def test_parallel_calls_are_held_one_by_one():
    points = Breakpoints()
    points.add("call")
    here = stage(points, wants("lookup", "save", "charge"), "done")
    run = begun(points, here)
    held: list[str | None] = []
    for _ in range(3):
        await run.drive()
        assert run.state.held is not None
        held.append(run.state.held.call)
        run.release()
    await run.drive()
    assert held == ["agent.1.1", "agent.1.2", "agent.1.3"]
    assert points[1].hits == 3


async def test_a_criterion_that_flips():
    points = Breakpoints()
    points.add("criterion found flips")
    here = stage(points, wants("lookup"), wants("lookup"), "done")
    run = begun(points, here, criteria=(Criterion(name="found", check=Check(tool="lookup")),))
    await run.drive()
    assert here.lines[-2:] == ["criterion_judged found True", "held break agent.2"]
    run.release()
    await run.drive()
    assert here.last == "answer_read agent.3 done"


async def test_a_count_that_is_crossed():
    points = Breakpoints()
    points.add("tool_calls >= 2")
    here = stage(points, wants("lookup"), wants("lookup"), wants("lookup"), "done")
    run = begun(points, here)
    await run.drive()
    assert here.last == "held break agent.3"
    run.release()
    await run.drive()
    assert here.last == "answer_read agent.4 done"


async def test_a_run_that_another_process_left_held_goes_on():
    points = Breakpoints()
    points.add("tool lookup")
    here = stage(points, wants("lookup"), "done")
    await begun(points, here).drive()
    assert here.last == "held break agent.1.1"
    again = Breakpoints(points.kept())
    other = stage(again, wants("lookup"), "done")
    other.log = here.log
    run = other.reopen()
    again.follow(run.event, run.state)
    run.release()
    await run.drive()
    assert other.last == "answer_read agent.2 done"
    assert again[1].hits == 0


async def test_traces_are_told_and_hold_nothing():
    points = Breakpoints()
    points.add("call", trace=True)
    points.add("result contains 'found'", trace=True)
    here = stage(points, wants("lookup", "save"), "done")
    run = begun(points, here)
    await run.drive()
    assert here.last == "answer_read agent.2 done"
    assert [(hit.number, hit.key) for hit in points.take_traces()] == [(1, "agent.1.1"), (1, "agent.1.2"), (2, "")]


_TEXTS = [
    "think",
    "call",
    "output",
    "result",
    "error",
    "repeat 2",
    "requests > 1",
    "tool lookup or output",
    "not think",
]


@pytest.mark.slow
@given(
    texts=st.lists(st.sampled_from(_TEXTS), max_size=4),
    once=st.booleans(),
    order=st.sampled_from(["before", "behind"]),
    modes=st.lists(st.sampled_from(["run", "step", "next", "finish"]), min_size=1, max_size=4),
)
async def test_whatever_is_set_the_run_gets_to_its_end_and_does_the_same(
    texts: list[str], once: bool, order: str, modes: list[Mode]
):
    points = Breakpoints()
    for text in texts:
        points.add(text, once=once)
    here = stage(points, wants("lookup", "save"), wants("lookup"), "done", order=order)
    run = begun(points, here)
    await run.drive()
    held = 0
    while run.state.held is not None:
        run.release(modes[held % len(modes)])
        await run.drive()
        held += 1
        assert held < 50
    assert here.tools.done == [("lookup", "agent.1.1", 1), ("save", "agent.1.2", 1), ("lookup", "agent.2.1", 1)]
    bare = Stage(wants("lookup", "save"), wants("lookup"), "done")
    free = bare.start()
    free.say("go")
    await free.drive()
    kinds = [line for line in here.lines if not line.startswith(("held", "released"))]
    assert sorted(kinds) == sorted(bare.lines)
