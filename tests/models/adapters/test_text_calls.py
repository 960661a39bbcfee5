"""Calls that a model wrote as text are found in the ways that models have; none is invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.asking import WEATHER, ask, request
from tests.models.loopback import NDJSON, Reply, ndjson, serving, sse
from workbench.events import Call
from workbench.models.adapters.text_calls import calls_in
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS
from workbench.models.providers import adapter

NAMES = ("look", "add")
LOOK = [{"name": "look", "arguments": {"q": "x"}}]


def found(text: str, names: tuple[str, ...] | set[str] = NAMES) -> list[dict[str, Any]]:
    return [{"name": call.name, "arguments": json.loads(call.arguments)} for call in calls_in(text, names)[0]]


@pytest.mark.parametrize(
    "text",
    [
        'Let me see. <tool_call>{"name": "look", "arguments": {"q": "x"}}</tool_call>',
        '<tool_call>\n{"name": "look", "arguments": "{\\"q\\": \\"x\\"}"}',
        '[TOOL_CALLS] [{"name": "look", "arguments": {"q": "x"}}]',
        '<|python_tag|>{"name": "look", "parameters": {"q": "x"}}<|eom_id|>',
        '<function=look>{"q": "x"}</function>',
        '```json\n{"tool": "look", "q": "x"}\n```',
        '```tool_code\nprint(look(q="x"))\n```',
        "```tool_code\nlook(q='x')\n```",
        'I will look.\n{"function": {"name": "look", "arguments": {"q": "x"}}}',
        '{"tool_call": {"action": "look", "args": {"q": "x"}}}',
    ],
)
def test_a_call_is_found_in_every_form(text: str):
    assert found(text) == LOOK


@pytest.mark.parametrize(
    "text",
    [
        "I could look(q='x') for you.",
        'As an example, {"name": "look", "arguments": {"q": "x"}} would look.',
        '{"name": "look", "arguments": {"q": "x"}} is how one looks.',
        '{"name": "jeff"}\n{"name": "look", "arguments": {}}',
        '{"name": "search", "arguments": {"look": 1}}',
        '<tool_call>{"name": "look", "arguments": ["x"]}</tool_call>',
        '<tool_call>{"name": "look", "arguments": "no json"}</tool_call>',
        '<tool_call>{"name": "look"',
        '<tool_call>look at this: {"name": "look", "arguments": {}}</tool_call>',
        "```python\nlook('x')\n```",
        "```python\nlook(q=x)\n```",
        "```python\nlook(**{'q': 1})\n```",
        "```python\nq = look(q=1)\n```",
        "```python\nlook = \n```",
        "look " * 30_000,
        "",
    ],
)
def test_none_is_invented(text: str):
    assert calls_in(text, NAMES) == ((), text)


@given(st.text(), st.sampled_from(NAMES))
def test_words_around_a_name_are_no_call(words: str, name: str):
    text = f"{words} {name} {words}"
    calls, rest = calls_in(text, NAMES)
    assert rest == text or calls
    assert all(call.name in NAMES for call in calls)


def test_several_calls_and_the_words_before_them():
    text = 'Two. <tool_call>{"name":"look","arguments":{}}</tool_call><tool_call>{"name":"add","arguments":{"a":1}}'
    assert calls_in(text, NAMES) == ((Call(name="look"), Call(name="add", arguments='{"a":1}')), "Two. ")


OLLAMA = {"get_temperature", "get_conditions", "say_hello", "say_hello_world", "get_address", "add"}
KEPT = {"009", "015", "018"}
"""What only begins like a call, or names no tool, is kept as words: Ollama drops it."""
LONGER = {"061", "070", "123"}
"""The recording's own reader stopped at the first `)`, which stood inside a string."""
WITHOUT = {"002", "003", "004", "005"}
"""Nothing is called, or something that is no tool."""


def cases(data_dir: Path, name: str) -> list[tuple[str, dict[str, Any]]]:
    told = json.loads((data_dir / "parse" / f"textcalls-{name}.json").read_text(encoding="utf-8"))
    return [(case["id"].rpartition("-")[2], case) for case in told]


def test_recorded_answers_are_read_as_they_were_meant(data_dir: Path):
    for which, case in cases(data_dir, "ollama-tools"):
        assert found(case["input"], OLLAMA) == case["expected_calls"], which
        assert (calls_in(case["input"], OLLAMA)[1] == case["expected_content"]) != (which in KEPT), which
    gemma = cases(data_dir, "real-gemma-tool_code")
    names = {call["name"] for _, case in gemma for call in case["recorded_calls"]}
    for which, case in gemma:
        meant = [{"name": call["name"], "arguments": call["arguments"]} for call in case["recorded_calls"]]
        assert (found(case["input"], names) == meant) != (which in LONGER), which
        assert [call["name"] for call in found(case["input"], names)] == [call["name"] for call in meant]
    more = names | {"consultar_promociones", "consultar_orden_instalacion"} | {
        "get_user_details", "get_reservation_details", "cancel_reservation", "get_flight_status", "book_reservation",
    }  # fmt: skip
    for which, case in cases(data_dir, "real-unrecognised"):
        assert bool(found(case["input"], more)) != (which in WITHOUT), which
    for which, case in cases(data_dir, "real-medagentbench-invalid"):
        assert found(case["input"], more | {"FINISH", "GET", "POST"}) == [], which
    groq = [
        found(case["input"], {"get_something_by_name"}) for _, case in cases(data_dir, "real-groq-failed_generation")
    ]
    assert [bool(calls) for calls in groq] == [True, True, False, False]


TEXT = 'Let me see. <tool_call>{"name": "get_weather", "arguments": {"place": "Oslo"}}</tool_call>'


@pytest.mark.parametrize(
    ("provider", "reply"),
    [
        ("vllm", Reply(sse({"choices": [{"index": 0, "delta": {"content": TEXT}, "finish_reason": "stop"}]}))),
        ("ollama", Reply(ndjson({"message": {"content": TEXT}, "done": True, "done_reason": "stop"}), type=NDJSON)),
    ],
)
async def test_they_count_only_where_that_is_asked_for(provider: str, reply: Reply):
    row = PROVIDERS[provider]
    async with serving(reply) as server:
        model = adapter(row)(provider, endpoint(row, {row.url_env: server.url}))
        plain, _ = await ask(model, request(tools=(WEATHER,)))
        asked, _ = await ask(model, request(tools=(WEATHER,), settings={"text_calls": True}))
    assert (plain.text, plain.calls, plain.finish) == (TEXT, (), "stop")
    assert (asked.text, asked.finish) == ("Let me see. ", "tool_calls")
    assert asked.calls == (Call(name="get_weather", arguments='{"place":"Oslo"}'),)
    assert "text_calls" not in server.heard[1].json()
