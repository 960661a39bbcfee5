"""A server of our own, in a process of its own: called, cancelled, killed, and never left behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.playbook import until
from tests.tools.mcp.peers import own
from workbench.context import ModelRetry, RunContext
from workbench.errors import CallProblem, InDoubt, NotFound, ToolFailed
from workbench.tools.mcp.server import McpServers
from workbench.tools.mcp.settings import read_servers
from workbench.tools.registry import Registry

pytest.importorskip("mcp", reason="MCP needs the extra: pip install 'workbench[mcp]'")

pytestmark = pytest.mark.slow  # each starts a process that loads the SDK, which takes a second


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[McpServers]:
    """One server, `whims`."""
    made = McpServers(read_servers({"whims": own(tmp_path)}, tmp_path / "workbench.toml"))
    yield made
    made.close()


async def call(
    servers: McpServers, tool: str, progress: Callable[[str], None] = lambda words: None, **arguments: Any
) -> str:
    registry = Registry(more=[servers])
    context = RunContext(None, progress=progress)
    return (await registry.call(f"whims__{tool}", json.dumps(arguments), context)).content


def pids(tmp_path: Path) -> list[int]:
    return [int(line) for line in (tmp_path / "pids").read_text().split()]


def gone(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


async def test_it_is_started_when_it_is_needed_and_ended_with_us(servers: McpServers, tmp_path: Path):
    assert servers.find("whims__look") is not None
    assert servers.find("other__look") is servers.find("look") is None
    assert not (tmp_path / "pids").exists(), "to find is not to start"
    assert await call(servers, "look", word="hello") == "you said hello"
    assert await call(servers, "look", word="again") == "you said again"
    (pid,) = pids(tmp_path)
    servers.close()
    assert gone(pid)
    servers.close()


async def test_both_kinds_of_failure_are_told(servers: McpServers):
    with pytest.raises(ToolFailed, match="no such thing") as failed:
        await call(servers, "fails")
    assert failed.value.type == "tool_error"
    with pytest.raises(CallProblem, match="whims__nothing") as failed:
        await call(servers, "nothing")
    assert failed.value.type == "unknown_tool"
    with pytest.raises(NotFound, match="it has: whims__look, "):
        Registry(more=[servers]).specs(["whims__nothing"])
    registry = Registry(more=[servers])
    for arguments in ("{", "[1]"):
        with pytest.raises(ModelRetry, match="whims__look was not called"):
            await registry.call("whims__look", arguments, RunContext(None))


async def test_cancelling_reaches_the_tool_and_its_progress_is_told(servers: McpServers, tmp_path: Path):
    told: list[str] = []
    heard = asyncio.Event()
    loop = asyncio.get_running_loop()

    def progress(words: str) -> None:
        told.append(words)
        loop.call_soon_threadsafe(heard.set)

    calling = asyncio.create_task(call(servers, "hang", progress))
    await heard.wait()
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert told == ["1 of 4 · a quarter"]
    assert await call(servers, "look", word="still here") == "you said still here"
    assert (tmp_path / "cancelled").read_text() == "yes"


async def test_a_read_whose_server_dies_is_asked_again_of_a_new_one(servers: McpServers, tmp_path: Path):
    told: list[str] = []
    assert await call(servers, "die_looking", told.append) == "alive again"
    assert told == ["restarting the MCP server whims"]
    assert len(pids(tmp_path)) == 2


async def test_an_effect_whose_server_dies_is_in_doubt_and_is_not_done_again(servers: McpServers, tmp_path: Path):
    with pytest.raises(InDoubt, match="broke off under the call"):
        await call(servers, "die_doing")
    assert (tmp_path / "deeds").read_text() == "done\n"
    assert await call(servers, "look", word="hello") == "you said hello", "it was restarted"


async def test_a_server_that_dies_again_is_left_alone_and_says_so(servers: McpServers, tmp_path: Path):
    for _ in range(2):
        with pytest.raises(InDoubt):
            await call(servers, "always_dies")
    for _ in range(2):
        with pytest.raises(ToolFailed, match=r"died again after it .*; it last said: at your service") as left:
            await call(servers, "look", word="hello")
        assert left.value.type == "server_gone"
    assert len(pids(tmp_path)) == 2


async def test_one_that_died_between_two_calls_is_known_to_be_dead(servers: McpServers, tmp_path: Path):
    await call(servers, "look", word="hello")
    (pid,) = pids(tmp_path)
    os.kill(pid, signal.SIGKILL)
    server = servers.servers["whims"]
    await until(lambda: not server.alive)
    with pytest.raises(ToolFailed, match="no such thing"):
        await call(servers, "fails")
    assert len(pids(tmp_path)) == 2, "so an effect is sent to its successor, not into the void"


async def test_all_of_a_servers_tools_go_by_one_pattern(servers: McpServers):
    registry = Registry(more=[servers])
    assert registry.names == ("whims__*",)
    told = {spec.name.removeprefix("whims__"): spec.effect for spec in registry.specs(["whims__*"])}
    assert told == {
        "look": "read",
        "die_looking": "read",
        "die_doing": "effect",
        "always_dies": "effect",
        "hang": "effect",
        "fails": "effect",
        "learn": "effect",
    }
    listed, problems = registry.listed()
    assert {source for _, source in listed} == {"mcp whims"}
    assert problems == []


async def test_what_a_server_learns_can_be_called(servers: McpServers):
    assert await call(servers, "learn") == "learned"
    assert await call(servers, "learned") == "I know it now"
