"""`tools list`, `mcp list`, `mcp test`: what there is, where it comes from, and what is wrong with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.bench import Bench
from tests.tools.mcp.peers import own

OWN = """
from workbench import tool

@tool(effect="read", timeout=5, parallel=2)
def stock(part: str) -> int:
    '''How many of a part there are.

    More of it.
    '''
    return 3
"""


def table(server: dict[str, Any]) -> str:
    args = ", ".join(f'"{word}"' for word in server["args"])
    return f'command = "{server["command"]}"\nargs = [{args}]\n'


@pytest.mark.slow
def test_tools_of_files_stand_before_the_shipped_ones(bench: Bench):
    bench.write("tools/stock.py", OWN)
    bench.write("tools/bad.py", "x = (\n")
    document = bench.json("tools", "list")
    first = document["tools"][0]
    assert {name: first[name] for name in ("name", "effect", "source", "timeout", "parallel", "person")} == {
        "name": "stock", "effect": "read", "source": "tools/stock.py", "timeout": 5, "parallel": 2, "person": False,
    }  # fmt: skip
    assert first["parameters"]["required"] == ["part"]
    assert {row["source"] for row in document["tools"][1:]} == {"built in"}
    assert document["problems"] == ["tools/bad.py, line 1: SyntaxError: '(' was never closed"]
    shown = bench("tools")
    assert shown.out.splitlines()[2].split() == [
        "stock",
        "read",
        "tools/stock.py",
        *"How many of a part there are.".split(),
    ]
    assert shown.err == "tools/bad.py, line 1: SyntaxError: '(' was never closed\n"


def test_without_servers_it_is_said_how_to_name_one(bench: Bench):
    assert "a table [mcp.NAME]" in bench("mcp", "list").out
    assert bench.json("mcp", "list") == {"servers": []}
    problem = bench("mcp", "test", "time").sentence
    assert problem == "there is no MCP server 'time' in workbench.toml; there are: none"


@pytest.mark.slow
def test_servers_are_tried_one_by_one(bench: Bench, tmp_path: Path):
    pytest.importorskip("mcp", reason="MCP needs the extra: pip install 'workbench[mcp]'")
    bench.write("workbench.toml", f"[mcp.whims]\n{table(own(tmp_path))}[mcp.gone]\ncommand = 'no-such-program'\n")
    assert bench("mcp", "list").out.splitlines()[2].split() == [
        "whims",
        "stdio",
        sys.executable,
        *own(tmp_path)["args"],
    ]
    assert bench.json("mcp", "list")["servers"][1] == {"name": "gone", "by": "stdio", "where": "no-such-program"}
    result = bench("mcp", "test", "--json")
    assert result.code == 1
    whims, gone = result.document["servers"]
    assert whims["tools"][0] == {"name": "whims__look", "effect": "read"}
    assert (whims["problem"], whims["resources"], whims["prompts"]) == (None, [], [])
    assert "there is no program 'no-such-program'" in gone["problem"]
    shown = bench("mcp", "test").out
    assert "✓ whims  whims " in shown
    assert "    whims__look  read\n" in shown
    assert "✗ gone  the MCP server gone could not be started" in shown
    listed = bench.json("tools", "list")
    assert "mcp whims" in {row["source"] for row in listed["tools"]}
    assert len(listed["problems"]) == 1


def test_a_table_that_is_wrong_is_one_sentence(bench: Bench):
    bench.write("workbench.toml", "[mcp.time]\ncomand = 'x'\n")
    for words in (("tools", "list"), ("mcp", "list"), ("run", "support-desk", "--headless")):
        assert "workbench.toml: mcp.time.comand: there is no such field; did you" in bench(*words).sentence


@pytest.mark.slow
def test_another_tool_may_be_the_search(bench: Bench):
    bench.write(
        "tools/own.py", "from workbench import tool\n@tool(effect='read')\ndef find(query: str) -> str: return ''\n"
    )
    bench.write("workbench.toml", "[tools]\nweb_search = 'find'\n")
    search = next(row for row in bench.json("tools", "list")["tools"] if row["name"] == "web_search")
    assert search["source"] == "tools/own.py"
    bench.write("workbench.toml", "[tools]\nweb_search = 'nobody__finds'\n")
    assert "no tool named 'nobody__finds'" in bench("tools", "list").sentence
