"""A call of a tool that is not at hand here holds until somebody answers it, or the tool is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.playbook import CHARGE, LOOKUP, Stage, agent, started, state_after, wants
from tests.replayed import Replayed, recorded
from workbench.events import Call, OutputSpec, Request, ToolReturned, ToolSpec
from workbench.gates import absent
from workbench.run import check
from workbench.state import CallModel, CallTool, Command, Hold, State

HERE = {"lookup"}


def lacks(name: str) -> str:
    return "" if name in HERE else "it is not at hand here"


def call(tool: str) -> CallTool:
    return CallTool("agent", "agent.1.1", tool, "{}", "effect")


def test_a_tool_that_the_actor_was_given_and_is_not_here_holds():
    hold = absent(lacks)(state_after(started(agent())), call("charge"))
    assert isinstance(hold, Hold)
    assert (hold.gate, hold.command, hold.call, hold.reason) == ("absent", "agent.1.1", "agent.1.1", lacks("charge"))


@pytest.mark.parametrize(
    "command", [call("lookup"), call("never_given"), call("final"), CallModel("agent", "agent.1", Request())]
)
def test_nothing_else_does(command: Command):
    spec = agent("agent", LOOKUP, CHARGE, ToolSpec(name="final"), output=OutputSpec(tool="final", form="{}"))
    assert absent(lacks)(state_after(started(spec)), command) is None


async def test_it_holds_whatever_is_released_until_somebody_answers_or_it_is_there():
    here = {"lookup"}
    stage = Stage(wants("charge"), wants(Call(name="charge", arguments='{"again":1}')), "done")

    def lacks(name: str) -> str:
        return "" if name in here else "it is not at hand here"

    stage.ports = replace(stage.ports, lacks=lacks)
    run = stage.start(agent(), lines=["go"])
    await run.drive()
    for _ in range(2):
        assert run.state.held is not None
        assert run.state.held.gate == "absent"
        run.release()
        await run.drive()
    run.stand_in(ToolReturned(call="agent.1.1", content="by hand"), mode="run")
    await run.drive()
    assert run.state.held is not None
    here.add("charge")
    run.release()
    await run.drive()
    assert stage.tools.done == [("charge", "agent.2.1", 1)]
    assert stage.last == "answer_read agent.3 done"
    assert isinstance(check(stage.log.events()), State)


async def test_what_a_replay_serves_is_not_asked_about_and_what_it_makes_is():
    def none(name: str) -> str:
        return "it is not at hand here"

    events = await recorded(wants("lookup"), "done")
    served = Replayed(events, "model", wants("lookup"), "done", lacks=none)
    assert (await served.drive()).run.waiting
    assert served.tools.done == []
    made = Replayed(events, "tools", lacks=none)
    assert (await made.drive()).why == none("lookup")
