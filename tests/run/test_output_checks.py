"""Checks of outputs while they are under way."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.playbook import Line, Stage, agent, wants
from workbench.context import RunContext
from workbench.debugger.steps import Steps
from workbench.events import OutputSpec, ToolSpec
from workbench.run import check
from workbench.run.ports import Checked
from workbench.state import fold


class Slow:
    """A check of outputs that hangs the first time, and then lets everything pass."""

    def __init__(self) -> None:
        self.hung, self.attempts = asyncio.Event(), list[int]()

    async def __call__(self, given: str, context: RunContext[Any]) -> Checked:
        self.attempts.append(context.attempt)
        if len(self.attempts) == 1:
            self.hung.set()
            await asyncio.Event().wait()
        return Checked(given)


FINAL = ToolSpec(name="final", effect="read")


@pytest.mark.parametrize(
    ("spec", "answer", "broken", "again"),
    [
        (OutputSpec(retries=0), "fine", "doubted agent.1", ["output_given agent.1", "output_accepted agent.1"]),
        (
            OutputSpec(mode="tool", tool="final", retries=0),
            wants("final"),
            "doubted agent.1.1",
            ["tool_called agent.1.1 final again 2", "tool_returned agent.1.1 {}"],
        ),
    ],
)
async def test_a_check_of_an_output_that_is_broken_off_rejects_nothing_and_is_made_again(
    spec: OutputSpec, answer: Line, broken: str, again: list[str]
):
    stage, slow = Stage(answer), Slow()
    stage.ports = replace(stage.ports, output=slow)
    run = stage.start(agent("agent", FINAL, output=spec), lines=["go"])
    driving = asyncio.create_task(run.drive())
    await slow.hung.wait()
    run.cancel()
    await driving
    assert stage.lines[-2:-1] == [broken]
    assert run.state.held is not None
    assert run.state.held.gate == "pause"
    assert run.state.actors["agent"].rejected == 0
    shown = Steps(stage.log.events()).rows[-1]
    assert shown.standing in ("broken off", "doubt")
    run.release()
    await run.drive()
    assert stage.lines[-3:-1] == again
    assert slow.attempts == [1, 2]
    assert run.state.output
    assert check(stage.log.events()) == run.state == fold(stage.log.events())
