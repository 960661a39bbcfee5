"""Tools of servers, of files and of persons, in the app: what they do is seen, and what dies is survived."""

from __future__ import annotations

import subprocess

import pytest

from tests.scenario_files import ASKS
from tests.tools.mcp.peers import python_server
from tests.tui.bench import Bench, opened, screen_text, still, until
from workbench.events import CallFailed, ToolReturned

KILLER = """
import os, signal
from pathlib import Path

from workbench import tool


@tool(effect="effect")
def kill_server(name: str) -> str:
    '''Kill the child process whose command line holds this name.'''
    for process in Path("/proc").iterdir():
        try:
            if name in (process / "cmdline").read_text() and f"PPid:\\t{os.getpid()}\\n" in (
                process / "status"
            ).read_text():
                os.kill(int(process.name), signal.SIGKILL)
                return f"killed {name}"
        except (OSError, ValueError):
            continue
    return "there is none"
"""
TWO_SERVERS = """
name: two-servers
title: Two servers, one of which is killed
persona: assistant
tools: ["time__*", git__git_status, kill_server]
user: ["What is the time in Tokyo, and is the folder clean?"]
script:
  - calls:
      - {tool: time__get_current_time, args: {timezone: Asia/Tokyo}}
      - {tool: git__git_status, args: {repo_path: .}}
  - calls: [{tool: kill_server, args: {name: mcp-server-time}}]
  - calls: [{tool: time__get_current_time, args: {timezone: Asia/Tokyo}}]
  - calls: [{tool: kill_server, args: {name: mcp-server-time}}]
  - calls:
      - {tool: time__get_current_time, args: {timezone: Asia/Tokyo}}
      - {tool: git__git_status, args: {repo_path: .}}
  - say: The folder is clean; the clock has stopped.
"""
SLOW = """
import asyncio

from workbench import RunContext, tool


@tool(effect="read")
async def dig(ctx: RunContext[None]) -> None:
    '''Dig.'''
    ctx.progress("3 of 10 metres")
    await asyncio.Event().wait()
"""
DIGS = """
name: digs
title: Digs
persona: assistant
tools: [dig]
user: [Dig.]
script: [{calls: [{tool: dig}]}, {say: I stopped.}]
"""


def write(bench: Bench, name: str, text: str) -> None:
    path = bench.house.workspace.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.slow
async def test_one_run_uses_two_servers_and_survives_that_one_is_killed(bench: Bench) -> None:
    pytest.importorskip("mcp", reason="MCP needs the extra: pip install 'workbench[mcp]'")
    root = bench.house.workspace.root
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    write(bench, "scenarios/two-servers.yaml", TWO_SERVERS)
    write(bench, "tools/killer.py", KILLER)
    write(
        bench,
        "workbench.toml",
        f'[mcp.time]\ncommand = "{python_server("mcp-server-time")}"\n'
        f'[mcp.git]\ncommand = "{python_server("mcp-server-git")}"\nargs = ["--repository", "."]\n',
    )
    async with bench.app(scenario="two-servers").run_test(size=(120, 40)) as pilot:
        session = await opened(pilot)
        await pilot.press("c")
        await still(pilot, session)
        facts = [event.body for event in session.events() if isinstance(event.body, ToolReturned | CallFailed)]
        told = [fact.content if isinstance(fact, ToolReturned) else fact.error for fact in facts]
        by_call = {fact.call: words for fact, words in zip(facts, told, strict=True)}
        assert "Asia/Tokyo" in by_call["agent.1.1"]
        assert "Asia/Tokyo" in by_call["agent.3.1"], "it was started again"
        assert by_call["agent.2.1"] == by_call["agent.4.1"] == "killed mcp-server-time"
        assert by_call["agent.5.1"] == "server_gone"
        assert "On branch" in by_call["agent.1.2"]
        assert "On branch" in by_call["agent.5.2"], "the other goes on"
        assert session.newest.output == "The folder is clean; the clock has stopped."
        assert "git__git_status" in screen_text(pilot)


@pytest.mark.slow
async def test_a_question_is_answered_at_the_prompt(bench: Bench) -> None:
    write(bench, "scenarios/asks.yaml", ASKS)
    async with bench.app(scenario="asks").run_test(size=(120, 40)) as pilot:
        session = await opened(pilot)
        await pilot.press("c")
        await still(pilot, session)
        told = screen_text(pilot)
        assert "HELD, agent asks you: Which order?" in told
        assert "the agent asks you: i, then type the answer" in told
        assert "i answer  x skip" in told
        await pilot.press("i", *"A-1007", "enter")
        await until(pilot, lambda: session.newest.output == "Thank you.")
        await still(pilot, session)
        assert "A-1007" in screen_text(pilot)


@pytest.mark.slow
async def test_how_far_a_call_is_stands_beside_it(bench: Bench) -> None:
    write(bench, "scenarios/digs.yaml", DIGS)
    write(bench, "tools/slow.py", SLOW)
    async with bench.app(scenario="digs").run_test(size=(160, 40)) as pilot:
        session = await opened(pilot)
        await pilot.press("c")
        await until(pilot, lambda: screen_text(pilot).count("3 of 10 metres") >= 2)
        await pilot.press("ctrl+c", "ctrl+c")
        await still(pilot, session)
        assert "3 of 10" not in screen_text(pilot)


@pytest.mark.slow
async def test_a_file_of_tools_that_is_saved_is_told_of_at_once(bench: Bench) -> None:
    pytest.importorskip("watchfiles", reason="files are followed by the extra: pip install 'workbench[reload]'")
    write(bench, "tools/own.py", "")
    async with bench.app().run_test(size=(120, 40)) as pilot:
        saved = 0

        def told() -> bool:
            nonlocal saved
            saved += 1  # until whoever follows the folder has begun to
            write(bench, "tools/bad.py", f"x = nosuch{saved}\n")
            return "✗ tools/bad.py, line 1: NameError: name 'nosuch" in screen_text(pilot)

        await until(pilot, told)
