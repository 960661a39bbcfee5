"""Events become spans: one for each piece of work, under the one that it is part of, in the conventions' words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.playbook import CHARGE, Stage, Told, agent, answered, asked, called, failed, read, started, story, wants
from workbench.events import (
    CriterionJudged,
    Doubted,
    Evidence,
    Held,
    ModelAnswered,
    Price,
    Recast,
    Released,
    Request,
    RunEnded,
    Said,
    Signature,
    ToolReturned,
    Usage,
)
from workbench.exchange import export_otel
from workbench.exchange.spans import Span, Spans, spans_of

HELLO = Said(text="hello")
WHOLE: tuple[Told, ...] = (
    started(
        agent(
            settings='{"temperature": 0.5, "max_tokens": 10, "stop": ["x", "y"]}',
            system="Be brief.",
            persona=Signature(name="p", version="2.0.0"),
        ).model_copy(update={"price": Price(input="1", output="2")}),
        scenario="shop",
        title="The shop",
    ),
    HELLO,
    asked("agent.1", request=Request(add=(2,))),
    answered("agent.1", "let me see", "charge", usage=Usage(input=3, output=4, cached=2), model="m-1", thinking="hm"),
    called("agent.1.1", "charge", effect="effect"),
    ToolReturned(call="agent.1.1", content="charged"),
    CriterionJudged(name="paid", met=True, evidence=Evidence(seq=6, words="charged")),
    asked("agent.2", request=Request(base=3, keep=1, add=(4, 6))),
    answered("agent.2", "done", usage=Usage(input=5, output=6), finish="stop"),
    read("agent.2", "done"),
    RunEnded(outcome="completed"),
)


def spans(*bodies: Told, content: bool = True) -> dict[str, Span]:
    return {span.name: span for span in spans_of(story(*bodies), "s1", "main", content=content)}


def words(span: Span, name: str) -> Any:
    told = span.attributes[name]
    assert isinstance(told, str)
    return json.loads(told)


def test_each_piece_of_work_lies_in_the_one_that_it_is_part_of():
    found = spans_of(story(*WHOLE), "s1", "main")
    assert [(span.name, span.begun, span.ended) for span in found] == [
        ("invoke_workflow shop", 1, 11),
        ("invoke_agent agent", 3, 10),
        ("chat agent", 3, 4),
        ("execute_tool charge", 5, 6),
        ("chat agent", 8, 9),
    ]
    workflow, turn, *calls = found
    assert (workflow.parent, turn.parent) == ("", workflow.id)
    assert {call.parent for call in calls} == {turn.id}
    assert len({span.id for span in found}) == 5
    assert {span.trace for span in found} == {workflow.trace}
    assert [span.client for span in found] == [False, False, True, False, True]
    assert found == spans_of(story(*WHOLE), "s1", "main"), "the same session has the same spans"
    assert found[0].trace != spans_of(story(*WHOLE), "s1", "fork-1")[0].trace


def test_what_is_said_of_them():
    found = spans(*WHOLE[:7])
    chat = found["chat agent"].attributes
    assert {name: value for name, value in chat.items() if not name.endswith("messages")} == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "fake",
        "gen_ai.request.model": "agent",
        "gen_ai.agent.name": "agent",
        "gen_ai.output.type": "text",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.max_tokens": 10,
        "gen_ai.request.stop_sequences": ["x", "y"],
        "gen_ai.conversation.id": "s1",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.response.model": "m-1",
        "gen_ai.usage.input_tokens": 3,
        "gen_ai.usage.output_tokens": 4,
        "gen_ai.usage.cache_read.input_tokens": 2,
        "workbench.attempt": 1,
        "workbench.cost.usd": 0.000011,
        "workbench.input.kept": 0,
    }
    assert words(found["chat agent"], "gen_ai.input.messages") == [
        {"role": "user", "parts": [{"type": "text", "content": "hello"}]}
    ]
    assert words(found["chat agent"], "gen_ai.output.messages") == [
        {
            "role": "assistant",
            "parts": [
                {"type": "reasoning", "content": "hm"},
                {"type": "text", "content": "let me see"},
                {"type": "tool_call", "id": "agent.1.1", "name": "charge", "arguments": "{}"},
            ],
            "finish_reason": "stop",
        }
    ]
    assert found["execute_tool charge"].attributes == {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "charge",
        "gen_ai.tool.call.id": "agent.1.1",
        "gen_ai.tool.type": "function",
        "gen_ai.conversation.id": "s1",
        "gen_ai.agent.name": "agent",
        "gen_ai.tool.call.arguments": "{}",
        "gen_ai.tool.call.result": "charged",
        "workbench.tool.effect": "effect",
        "workbench.attempt": 1,
    }
    turn = found["invoke_agent agent"]
    assert turn.attributes["gen_ai.agent.version"] == "2.0.0"
    assert words(turn, "gen_ai.system_instructions") == [{"type": "text", "content": "Be brief."}]
    (judged,) = turn.moments
    assert (judged.name, judged.attributes) == (
        "gen_ai.evaluation.result",
        {
            "gen_ai.evaluation.name": "paid",
            "gen_ai.evaluation.score.label": "met",
            "gen_ai.evaluation.explanation": "charged",
        },
    )


def test_a_turn_adds_up_what_its_calls_used_and_says_what_came_of_it():
    turn = spans(*WHOLE)["invoke_agent agent"]
    assert turn.attributes["gen_ai.usage.input_tokens"] == 8
    assert turn.attributes["gen_ai.usage.output_tokens"] == 10
    assert words(turn, "gen_ai.output.messages")[0]["parts"][0]["content"] == "done"


def test_results_stand_among_the_messages_of_the_next_call():
    chat = spans_of(story(*WHOLE), "s1", "main")[-1]
    assert chat.attributes["workbench.input.kept"] == 1
    assert words(chat, "gen_ai.input.messages")[1] == {
        "role": "tool",
        "parts": [{"type": "tool_call_response", "id": "agent.1.1", "response": "charged"}],
    }


def test_without_content_nothing_that_was_said_goes_along():
    found = spans_of(story(*WHOLE), "s1", "main", content=False)
    told = json.dumps([[span.attributes, [one.attributes for one in span.moments]] for span in found[2:]])
    for said in ("hello", "let me see", "charged", "done", "Be brief"):
        assert said not in told.replace('"charge"', "")
    assert len(found) == 5


def test_what_fails_says_why():
    found = spans(started(), HELLO, asked(), failed("agent.1", "overloaded", "try later"))
    chat = found["chat agent"]
    assert (chat.error, chat.attributes["error.type"]) == ("try later", "overloaded")
    doubted = spans(
        started(), HELLO, asked(), answered("agent.1", "", "charge"), called("agent.1.1", "charge"),
        Doubted(call="agent.1.1", reason="it broke off"),
    )  # fmt: skip
    tool = doubted["execute_tool charge"]
    assert (tool.error, tool.attributes["error.type"]) == ("it broke off", "in_doubt")


def test_each_attempt_is_a_span_of_its_own():
    found = spans_of(
        story(
            started(), HELLO, asked(), failed("agent.1", "overloaded"), Released(),
            asked("agent.1", attempt=2), answered("agent.1", "hi"), read("agent.1", "hi"),
        ),
        "s1",
        "main",
    )  # fmt: skip
    chats = [span for span in found if span.client]
    assert [chat.attributes["workbench.attempt"] for chat in chats] == [1, 2]
    assert len({chat.id for chat in chats}) == 2
    assert len([span for span in found if span.name.startswith("invoke_agent")]) == 1


def test_what_is_not_over_is_open_until_it_is():
    still = spans(*WHOLE[:3])
    assert {name: span.attributes["workbench.open"] for name, span in still.items()} == {
        "invoke_workflow shop": True,
        "invoke_agent agent": True,
        "chat agent": True,
    }
    assert {span.ended for span in still.values()} == {3}
    live = Spans("s1", "main", content=False)
    over = [[span.name for span in live.feed(event)] for event in story(*WHOLE)]
    assert [names for names in over if names] == [
        ["chat agent"],
        ["execute_tool charge"],
        ["chat agent"],
        ["invoke_agent agent"],
        ["invoke_workflow shop"],
    ]


def test_a_run_that_ends_ends_everything_and_one_that_is_opened_again_begins_anew():
    found = spans_of(
        story(
            started(title="T"), HELLO, asked(),
            RunEnded(outcome="error", reason="no connection", error="connection"),
            ("", Held(gate="step", reason="nobody hears this")),
            ("agent", Said(text="again"), "human"), asked("agent.2"),
            (
                "agent",
                ModelAnswered(call="agent.2", text="hi", usage=Usage(input=1, output=1)),
                "human",
            ),
            read("agent.2", "hi"),
        ),
        "s1",
        "main",
    )  # fmt: skip
    assert [(span.name, span.error) for span in found] == [
        ("invoke_workflow T", "no connection"),
        ("invoke_agent agent", "no connection"),
        ("chat agent", "no connection"),
        ("invoke_workflow T", ""),
        ("invoke_agent agent", ""),
        ("chat agent", ""),
    ]
    assert found[-1].attributes["workbench.by"] == "human"
    assert found[0].id != found[3].id


def test_a_recast_actor_asks_its_new_model_and_what_is_no_work_leaves_nothing():
    new = agent().model_copy(update={"model": "azure:gpt-x", "structured": True})
    found = spans(
        started(), ("agent", Recast(spec=new)), HELLO, ToolReturned(call="agent.0.1", content="whose?"),
        read("agent.0", "early"), asked(), answered("agent.1", "hi", usage=Usage()),
    )  # fmt: skip
    chat = found["chat gpt-x"]
    assert chat.attributes["gen_ai.provider.name"] == "azure.ai.openai"
    assert chat.attributes["gen_ai.output.type"] == "json"
    assert "gen_ai.usage.input_tokens" not in chat.attributes


async def test_the_tools_of_a_real_run_are_described():
    stage = Stage(wants("charge"), "done")
    spec = CHARGE.model_copy(update={"description": "Charges."})
    await stage.start(agent("agent", spec), lines=["go"]).drive()
    found = {span.name: span for span in spans_of(stage.log.events(), "s1", "main")}
    assert found["execute_tool charge"].attributes["gen_ai.tool.description"] == "Charges."


def test_every_demo_session_is_exported_whole():
    from workbench.exchange import load

    for path in sorted((Path(__file__).parents[2] / "sessions" / "demo").glob("*.jsonl")):
        for recording in load(path).recordings:
            document = export_otel(recording.events, session="s", branch="main", version="0")
            (resource,) = document["resourceSpans"]
            (scope,) = resource["scopeSpans"]
            calls = sum(event.body.kind in ("model_called", "tool_called") for event in recording.events)
            names = [span["name"].partition(" ")[0] for span in scope["spans"]]
            assert sum(name in ("chat", "execute_tool") for name in names) == calls, path.name
