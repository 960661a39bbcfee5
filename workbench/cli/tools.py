"""`tools list`, `mcp list` and `mcp test`: what agents may call, where it comes from, and what is wrong with it."""

from __future__ import annotations

import argparse
import json
from time import monotonic
from typing import TYPE_CHECKING, Any

from workbench.cli.house import House
from workbench.cli.output import aside, document, say, table
from workbench.errors import NotFound, ToolFailed

if TYPE_CHECKING:
    from workbench.tools.mcp.connection import Listing
    from workbench.tools.mcp.server import McpServer


def listed(args: argparse.Namespace) -> int:
    """Every tool there is; those of MCP servers, too, which are started for it."""
    with House(args.workspace) as house:
        tools, problems = house.tools.listed()
    if args.json:
        rows = [
            {
                "name": spec.name,
                "effect": spec.effect,
                "source": source,
                "description": spec.description,
                "timeout": spec.timeout,
                "parallel": spec.parallel,
                "person": spec.person,
                "parameters": json.loads(spec.parameters),
            }
            for spec, source in tools
        ]
        document({"tools": rows, "problems": problems})
        return 0
    table(
        ("tool", "effect", "from", "what it does"),
        [(spec.name, spec.effect, source, spec.description.partition("\n")[0]) for spec, source in tools],
    )
    for problem in problems:
        aside(problem)
    return 0


def servers(args: argparse.Namespace) -> int:
    """The MCP servers that `workbench.toml` names."""
    with House(args.workspace) as house:
        rows = [_row(server) for server in house.servers.servers.values()]
        if args.json:
            document({"servers": rows})
        elif rows:
            table(("server", "by", "where"), [(row["name"], row["by"], row["where"]) for row in rows])
        else:
            say(f"no MCP servers: a table [mcp.NAME] in {house.workspace.root / 'workbench.toml'} names one")
    return 0


def test_servers(args: argparse.Namespace) -> int:
    """Start servers and tell what they have; exit code 1 if one cannot be started."""
    rows: list[dict[str, Any]] = []
    with House(args.workspace) as house:
        known = house.servers.servers
        for name in args.names or known:
            if name not in known:
                there_are = ", ".join(known) or "none"
                raise NotFound(f"there is no MCP server {name!r} in workbench.toml; there are: {there_are}")
            rows.append(_tested(known[name]))
    if args.json:
        document({"servers": rows})
    for row in () if args.json else rows:
        _tell(row)
    return 1 if any(row["problem"] for row in rows) else 0


def _row(server: McpServer) -> dict[str, Any]:
    by = "stdio" if server.settings.command is not None else "http"
    return {"name": server.name, "by": by, "where": server.settings.where}


def _tested(server: McpServer) -> dict[str, Any]:
    row = _row(server) | {"problem": None}
    begun = monotonic()
    try:
        listing, tools = server.listing(), server.tools()
    except ToolFailed as failed:
        return row | {"problem": failed.message}
    has: dict[str, Any] = {
        "server": listing.server,
        "protocol": listing.protocol,
        "ms": round((monotonic() - begun) * 1000),
        "tools": [{"name": one.spec.name, "effect": one.spec.effect} for one in tools.values()],
    }
    return row | has | _beside(listing)


def _beside(listing: Listing) -> dict[str, Any]:
    return {
        "resources": [uri for uri, _, _ in (*listing.resources, *listing.templates)],
        "prompts": [name for name, _, _ in listing.prompts],
    }


def _tell(row: dict[str, Any]) -> None:
    if row["problem"]:
        say(f"✗ {row['name']}  {row['problem']}")
        return
    say(f"✓ {row['name']}  {row['server'] or row['where']}, protocol {row['protocol']}, {row['ms']} ms")
    for tool in row["tools"]:
        say(f"    {tool['name']}  {tool['effect']}")
    for what in ("resources", "prompts"):
        if row[what]:
            say(f"  {what}: {', '.join(row[what])}")
