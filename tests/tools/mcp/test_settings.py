"""What `workbench.toml` may say of MCP servers, and what is said of what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import BadFile
from workbench.tools.mcp.settings import read_servers

FILE = Path("/somewhere/workbench.toml")


def test_a_command_starts_in_the_workspace_unless_it_says_where():
    servers = read_servers({"a": {"command": "x", "args": ["-v"]}, "b": {"command": "x", "cwd": "sub"}}, FILE)
    assert {name: str(folder) for name, (_, folder) in servers.items()} == {"a": "/somewhere", "b": "/somewhere/sub"}
    assert servers["a"][0].where == "x -v"
    assert read_servers(None, FILE) == {}


def test_what_may_be_secret_in_an_address_is_not_shown():
    ((settings, _),) = read_servers({"a": {"url": "https://example.com/mcp?key=1"}}, FILE).values()
    assert settings.where == "https://example.com/mcp"


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ([], "mcp: should be tables, one for each server, such as [mcp.time]"),
        ({"a__b": {"command": "x"}}, "mcp.a__b: cannot name a server"),
        ({"a": 5}, "mcp.a: should be a table, [mcp.a]"),
        ({"a": {}}, "mcp.a: needs either a command or a url"),
        ({"a": {"command": "x", "url": "http://h/"}}, "mcp.a: needs either a command or a url"),
        ({"a": {"url": "ftp://h/"}}, "mcp.a.url: should be a whole http or https address"),
        ({"a": {"url": "http://h/", "args": ["x"]}}, "mcp.a: args, env and cwd belong to a command, not to a url"),
        ({"a": {"command": "x", "headers": {"k": "v"}}}, "mcp.a: headers belong to a url, not to a command"),
        ({"a": {"command": "x", "timeout": 0}}, "mcp.a.timeout: should be greater than 0"),
        ({"a": {"command": "x", "effect": "none"}}, "mcp.a.effect: should be 'read', 'idempotent' or 'effect'"),
        ({"a": {"comand": "x"}}, "mcp.a.comand: there is no such field; did you mean 'command'?"),
    ],
)
def test_what_is_wrong_is_named(table: object, told: str):
    with pytest.raises(BadFile) as wrong:
        read_servers(table, FILE)
    assert str(wrong.value).startswith(f"{FILE}: {told}")
