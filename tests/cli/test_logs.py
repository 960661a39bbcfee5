"""`--log-json`: each event is a line that programs read, and no key is in any."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.bench import Bench

SAYS_A_KEY = """
name: keys
title: Keys
persona: assistant
tools: [calculator]
user: [Say it.]
script:
  - calls: [{tool: calculator, args: {expression: "sk-ant-aaaaaaaaaaaaaaaaaaaaaaaa"}}]
  - say: It is sk-ant-aaaaaaaaaaaaaaaaaaaaaaaa.
"""


@pytest.fixture(autouse=True)
def no_log_is_left() -> Iterator[None]:
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    for handler in [one for one in root.handlers if one not in before]:
        root.removeHandler(handler)
        handler.close()


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("behind", [True, False])
def test_each_event_is_a_line(bench: Bench, tmp_path: Path, behind: bool):
    path = tmp_path / "log.jsonl"
    words = ("run", "support-desk", "--headless", "--json")
    said = ("--log-json", str(path))
    result = bench(*words, *said) if behind else bench(*said, *words)
    assert result.code == 0
    told = [line for line in lines(path) if line["logger"] == "workbench.run"]
    session = result.document["session"]
    exported = bench("sessions", "export", session, "--format", "jsonl").out.splitlines()[2:]
    assert [line["seq"] for line in told] == list(range(2, len(exported) + 2)), (
        "the start is recorded before anybody can follow"
    )
    first = next(line for line in told if line["event"] == "tool_called")
    assert {name: first[name] for name in ("level", "session", "branch", "actor", "by", "tool", "effect")} == {
        "level": "info",
        "session": session,
        "branch": "main",
        "actor": "agent",
        "by": "engine",
        "tool": "find_order",
        "effect": "read",
    }
    answer = next(line for line in told if line["event"] == "model_answered")
    assert answer["time"].endswith("Z")
    assert {"ms", "finish", "input", "output"} <= answer.keys()


@pytest.mark.slow
def test_keys_are_struck_out_and_stderr_will_do(bench: Bench):
    bench.write("scenarios/keys.yaml", SAYS_A_KEY)
    result = bench.process("run", "keys", "--headless", "--log-json", "-")
    assert result.code == 0
    told = [json.loads(line) for line in result.err.splitlines() if line.startswith("{")]
    assert [line["level"] for line in told if line["event"] == "call_failed"] == ["warning"]
    assert "aaaaaaaa" not in result.err


def test_a_file_that_cannot_be_written(bench: Bench, tmp_path: Path):
    problem = bench("--log-json", str(tmp_path / "no" / "log"), "sessions", "list").sentence
    assert problem == f"--log-json {tmp_path / 'no' / 'log'}: cannot be written: No such file or directory"


def test_what_a_library_has_to_say_stands_there_too(bench: Bench, tmp_path: Path):
    path = tmp_path / "log.jsonl"
    assert bench("--log-json", str(path), "sessions", "list").code == 0
    try:
        raise ValueError("sk-ant-aaaaaaaaaaaaaaaaaaaaaaaa")
    except ValueError:
        logging.getLogger("somebody").exception("it broke")
    (line,) = lines(path)
    assert (line["level"], line["event"]) == ("error", "it broke")
    assert line["exception"] == "ValueError: [redacted]"
