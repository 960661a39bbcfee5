"""Real servers: what they have is listed, called and read as they say it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tools.mcp.peers import node_server, python_server
from tests.tools.mcp.test_starting import free_port
from workbench.context import RunContext
from workbench.errors import ToolFailed
from workbench.events.messages import ToolOutcome
from workbench.tools.mcp.server import McpServers
from workbench.tools.mcp.settings import read_servers
from workbench.tools.registry import Registry

pytest.importorskip("mcp", reason="MCP needs the extra: pip install 'workbench[mcp]'")

pytestmark = pytest.mark.slow


class Peer:
    """One server, called by its own tools' names."""

    def __init__(self, folder: Path, **table: object) -> None:
        self.servers = McpServers(read_servers({"peer": table}, folder / "workbench.toml"))
        self.registry = Registry(more=[self.servers])
        self.told: list[str] = []

    async def __call__(self, tool: str, **arguments: Any) -> ToolOutcome:
        context = RunContext(None, progress=self.told.append)
        return await self.registry.call(f"peer__{tool}", json.dumps(arguments), context)

    @property
    def effects(self) -> dict[str, str]:
        return {spec.name.removeprefix("peer__"): spec.effect for spec in self.registry.specs()}


@pytest.fixture
def peers(tmp_path: Path) -> Iterator[list[Peer]]:
    """Those that the test puts here are closed after it."""
    made: list[Peer] = []
    yield made
    for peer in made:
        peer.servers.close()


async def test_time(peers: list[Peer], tmp_path: Path):
    peers.append(peer := Peer(tmp_path, command=python_server("mcp-server-time")))
    assert peer.effects == {"get_current_time": "read", "convert_time": "read"}
    answer = await peer("convert_time", source_timezone="Asia/Tokyo", time="09:30", target_timezone="Europe/Berlin")
    assert answer.data is not None
    assert "09:30" in json.loads(answer.data)["source"]["datetime"]
    with pytest.raises(ToolFailed, match="Invalid timezone"):
        await peer("get_current_time", timezone="Nowhere")


async def test_git(peers: list[Peer], tmp_path: Path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "new.txt").write_text("new\n")
    peers.append(peer := Peer(tmp_path, command=python_server("mcp-server-git"), args=["--repository", "."]))
    assert {"git_status", "git_commit"} <= peer.effects.keys()
    assert (peer.effects["git_status"], peer.effects["git_commit"]) == ("read", "effect")
    assert "new.txt" in (await peer("git_status", repo_path=str(tmp_path))).content
    with pytest.raises(ToolFailed):
        await peer("git_log", repo_path=str(tmp_path / "nowhere"))


async def _everything(peer: Peer) -> None:
    assert (await peer("echo", message="hi")).content == "Echo: hi"
    (image,) = (await peer("get-tiny-image")).media
    assert (image.kind, image.mime, image.data[:6]) == ("image", "image/png", "iVBORw")
    structured = await peer("get-structured-content", location="New York")
    assert structured.data is not None
    assert json.loads(structured.data)["conditions"] == "Cloudy"
    assert "features.md" in peer.registry.specs(["peer__read_resource"])[0].description
    assert (
        "# Everything Server"
        in (await peer("read_resource", uri="demo://resource/static/document/features.md")).content
    )
    assert (await peer("get_prompt", name="args-prompt", arguments={"city": "Bonn"})).content == (
        "user: What's weather in Bonn?"
    )
    await peer("trigger-long-running-operation", duration=0.01, steps=2)
    assert peer.told == ["1 of 2", "2 of 2"]
    with pytest.raises(ToolFailed, match="expected string"):
        await peer("echo", message=5)


async def test_everything_over_stdio(peers: list[Peer], tmp_path: Path):
    peers.append(peer := Peer(tmp_path, command=node_server("mcp-server-everything")))
    await _everything(peer)


async def test_everything_over_http(peers: list[Peer], tmp_path: Path):
    port = free_port()
    process = subprocess.Popen(
        [node_server("mcp-server-everything"), "streamableHttp"],
        env=os.environ | {"PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if b"listening on port" in line:
                break
        peers.append(peer := Peer(tmp_path, url=f"http://127.0.0.1:{port}/mcp", headers={"X-Key": "a word"}))
        await _everything(peer)
    finally:
        process.kill()
        process.stderr.close()
        process.wait()
    for _ in range(2):
        with pytest.raises(ToolFailed, match=r"no connection to http://127\.0\.0\.1:"):
            await peer("echo", message="hi")


async def test_filesystem(peers: list[Peer], tmp_path: Path):
    (tmp_path / "day.txt").write_text("it rained")
    peers.append(peer := Peer(tmp_path, command=node_server("mcp-server-filesystem"), args=["."]))
    assert peer.effects["read_text_file"] == "read"
    assert peer.effects["move_file"] == "effect"
    assert (await peer("read_text_file", path=str(tmp_path / "day.txt"))).content == "it rained"
    with pytest.raises(ToolFailed, match="Access denied"):
        await peer("read_text_file", path="/etc/hostname")
