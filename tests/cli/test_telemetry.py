"""A run is sent to a collector while it goes on, and exported whole afterwards: both are the same spans."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.cli.bench import Bench

pytest.importorskip("opentelemetry.sdk", reason="telemetry needs the extra: pip install 'workbench[otel]'")

from google.protobuf.json_format import ParseDict

from tests.cli.collector import collecting

ONE = """
name: one
title: One
persona: assistant
tools: [calculator]
user: [What is 6 times 7?]
script:
  - calls: [{tool: calculator, args: {expression: 6 * 7}}]
  - say: It is 42.
"""


def told(span: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, str(pair.value.WhichOneof("value"))) for pair in span.attributes}


@pytest.mark.slow
def test_a_run_is_read_back_from_the_collector_and_is_what_is_exported(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLLECTOR_TOKEN", "a-token-that-nobody-sees")
    bench.write("scenarios/one.yaml", ONE)
    with collecting() as collector:
        bench.write(
            "workbench.toml",
            f'[telemetry]\nendpoint = "http://127.0.0.1:{collector.port}"\ncontent = true\n'
            'headers = { Authorization = "Bearer ${COLLECTOR_TOKEN}" }\n',
        )
        session = bench.run("one")
    assert set(collector.paths) == {"/v1/traces"}
    assert collector.headers[0]["authorization"] == "Bearer a-token-that-nobody-sees"
    names = [span.name for span in collector.spans]
    assert names == [
        "chat one",
        "execute_tool calculator",
        "chat one",
        "invoke_agent agent",
        "invoke_workflow one",
    ]
    tool = told(collector.spans[1])
    assert tool["gen_ai.operation.name"] == "execute_tool"
    assert tool["gen_ai.tool.call.result"] == "42"
    assert tool["gen_ai.conversation.id"] == session
    resource = {
        pair.key: pair.value.string_value for pair in collector.requests[0].resource_spans[0].resource.attributes
    }
    assert resource["service.name"] == "workbench"

    exported = json.loads(bench("sessions", "export", session, "--format", "otel").out)
    for span in exported["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for field in ("traceId", "spanId", "parentSpanId"):  # protobuf's own JSON has bytes in base64, OTLP's in hex
            if field in span:
                span[field] = base64.b64encode(bytes.fromhex(span[field])).decode()
    read = ParseDict(exported, type(collector.requests[0])())
    both = [read.resource_spans[0].scope_spans[0].spans, collector.spans]
    ours, theirs = ({span.span_id: span for span in spans} for spans in both)
    assert ours.keys() == theirs.keys()
    for key, span in ours.items():
        assert told(span).keys() == told(theirs[key]).keys()
        for field in ("name", "trace_id", "parent_span_id", "start_time_unix_nano", "end_time_unix_nano", "kind"):
            assert getattr(span, field) == getattr(theirs[key], field), (span.name, field)


@pytest.mark.slow
def test_by_default_nothing_that_was_said_is_sent(bench: Bench):
    bench.write("scenarios/one.yaml", ONE)
    with collecting() as collector:
        bench.write("workbench.toml", f'[telemetry]\nendpoint = "http://127.0.0.1:{collector.port}/own/path"\n')
        bench.run("one")
    assert set(collector.paths) == {"/own/path"}
    assert not [name for span in collector.spans for name in told(span) if "messages" in name or "arguments" in name]


@pytest.mark.slow
def test_a_failed_call_and_a_run_that_goes_on_later_are_sent_once(bench: Bench):
    bench.write("scenarios/one.yaml", ONE.replace("user:", "budget: {tool_calls: 0, at: pause}\nuser:"))
    with collecting() as collector:
        bench.write("workbench.toml", f'[telemetry]\nendpoint = "http://127.0.0.1:{collector.port}"\n')
        session = bench.run("one", code=6)
        assert [span.name for span in collector.spans] == ["chat one"], "the rest is not over"
        assert bench("resume", session, "--headless", "--max-tool-calls", "5").code == 0
    names = [span.name for span in collector.spans]
    assert sorted(names) == [
        "chat one",
        "chat one",
        "execute_tool calculator",
        "invoke_agent agent",
        "invoke_workflow one",
    ]
    assert len({span.trace_id for span in collector.spans}) == 1


@pytest.mark.slow
def test_a_collector_that_refuses_costs_a_remark(bench: Bench):
    bench.write("scenarios/one.yaml", ONE)
    with collecting(400) as collector:
        bench.write("workbench.toml", f'[telemetry]\nendpoint = "http://127.0.0.1:{collector.port}"\n')
        result = bench("run", "one", "--headless")
    assert result.code == 0
    assert f"telemetry: 5 spans could not be sent to http://127.0.0.1:{collector.port}/v1/traces" in result.err


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("telemetry = 5", "telemetry: should be a table, [telemetry]"),
        ("[telemetry]", "telemetry.endpoint: is missing"),
        ('[telemetry]\nendpoint = "collector"', "telemetry.endpoint: should be a whole http or https address"),
        ('[telemetry]\nendpoint = "http://h"\nport = 5', "telemetry.port: there is no such field"),
    ],
)
def test_what_is_wrong_in_the_table_is_named(bench: Bench, table: str, problem: str):
    bench.write("scenarios/one.yaml", ONE)
    bench.write("workbench.toml", table + "\n")
    result = bench("run", "one", "--headless")
    assert (result.code, problem in result.err) == (2, True), result.err
