"""Runs that are stopped from outside: ctrl+c once and twice, a kill, a second process; each goes on afterwards."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import Process

import pytest

from tests.cli.bench import Bench, ended
from tests.models.loopback import JSON, Heard, Loopback, Reply, serving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")

SCENARIO = """
name: charge
title: One charge
persona: assistant
tools: [http_request]
user: [Charge the card.]
acceptance_criteria:
  completion_conditions:
    - {{name: charged, description: It is done., check: {{tool: http_request}}}}
script:
  - calls: [{{tool: http_request, args: {{url: "{url}/charge", method: POST, body: "129.00"}}}}]
  - {{say: The card was charged., status: complete}}
"""
CHARGED = Reply(b'{"charged": true}', type=JSON)
NEVER = Reply(b'{"charged": ', type=JSON, stalls=True)


class Till:
    """The shop's side: `arrived` once a charge has come in; answers it, or leaves it open for ever."""

    def __init__(self, reply: Reply = NEVER) -> None:
        self.reply = reply
        self.arrived = asyncio.Event()
        self.process: Process | None = None

    def __call__(self, heard: Heard) -> Reply:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
        self.arrived.set()
        return self.reply


def prepare(bench: Bench, server: Loopback) -> None:
    bench.write("scenarios/charge.yaml", SCENARIO.format(url=server.url))
    bench.write("workbench.toml", f'[tools]\nhttp_hosts = ["127.0.0.1:{server.port}"]\n')


async def begun(bench: Bench, till: Till, server: Loopback) -> Process:
    """A run whose charge is under way."""
    prepare(bench, server)
    process = await bench.spawn("run", "charge", "--headless", "--json")
    await asyncio.wait_for(till.arrived.wait(), 60)
    return process


@pytest.mark.slow
async def test_ctrl_c_once_holds_at_the_next_boundary_and_the_run_goes_on(bench: Bench):
    till = Till(CHARGED)
    async with serving(till) as server:
        prepare(bench, server)
        till.process = await bench.spawn("run", "charge", "--headless", "--json")
        result = await ended(till.process)
        assert result.code == 6, result.err
        assert "holding at the next boundary; ctrl+c again breaks off what is under way" in result.err
        told = result.document
        assert (told["status"], told["held"]["gate"], told["usage"]["tool_calls"]) == ("held", "pause", 1)
        again = await bench.beside("resume", told["session"], "--headless", "--json")
        assert (again.code, again.document["outcome"]) == (0, "completed")
        assert len(server.heard) == 1


@pytest.mark.slow
async def test_ctrl_c_twice_breaks_off_and_the_effect_is_in_doubt_until_a_person_rules(bench: Bench):
    till = Till()
    async with serving(till) as server:
        process = await begun(bench, till, server)
        assert process.stderr is not None
        process.send_signal(signal.SIGINT)
        while b"holding at the next boundary" not in await asyncio.wait_for(process.stderr.readline(), 60):
            continue
        process.send_signal(signal.SIGINT)
        result = await ended(process)
        assert result.code == 6, result.err
        assert "Traceback" not in result.err
        session = result.document["session"]
        held = await bench.beside("resume", session, "--headless", "--json")
        assert (held.code, held.document["held"]["gate"], held.document["held"]["call"]) == (6, "doubt", "agent.1.1")
        unsure = await bench.beside("settle", session, "agent.1.1", "--verify")
        assert (unsure.code, unsure.sentence.partition(" finds out")[0]) == (2, "http_request offers no check that")
        settled = await bench.beside("settle", session, "agent.1.1", "--ran", "it is on the statement", "--json")
        assert settled.document == {"session": session, "branch": "main", "call": "agent.1.1", "ruling": "ran"}
        done = await bench.beside("resume", session, "--headless")
        assert (done.code, done.out) == (0, "The card was charged.\n")
        assert len(server.heard) == 1
        assert (await bench.beside("replay", session)).code == 0
        shown = (await bench.beside("sessions", "show", session)).out
        for words in ("http_request agent.1.1 (effect)", "held, doubt: ", "settled agent.1.1: ran", "on the statement"):
            assert words in shown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ruling", "requests", "outcome"),
    [(("--again",), 2, "completed"), (("--not-run",), 1, "criteria_unmet"), (("--leave",), 1, None)],
)
async def test_a_killed_run_stands_where_it_was_and_never_repeats_an_effect_by_itself(
    bench: Bench, ruling: tuple[str, ...], requests: int, outcome: str | None
):
    till = Till()
    async with serving(till) as server:
        process = await begun(bench, till, server)
        process.kill()
        await process.wait()
        listed = (await bench.beside("sessions", "list", "--json")).document["sessions"][0]
        assert listed["status"] == "interrupted"
        session = listed["id"]
        for _ in range(2):
            held = await bench.beside("resume", session, "--headless", "--json")
            assert (held.code, held.document["held"]["gate"]) == (6, "doubt")
        assert len(server.heard) == 1
        till.reply = CHARGED
        assert (await bench.beside("settle", session, "agent.1.1", *ruling)).code == 0
        done = await bench.beside("resume", session, "--headless", "--json")
        assert done.document["outcome"] == outcome
        assert done.code == {"completed": 0, "criteria_unmet": 4, None: 6}[outcome]
        assert len(server.heard) == requests


@pytest.mark.slow
async def test_a_second_process_is_told_who_writes_and_can_still_read(bench: Bench):
    till = Till()
    async with serving(till) as server:
        process = await begun(bench, till, server)
        (row,) = [
            row
            for row in (await bench.beside("sessions", "list", "--json")).document["sessions"]
            if row["status"] == "running"
        ]
        session = row["id"]
        for words in (
            ("resume", session, "--headless"),
            ("settle", session, "agent.1.1", "--not-run"),
            ("sessions", "rm", session, "--yes"),
        ):
            result = await bench.beside(*words)
            assert result.code == 2
            assert f"process {process.pid} " in result.sentence
        assert (await bench.beside("replay", session)).code == 0
        shown = await bench.beside("sessions", "show", session, "--json")
        assert shown.document["log"][-1]["kind"] == "tool_called"
        process.kill()
        await process.wait()
        assert (await bench.beside("resume", session, "--headless")).code == 6
