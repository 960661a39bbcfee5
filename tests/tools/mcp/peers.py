"""MCP servers for tests: one of our own whose every whim can be ordered, and the real ones that are installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

OWN = """
import asyncio, os, sys, time
from pathlib import Path

import mcp_types as types
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError

place = Path(sys.argv[1])
server = MCPServer("whims")
print("at your service", file=sys.stderr, flush=True)
(place / "pids").open("a").write(f"{os.getpid()}\\n")


@server.tool(annotations=types.ToolAnnotations(read_only_hint=True))
def look(word: str) -> str:
    return f"you said {word}"


@server.tool(annotations=types.ToolAnnotations(read_only_hint=True))
def die_looking() -> str:
    first = not (place / "died").exists()
    (place / "died").write_text("once")
    if first:
        os._exit(3)
    return "alive again"


@server.tool()
def die_doing() -> str:
    (place / "deeds").open("a").write("done\\n")
    os._exit(3)


@server.tool()
def always_dies() -> str:
    os._exit(3)


@server.tool()
async def hang(context: Context) -> str:
    await context.report_progress(1, 4, "a quarter")
    try:
        await asyncio.Event().wait()
    except BaseException:
        (place / "cancelled").write_text("yes")
        raise
    return "never"


@server.tool()
def fails() -> str:
    raise ToolError("no such thing")


@server.tool()
def learn() -> str:
    def learned() -> str:
        return "I know it now"

    server.add_tool(learned)
    return "learned"


server.run()
"""


def own(tmp_path: Path) -> dict[str, Any]:
    """The table of a server of our own that leaves its traces in `tmp_path`."""
    script = tmp_path / "whims.py"
    script.write_text(OWN)
    return {"command": sys.executable, "args": [str(script), str(tmp_path)]}


def python_server(name: str) -> str:
    """The path of a server that is written in Python."""
    path = Path(sys.executable).parent / name
    if not path.is_file():
        pytest.skip(f"{name} is not installed")
    return str(path)


def node_server(name: str) -> str:
    """The path of a server that is written in JavaScript."""
    folder = os.environ.get("WORKBENCH_MCP_NODE")
    if not folder or not (Path(folder) / name).is_file():
        pytest.skip(f"{name} is not here: set WORKBENCH_MCP_NODE to the folder of the Node servers' programs")
    return str(Path(folder) / name)
