"""Servers that cannot be started or reached say why, and the others serve."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from workbench.context import RunContext
from workbench.errors import ToolFailed
from workbench.tools.mcp.server import McpServers
from workbench.tools.mcp.settings import read_servers
from workbench.tools.registry import Registry

pytest.importorskip("mcp", reason="MCP needs the extra: pip install 'workbench[mcp]'")

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def python(code: str) -> dict[str, Any]:
    return {"command": sys.executable, "args": ["-c", code]}


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"command": "no-such-program"}, "there is no program 'no-such-program'"),
        (python("import sys; sys.exit('out of paper')"), "it ended before it answered; it last said: out of paper"),
        (python("input(); input()") | {"timeout": 0.2}, "it did not answer within 0.2 s"),
        ({"url": f"http://127.0.0.1:{free_port()}/mcp?key=secret"}, "no connection to http://127.0.0.1:"),
        ({"command": "x", "env": {"A": "${NO_SUCH_VARIABLE}"}}, "the environment variable NO_SUCH_VARIABLE is not set"),
    ],
)
async def test_why_it_is_not_there(table: dict[str, Any], why: str, tmp_path: Path):
    servers = McpServers(read_servers({"odd": table}, tmp_path / "workbench.toml"))
    try:
        with pytest.raises(ToolFailed, match="the MCP server odd could not be started: ") as failed:
            await Registry(more=[servers]).call("odd__tool", "{}", RunContext(None))
        assert failed.value.type == "server_failed"
        assert why in failed.value.message
        assert "secret" not in failed.value.message
        _, problems = Registry(more=[servers]).listed()
        assert len(problems) == 1
    finally:
        servers.close()
