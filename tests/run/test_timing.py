"""The seconds of a cap run out while calls are under way: what is broken off, what is not, and what follows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from tests.playbook import Hang, Line, Stage, cap, says, until, wants
from workbench.events import CallFailed
from workbench.events.messages import Delta
from workbench.run import Run, check
from workbench.state import fold


class Timed(Stage):
    """A stage whose clock stands still, and whose alarms ring when the test says so."""

    def __init__(self, *lines: Line, **deeds: Any) -> None:
        super().__init__(*lines, **deeds)
        self.alarms: list[float] = []
        self.set, self.rings = asyncio.Event(), asyncio.Event()
        self.now = 0.0
        self.ports = replace(self.ports, sleep=self._sleep, monotonic=lambda: self.now)

    async def _sleep(self, seconds: float) -> None:
        self.alarms.append(seconds)
        self.set.set()
        await self.rings.wait()

    async def ring(self, seconds: float) -> None:
        """Let so much time pass, and the alarm ring."""
        await self.set.wait()
        self.now += seconds
        self.set.clear()
        self.rings.set()
        await asyncio.sleep(0)
        self.rings.clear()


HALF = [Delta(text="half an "), Delta(text="ans"), Hang()]


def cut(stage: Timed) -> CallFailed:
    """The call that was broken off."""
    found = [event.body for event in stage.log.events() if isinstance(event.body, CallFailed)]
    assert found[-1].cut
    return found[-1]


def kept(stage: Timed, run: Run) -> None:
    assert run.state == fold(stage.log.events())
    assert check(stage.log.events()) == run.state


async def test_a_model_that_takes_longer_is_broken_off_and_the_run_ends():
    stage = Timed(HALF)
    run = stage.start(lines=["go"], caps=(cap("seconds", 5),))
    driving = asyncio.create_task(run.drive())
    await stage.ring(5)
    await driving
    assert stage.alarms == [5.0]
    assert stage.lines[-2:] == ["call_failed agent.1 budget", "run_ended budget"]
    assert (cut(stage).partial, cut(stage).message, cut(stage).ms) == ("half an ans", "the 5 seconds ran out", 5000)
    assert run.state.ended is not None
    assert run.state.ended.reason == "5 of 5 seconds used"
    kept(stage, run)


async def test_at_pause_it_holds_and_more_time_lets_the_model_be_asked_again():
    stage = Timed(HALF)
    run = stage.start(lines=["go"], caps=(cap("seconds", 5, "pause"),))
    driving = asyncio.create_task(run.drive())
    await stage.ring(4.9)  # a clock that rings early
    await driving
    assert stage.last == "held budget agent.1"
    assert run.state.meters.ms == 5000
    stage.model.lines = ["whole"]
    run.limit("seconds", "9")
    run.release()
    await run.drive()
    assert stage.lines[-3:] == [
        "model_called agent.1 again 2",
        "model_answered agent.1 whole",
        "answer_read agent.1 whole",
    ]
    assert run.state.meters.iterations == 1
    kept(stage, run)


async def test_a_tool_that_only_reads_is_broken_off_and_one_with_an_effect_is_not():
    stage = Timed(wants("lookup", "charge"), "done")
    go = asyncio.Event()

    async def charge(arguments: str, context: Any) -> str:
        await go.wait()
        return "charged"

    stage.tools.deeds |= {"lookup": stage.tools.hang, "charge": charge}
    run = stage.start(lines=["go"], caps=(cap("seconds", 6),))
    driving = asyncio.create_task(run.drive())
    await until(lambda: stage.alarms[-1:] == [3.0])  # two under way: each counts
    await stage.ring(3)
    await until(lambda: stage.last == "call_failed agent.1.1 budget")
    go.set()
    await driving
    assert stage.lines[-2:] == ["tool_returned agent.1.2 charged", "run_ended budget"]
    kept(stage, run)


async def test_an_effect_alone_sets_no_alarm():
    stage = Timed(wants("charge"), "done", charge=says("charged"))
    run = stage.start(lines=["go"], caps=(cap("seconds", 6),))
    await run.drive()
    assert len(stage.alarms) == 2, "one for each time the model is asked"
    assert stage.last == "answer_read agent.2 done"


async def test_a_cap_that_is_raised_meanwhile_gives_it_the_time():
    stage = Timed(HALF)
    run = stage.start(lines=["go"], caps=(cap("seconds", 5),))
    driving = asyncio.create_task(run.drive())
    await stage.set.wait()
    run.limit("seconds", "12")
    await stage.ring(5)
    await stage.set.wait()
    assert stage.alarms == [5.0, 7.0]
    run.limit("seconds", None)
    await stage.ring(7)
    run.cancel()
    await driving
    assert stage.last == "held partial agent.1 output"


async def test_an_answer_that_came_in_time_is_kept():
    stage = Timed("in time")
    run = stage.start(lines=["go"], caps=(cap("seconds", 5),))
    await run.drive()
    assert stage.last == "answer_read agent.1 in time"
    assert run.waiting


async def test_the_time_of_another_actor_breaks_nothing_off():
    stage = Timed(HALF)
    run = stage.start(lines=["go"], caps=(cap("seconds@somebody", 0),))
    driving = asyncio.create_task(run.drive())
    await stage.model.hung.wait()
    assert stage.alarms == []
    run.cancel()
    await driving


async def test_the_end_of_the_process_leaves_it_in_doubt_as_ever():
    stage = Timed(HALF)
    run = stage.start(lines=["go"], caps=(cap("seconds", 5),))
    driving = asyncio.create_task(run.drive())
    await stage.model.hung.wait()
    driving.cancel()
    await asyncio.wait([driving])
    stage.model.lines = ["whole"]
    again = stage.reopen()
    await again.drive()
    assert stage.last == "answer_read agent.1 whole"
    kept(stage, again)
