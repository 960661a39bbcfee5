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


_ANSWERS = """
import json, sys
started = dict(capabilities=dict(tools=dict()), serverInfo=dict(name="odd", version="1"))
for line in sys.stdin:
    asked = json.loads(line)
    if asked["method"] == "initialize":
        result = started | dict(protocolVersion=asked["params"]["protocolVersion"])
    else:
        result = {result}
    print(json.dumps(dict(jsonrpc="2.0", id=asked.get("id", 0), result=result)), flush=True)
"""


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"command": "no-such-program"}, "there is no program 'no-such-program'"),
        (python("import sys; sys.exit('out of paper')"), "it ended before it answered; it last said: out of paper"),
        (python("input(); input()") | {"timeout": 0.2}, "it did not answer within 0.2 s"),
        ({"url": f"http://127.0.0.1:{free_port()}/mcp?key=secret"}, "no connection to http://127.0.0.1:"),
        (
            python(_ANSWERS.format(result={"tools": [{"name": "tool"}]})),
            "it answered with what is not in the form of the protocol (tools: 0: inputSchema: Field required)",
        ),
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


async def test_a_result_that_is_none_is_a_failure_of_the_call(tmp_path: Path):
    has = 'dict(tools=[dict(name="tool", inputSchema=dict(type="object"))])'
    table = python(_ANSWERS.format(result=f'{has} if asked["method"] == "tools/list" else dict(content="no")'))
    servers = McpServers(read_servers({"odd": table}, tmp_path / "workbench.toml"))
    try:
        with pytest.raises(ToolFailed, match="the MCP server odd answered with what is not in the form") as failed:
            await Registry(more=[servers]).call("odd__tool", "{}", RunContext(None))
        assert failed.value.type == "bad_result"
    finally:
        servers.close()
