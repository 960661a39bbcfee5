"""Traces: a run as cycles, the published schema, and what is wrong with a trace that is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.playbook import agent, answered, asked, called, failed, read, returned, started, story
from workbench.cli.invoke import invoke
from workbench.events import ActorSpec, Call, Event, OutputRejected, Price, Recast, Signature, Usage
from workbench.exchange.trace import cycles, export_trace
from workbench.exchange.trace_check import check_trace, schema_text

ROOT = Path(__file__).resolve().parents[2]
DIGEST = "a" * 64


def spoke(**more: Any) -> ActorSpec:
    return agent(persona=Signature(name="clerk", digest=DIGEST), **more)


def run() -> list[Event]:
    """Two calls, one of which fails; a failed attempt; an output that is rejected, and one that counts."""
    priced = spoke().model_copy(update={"price": Price(input="1", output="2", source="list")})
    return story(
        started(spoke()),
        asked(),
        answered("agent.1", "I look", Call(name="lookup", arguments='{"a":1}'), Call(name="charge")),
        called("agent.1.1", "lookup", effect="read", arguments='{"a":1}'),
        returned("agent.1.1", "found"),
        failed("agent.1.2", "unknown_tool", "no such tool"),
        Recast(spec=priced),
        asked("agent.2"),
        failed("agent.2", "overloaded", "busy"),
        asked("agent.2", attempt=2),
        answered("agent.2", "3", usage=Usage(input=1_000_000, output=500_000)),
        OutputRejected(call="agent.2", message="no"),
        asked("agent.3"),
        answered("agent.3", "three"),
        read("agent.3", "three"),
        asked("agent.4"),
        failed("agent.4", "timeout", "late"),
    )


def test_what_is_free_costs_nothing_also_where_nobody_counts() -> None:
    unpriced = Recast(spec=agent().model_copy(update={"price": None}))
    told = answered(usage=Usage()), unpriced, asked("agent.2"), answered("agent.2", usage=Usage())
    events = story(started(), asked(), *told)
    assert [(one.plan.input_tokens, one.plan.cost) for one in cycles(events, session="s", branch="main")] == [
        (None, "0"), (None, None)
    ]  # fmt: skip


def test_a_run_is_cycles_of_plan_act_and_react() -> None:
    first, second, third, fourth = cycles(run(), session="s", branch="main")
    assert [(act.tool, act.arguments, act.effect) for act in first.act] == [
        ("lookup", '{"a":1}', "read"), ("charge", "{}", None)
    ]  # fmt: skip
    assert [(one.call, one.result, one.failed, one.error) for one in first.react] == [
        ("agent.1.1", "found", False, None), ("agent.1.2", "no such tool", True, "unknown_tool")
    ]  # fmt: skip
    assert (first.plan.text, first.plan.cost, first.output) == ("I look", "0", None)
    assert (second.plan.attempts, second.plan.error, second.plan.cost) == (2, None, "2")
    assert [(one.result, one.error) for one in second.react] == [("no", "invalid_output")]
    assert third.output is not None
    assert (third.output.text, third.react) == ("three", [])
    assert (fourth.plan.error, fourth.output) == ("timeout: late", None)
    assert first.persona is not None
    assert (first.persona.name, first.persona.digest) == ("clerk", DIGEST)
    assert [cycle.cycle for cycle in (first, second, third, fourth)] == [1, 2, 3, 4]


def test_lines_keep_the_published_schema() -> None:
    published = json.loads((ROOT / "docs" / "trace.schema.json").read_text(encoding="utf-8"))
    lines = list(export_trace(run(), session="s", branch="main"))
    assert len(lines) == 4
    for line in lines:
        jsonschema.validate(json.loads(line), published)
    assert check_trace(lines, {"clerk": DIGEST}.get) == (4, [])


def test_the_schema_that_is_checked_in_is_up_to_date() -> None:
    remedy = "write it anew with: workbench trace schema --out docs/trace.schema.json"
    assert (ROOT / "docs" / "trace.schema.json").read_text(encoding="utf-8") == schema_text(), remedy


def test_what_is_wrong_is_said_by_line() -> None:
    lines = list(export_trace(run(), session="s", branch="main"))
    broken = json.loads(lines[1])
    broken["react"][0]["call"] = "agent.9"
    count, faults = check_trace(
        [lines[0], "", json.dumps(broken), "{", '{"v": 2, "cycle": 0, "at": 1, "ms": 0}', lines[0]], lambda name: None
    )
    assert count == 5
    assert [fault.line for fault in faults] == [1, 3, 4, 5, 6]
    told = " | ".join(fault.problem for fault in faults)
    for words in (
        "there is no persona 'clerk' here", "react names the call 'agent.9'", "Invalid JSON", "more", "comes after 2"
    ):  # fmt: skip
        assert words in told
    changed = check_trace(lines, lambda name: "b" * 64)[1]
    assert [fault.problem for fault in changed] == [
        "the signature of persona 'clerk' does not match: it has changed since"
    ]


@pytest.mark.slow
def test_a_session_is_exported_and_its_trace_validates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORKBENCH_WORKSPACE", str(tmp_path))
    trace = tmp_path / "run.trace.jsonl"
    assert invoke(["run", "support-desk", "--headless"]) == 0
    assert invoke(["sessions", "export", "last", "--format", "trace", "--out", str(trace)]) == 0
    capsys.readouterr()
    assert invoke(["trace", "validate", str(trace), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["faults"] == []
    assert told["cycles"] == len(trace.read_text(encoding="utf-8").splitlines()) > 2
    text = trace.read_text(encoding="utf-8")
    digest = json.loads(text.splitlines()[0])["persona"]["digest"]
    trace.write_text(text.replace(digest, "0" * 64), encoding="utf-8")
    assert invoke(["trace", "validate", str(trace)]) == 1
    assert "does not match: it has changed since" in capsys.readouterr().out
    assert invoke(["trace", "validate", str(tmp_path / "none")]) == 2
    (tmp_path / "empty").write_text("\n \n")
    assert invoke(["trace", "validate", str(tmp_path / "empty")]) == 2
    assert "empty: is empty, so it is no trace" in capsys.readouterr().err
    (tmp_path / "latin").write_bytes(b"\xff")
    assert invoke(["trace", "validate", str(tmp_path / "latin")]) == 2
    assert invoke(["trace", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Cycle"
