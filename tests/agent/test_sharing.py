"""Caps of a session and of the workspace's day, where several runs go on at once: what each has set aside counts."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.playbook import until
from workbench import Agent, Answer, Budget, ModelRequest, NoOutput, SharedCaps, Usage, replies
from workbench.agent.place import where


def day(workspace: Path, caps: str) -> None:
    (workspace / "workbench.toml").write_text(f"[budget.day]\n{caps}\n", encoding="utf-8")


class Held:
    """A model that answers when it is let go, with as many tokens as it may."""

    name = "mine:held"

    def __init__(self) -> None:
        self.asked, self.go = asyncio.Event(), asyncio.Event()

    async def ask(self, request: ModelRequest):
        self.asked.set()
        await self.go.wait()
        yield Answer(text="done", usage=Usage(input=20, output=request.settings["max_tokens"]))


def test_the_caps_of_the_day_are_kept_by_a_program_too(own_workspace: Path) -> None:
    day(own_workspace, 'requests = 2\nat = "stop"')
    agent = Agent(replies("hello"))
    assert [agent.run_sync("hi").output for _ in range(2)] == ["hello"] * 2
    with pytest.raises(NoOutput, match="2 of 2 model requests in this workspace today used"):
        agent.run_sync("hi")
    assert Agent(replies("hello"), store=None).run_sync("hi").output == "hello", "what is kept nowhere is not counted"


async def test_a_run_waits_for_what_a_call_of_another_has_set_aside(own_workspace: Path) -> None:
    day(own_workspace, 'tokens = 1000\nat = "stop"')
    one, two = Held(), Held()
    two.go.set()
    first = asyncio.create_task(Agent(one, settings={"max_tokens": 600}).run("hi"))
    await one.asked.wait()
    second = asyncio.create_task(Agent(two, settings={"max_tokens": 600}).run("hi"))
    third = Agent(replies("hello"), settings={"max_tokens": 100})
    assert (await third.run("hi")).output == "hello", "what still fits does not wait"
    assert not two.asked.is_set()
    one.go.set()
    assert (await first).usage.output_tokens == 600
    with pytest.raises(NoOutput, match=r"62\d of 1000 tokens in this workspace today used; the next call needs"):
        await second
    assert not two.asked.is_set(), "together they would have gone over the cap"


async def test_a_run_that_waits_for_others_can_be_stopped_and_goes_on_when_a_writer_is_gone(
    own_workspace: Path,
) -> None:
    day(own_workspace, 'tokens = 1000\nat = "stop"')
    one, two = Held(), Held()
    agent = Agent(two, settings={"max_tokens": 600})
    first = asyncio.create_task(Agent(one, settings={"max_tokens": 600}).run("hi"))
    await one.asked.wait()
    waiting = asyncio.create_task(agent.run("hi"))
    await until(lambda: agent.status == "running")
    agent.stop()
    with pytest.raises(NoOutput, match="stopped by the program"):
        await waiting
    again = asyncio.create_task(agent.run("hi"))
    first.cancel()
    await asyncio.wait([first])
    two.go.set()
    assert (await again).output == "done", "the call that was broken off holds nothing any more"


async def test_the_cap_of_a_session_counts_what_its_other_branches_have_set_aside(own_workspace: Path) -> None:
    budget = Budget(session=SharedCaps(tokens=2000), at="stop")
    one = Held()
    begun = asyncio.create_task(Agent(one, settings={"max_tokens": 900}, budget=budget).run("hi"))
    await one.asked.wait()
    place = where("")
    (row,) = [row for row in place.house.store.sessions() if row.status == "running"]
    aside = place.house.store.set_aside(row.id, but=0)
    assert aside.session == aside.workspace
    assert aside.session.output_tokens == 900
    assert place.house.store.set_aside("another", but=0).session.output_tokens == 0
    assert place.house.store.set_aside(row.id, but=row.head).workspace.output_tokens == 0
    one.go.set()
    await begun
    assert place.house.store.set_aside(row.id, but=0).workspace.output_tokens == 0


PROGRAM = """
import sys
from workbench import Agent, NoOutput, call_tool

agent = Agent(lambda request: call_tool("now"), tools=["now"])
print("ready", flush=True)
sys.stdin.readline()
try:
    agent.run_sync("go on")
except NoOutput as nothing:
    print(nothing.report.usage.requests, nothing.report.reason)
"""


@pytest.mark.slow
def test_processes_at_the_same_time_never_exceed_a_cap_together(own_workspace: Path) -> None:
    day(own_workspace, 'requests = 25\nat = "stop"')
    programs = [
        subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("\n")
        program.stdin.flush()
    told = [program.communicate(timeout=60)[0].split(maxsplit=1) for program in programs]
    assert sum(int(requests) for requests, _ in told) == 25, told
    assert {reason.strip() for _, reason in told} == {"25 of 25 model requests in this workspace today used"}
