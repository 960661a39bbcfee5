"""Types end to end, judged by pyright: what is right passes in strict mode, and what is wrong is an error there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

HEAD = """
from dataclasses import dataclass
from workbench import Agent, RunContext

@dataclass
class Shop:
    name: str

agent = Agent("openai:gpt-5-mini", deps_type=Shop, store=None)

@agent.tool
def find(ctx: RunContext[Shop], order: str) -> str:
    return ctx.deps.name + order
"""
WRONG = {
    "deps of another type": 'agent.run_sync("hi", deps=3)',
    "a tool with another context": "@agent.tool\ndef other(ctx: RunContext[int]) -> str:\n    return str(ctx.deps)",
    "a field that deps lack": "@agent.tool\ndef other(ctx: RunContext[Shop]) -> str:\n    return ctx.deps.adress",
    "an output that is text": 'number: int = agent.run_sync("hi", deps=Shop("x")).output\nprint(number)',
    "a tool with another context, from elsewhere": "def other(ctx: RunContext[int]) -> str: ...\nagent.tool(other)",
    "an output of two types": 'number: int = Agent("x:y", output_type=int | str).run_sync("").output\nprint(number)',
    "an output type that is none": 'Agent("openai:gpt-5-mini", output_type=5)',
    "deps where there are none": 'Agent("openai:gpt-5-mini").run_sync("hi", deps=Shop("x"))',
}
RIGHT = {
    "text": 'text: str = agent.run_sync("hi", deps=Shop("x")).output\nprint(text)',
    "one of two types": 'print(Agent("x:y", output_type=int | None).run_sync("?").output or 0 + 1)',
    "a list": 'names: list[str] = Agent("x:y", output_type=list[str]).run_sync("?").output\nprint(names)',
    "the tool is still a function": "def use(ctx: RunContext[Shop]) -> str:\n    return find(ctx, order='A')",
}


def complaints(folder: Path, snippets: dict[str, str]) -> dict[str, list[str]]:
    """What pyright says of each snippet behind the head, in strict mode."""
    for place, text in enumerate(snippets.values()):
        (folder / f"snippet_{place}.py").write_text(HEAD + text + "\n", encoding="utf-8")
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}', encoding="utf-8")
    pyright = Path(sys.executable).with_name("pyright")
    done = subprocess.run(
        [pyright, "--outputjson", "--pythonpath", sys.executable, "-p", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    said: dict[str, list[str]] = {name: [] for name in snippets}
    for one in json.loads(done.stdout)["generalDiagnostics"]:
        place = int(Path(one["file"]).stem.removeprefix("snippet_"))
        said[list(snippets)[place]].append(one["message"])
    return said


def test_wrong_types_are_errors_and_right_ones_are_none(tmp_path: Path) -> None:
    said = complaints(tmp_path, WRONG | RIGHT)
    assert [name for name in WRONG if not said[name]] == []
    assert {name: said[name] for name in RIGHT if said[name]} == {}
