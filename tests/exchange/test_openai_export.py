"""Runs of ours leave in plain chat form: what the agent's model has been told, results in the order of their calls."""

from __future__ import annotations

from typing import Any

from workbench.events import (
    ActorSpec,
    AnswerRead,
    Body,
    Call,
    CallFailed,
    Event,
    Forked,
    Heard,
    ModelAnswered,
    ModelCalled,
    Noted,
    Released,
    Request,
    RunStarted,
    Said,
    ToolCalled,
    ToolReturned,
    ToolSpec,
)
from workbench.exchange import export_openai
from workbench.exchange.chat import Conversation, record

LOOK = ToolSpec(name="look", description="Looks.", parameters='{"type":"object","properties":{"at":{"type":"string"}}}')
AGENT = ActorSpec(name="agent", model="scripted:x", system="Be brief.", tools=(LOOK,))
TWO = (Call(name="look", arguments='{"at":"a"}'), Call(name="look", arguments='{"at":"b"}', given="c7"))


def exported(*bodies: tuple[str, Body]) -> dict[str, Any]:
    return export_openai([Event(1, seq, 0.0, "engine", actor, body) for seq, (actor, body) in enumerate(bodies, 1)])


def asked(call: str) -> ModelCalled:
    return ModelCalled(call=call, request=Request())


def call(id: str, at: str) -> dict[str, Any]:
    return {"id": id, "type": "function", "function": {"name": "look", "arguments": f'{{"at":"{at}"}}'}}


def test_a_run_of_ours_in_plain_chat_form() -> None:
    document = exported(
        ("", RunStarted(actors=(AGENT,))),
        ("agent", Said(text="look at both")),
        ("agent", asked("agent.1")),
        ("agent", CallFailed(call="agent.1", error="overloaded", message="try later", retryable=True)),
        ("agent", asked("agent.1")),
        ("agent", ModelAnswered(call="agent.1", thinking="hm", calls=TWO)),
        ("agent", ToolCalled(call="agent.1.1", tool="look", arguments='{"at":"a"}')),
        ("agent", ToolCalled(call="agent.1.2", tool="look", arguments='{"at":"b"}')),
        ("agent", ToolReturned(call="agent.1.2", content="B")),
        ("agent", Said(text="quick!")),
        ("", Noted(text="a remark")),
        ("agent", CallFailed(call="agent.1.1", error="timeout", message="too slow")),
        ("agent", asked("agent.2")),
        ("agent", ModelAnswered(call="agent.2", text="only b")),
        ("agent", AnswerRead(call="agent.2", output="only b")),
    )
    assert document == {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "look at both"},
            {"role": "assistant", "content": None, "tool_calls": [call("agent.1.1", "a"), call("c7", "b")]},
            {"role": "tool", "tool_call_id": "agent.1.1", "content": "too slow"},
            {"role": "tool", "tool_call_id": "c7", "content": "B"},
            {"role": "user", "content": "quick!"},
            {"role": "assistant", "content": "only b"},
        ],
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "look",
                    "description": "Looks.",
                    "parameters": {"type": "object", "properties": {"at": {"type": "string"}}},
                },
            }
        ],
    }


def test_a_run_in_the_middle_of_a_batch_leaves_with_what_has_come() -> None:
    messages = exported(
        ("", RunStarted(actors=(ActorSpec(name="agent", model="m"),))),
        ("agent", ModelAnswered(call="agent.1", text="both", calls=TWO)),
        ("agent", ToolReturned(call="agent.1.2", content="B")),
        ("agent", Said(text="and?")),
    )["messages"]
    assert [message["content"] for message in messages] == ["both", "B", "and?"]


def test_what_a_played_user_said_is_the_users() -> None:
    started = RunStarted(
        actors=(AGENT, ActorSpec(name="Ann", role="user", model="m"), ActorSpec(name="b c", model="m"))
    )
    messages = exported(
        ("", started),
        ("Ann", ModelAnswered(call="Ann.1", text='{"agent_output":"hello"}')),
        ("Ann", AnswerRead(call="Ann.1", output="hello")),
        ("agent", Heard(source=3)),
        ("agent", ModelAnswered(call="agent.1", text="hi")),
        ("agent", AnswerRead(call="agent.1", output="hi")),
        ("Ann", Heard(source=6)),
        ("b c", Said(text="psst")),
        ("agent", Heard(source=8)),
        ("agent", Heard(source=99)),
    )["messages"]
    assert messages[1:] == [
        {"role": "user", "content": "hello", "name": "Ann"},
        {"role": "assistant", "content": "hi"},
        {"role": "user", "content": "psst"},
        {"role": "user", "content": ""},
    ]


def test_broken_kept_shapes_and_schemas_give_way() -> None:
    spec = ToolSpec(name="look", parameters="{")
    document = exported(
        ("", RunStarted(actors=(ActorSpec(name="agent", model="m", tools=(spec,)),))),
        ("agent", Said(text="a", extra="{")),
        ("agent", ModelAnswered(call="agent.1", calls=(Call(name="f", arguments="{", extra='{"decoded":true}'),))),
    )
    assert document["tools"][0]["function"]["parameters"] == {"type": "object"}
    assert document["messages"][0] == {"role": "user", "content": "a"}
    assert document["messages"][1]["tool_calls"][0]["function"]["arguments"] == "{"


CHAT: list[dict[str, Any]] = [
    {"role": "user", "content": [{"type": "text", "text": "both"}]},
    {"role": "assistant", "content": None, "tool_calls": [call("1", "a"), call("2", "b")]},
    {"role": "tool", "tool_call_id": "2", "content": "B"},
    {"role": "user", "content": "quick!"},
    {"role": "tool", "tool_call_id": "1", "content": "A"},
    {"role": "assistant", "content": "both done"},
]


def test_a_recording_that_went_on_here_gives_its_messages_then_ours() -> None:
    events = record(Conversation(format="chat", messages=CHAT, file="f")).events
    seq = events[-1].seq
    later = [
        Event(1, seq + 1, 0.0, "human", "", Released()),
        Event(1, seq + 2, 0.0, "human", "agent", Said(text="more")),
        Event(1, seq + 3, 0.0, "engine", "agent", ModelAnswered(call="agent.3", calls=TWO)),
        Event(1, seq + 4, 0.0, "engine", "agent", ToolReturned(call="agent.3.2", content="B2")),
        Event(1, seq + 5, 0.0, "engine", "agent", ToolReturned(call="agent.3.1", content="A2")),
    ]
    messages = export_openai([*events, *later])["messages"]
    assert messages[: len(CHAT)] == CHAT
    assert [message["content"] for message in messages[len(CHAT) :]] == ["more", None, "A2", "B2"]


def test_a_fork_inside_a_recorded_batch_takes_the_result_that_comes_here() -> None:
    events = list(record(Conversation(format="chat", messages=CHAT, file="f")).events)
    cut = next(place for place, event in enumerate(events) if isinstance(event.body, ToolReturned)) + 1
    seq = events[cut - 1].seq
    here = [
        Event(2, seq + 1, 0.0, "human", "", Forked(parent=1, parent_seq=seq)),
        Event(2, seq + 2, 0.0, "human", "agent", Said(text="slow down")),
        Event(2, seq + 3, 0.0, "engine", "agent", ToolReturned(call="agent.1.1", content="A, at last")),
    ]
    messages = export_openai([*events[:cut], *here])["messages"]
    assert [message["content"] for message in messages[2:]] == ["B", "A, at last", "slow down"]


def test_words_edited_here_go_over_the_shape_that_was_kept() -> None:
    events = list(record(Conversation(format="chat", messages=CHAT, file="f")).events)
    said = events[1].body
    assert isinstance(said, Said)
    events[1] = Event(1, 2, 0.0, "human", "agent", said.model_copy(update={"text": "only a"}))
    assert export_openai(events)["messages"][0] == {"role": "user", "content": "only a"}
