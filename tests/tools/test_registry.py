"""The registry finds tools by name, near name and alias; the shipped set is complete and light."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbench.context import RunContext
from workbench.errors import NotFound, ToolFailed, UsedWrongly
from workbench.events.messages import Toolbox, ToolOutcome
from workbench.tools.file_tools import FileTools
from workbench.tools.function_tool import tool
from workbench.tools.registry import ALIASES, Registry
from workbench.tools.standard import standard_registry

CONTEXT = RunContext(None)


@tool(effect="read", inline=True)
def double(x: int) -> int:
    """Double it."""
    return 2 * x


async def test_call_and_specs() -> None:
    def plain() -> str:
        return "plain"

    registry = Registry([double])
    registry.add(plain)
    toolbox: Toolbox = registry
    assert await toolbox.call("double", '{"x": 4}', CONTEXT) == ToolOutcome("8", "8")
    assert registry.names == ("double", "plain")
    assert [(spec.name, spec.effect) for spec in registry.specs()] == [("double", "read"), ("plain", "effect")]
    assert [spec.name for spec in registry.specs(["plain", "double", "plain"])] == ["plain", "double"]


async def test_unknown_names() -> None:
    registry = Registry([double])
    with pytest.raises(ToolFailed, match=r"no tool named 'duoble'; did you mean double[?] there are: double") as caught:
        await registry.call("duoble", "{}", CONTEXT)
    assert caught.value.type == "unknown_tool"
    with pytest.raises(NotFound, match="no tool named 'xyz'; there are: double"):
        registry.specs(["xyz"])
    with pytest.raises(ToolFailed) as caught:
        await registry.call("q" * 100_000, "{}", CONTEXT)
    assert len(caught.value.message) < 200
    with pytest.raises(NotFound, match="there are: none"):
        Registry().specs(["x"])


def test_a_tool_that_is_not_here_is_said_so_until_it_is(tmp_path: Path) -> None:
    registry = Registry([double], first=[FileTools(tmp_path)])
    assert registry.lacks("double") == ""
    assert registry.lacks("triple").startswith("it is not at hand here: answer in its place (r, or return RESULT)")
    file = tmp_path / "thrice.py"
    file.write_text("oops")
    assert registry.lacks("triple").startswith("it is not at hand here (")
    assert "thrice.py, line 1: NameError" in registry.lacks("triple")
    file.write_text(
        "from workbench import tool\n\n\n@tool(effect='read')\ndef triple(x: int) -> int:\n    return 3 * x\n"
    )
    assert registry.lacks("triple") == ""


def test_a_name_is_taken_once() -> None:
    with pytest.raises(UsedWrongly, match="already"):
        Registry([double, double])


def test_aliases_lead_to_shipped_tools() -> None:
    registry = standard_registry()
    told = registry.specs(ALIASES)
    assert [spec.name for spec in told] == list(ALIASES), "the model knows them by the name they were asked for"
    assert [spec.description for spec in told] == [spec.description for spec in registry.specs(ALIASES.values())]
    assert set(ALIASES) < set(registry.accepted)
    assert Registry().find("file_read") is None
    assert Registry().accepted == ()


@pytest.mark.parametrize("name", ["python", "shell"])
def test_what_is_absent_says_why(name: str) -> None:
    with pytest.raises(NotFound, match=f"there is no tool {name}: .* sandbox"):
        standard_registry().specs([name])


def test_every_shipped_tool_is_told_in_full() -> None:
    for spec in standard_registry().specs():
        assert spec.description, spec.name
        schema: dict[str, Any] = json.loads(spec.parameters)
        assert schema["additionalProperties"] is False
        for name, told in schema["properties"].items():
            assert told.get("description") or spec.name in UNDESCRIBED, f"{spec.name}.{name}"


UNDESCRIBED = {"http_request"}
"""Tools with a parameter whose name says it all (`method`)."""


@pytest.mark.slow
def test_the_shipped_tools_load_nothing_heavy() -> None:
    code = (
        "import sys; from workbench.tools.standard import standard_registry as r; r();"
        "print([m for m in ('httpx', 'openai', 'ollama', 'sqlite_utils', 'textual', 'rich') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
