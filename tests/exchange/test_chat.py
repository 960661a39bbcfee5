"""Irregular conversations: each becomes a log that replays, and comes back as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.events import (
    AnswerRead,
    Body,
    CallFailed,
    Media,
    ModelAnswered,
    ModelCalled,
    Noted,
    RunEnded,
    RunStarted,
    Said,
    ToolCalled,
    ToolReturned,
    TurnGiven,
)
from workbench.exchange import export_openai
from workbench.exchange.chat import Conversation, record
from workbench.exchange.messages import said_form
from workbench.exchange.recording import Recording, Unfit
from workbench.run.check import check
from workbench.state import State

Message = dict[str, Any]


def taken(*messages: Message) -> Recording:
    recording = record(Conversation(format="chat", messages=list(messages), file="run.json"))
    assert isinstance(check(recording.events), State)
    return recording


def returned(recording: Recording) -> list[Message]:
    return export_openai(recording.events)["messages"]


def bodies(recording: Recording, *kinds: type[Body]) -> list[Body]:
    return [event.body for event in recording.events if isinstance(event.body, kinds or Body)]


def call(name: str = "look", arguments: Any = "{}", **more: Any) -> Message:
    return {"id": "1", "type": "function", "function": {"name": name, "arguments": arguments}} | more


def asks(*calls: Message, content: Any = None) -> Message:
    return {"role": "assistant", "content": content, "tool_calls": list(calls)}


def gives(content: Any, id: Any = "1", **more: Any) -> Message:
    return {"role": "tool", "tool_call_id": id, "content": content} | more


USER: Message = {"role": "user", "content": "hello"}
ANSWER: Message = {"role": "assistant", "content": "hi"}


def test_a_run_is_what_the_engine_would_have_recorded() -> None:
    recording = taken(
        {"role": "system", "content": "Be brief."}, USER, asks(call(arguments='{"a":1}')), gives("7"), ANSWER
    )
    assert [type(body) for body in bodies(recording)] == [
        RunStarted,
        Said,
        ModelCalled,
        ModelAnswered,
        ToolCalled,
        ToolReturned,
        ModelCalled,
        ModelAnswered,
        AnswerRead,
        RunEnded,
    ]
    started = recording.events[0].body
    assert isinstance(started, RunStarted)
    assert started.actors[0].system == "Be brief."
    assert [tool.name for tool in started.actors[0].tools] == ["look"]
    assert bodies(recording, ToolCalled) == [ToolCalled(call="agent.1.1", tool="look", arguments='{"a":1}')]
    assert bodies(recording, RunEnded) == [RunEnded(outcome="stopped", reason="the recording ends here")]
    assert (recording.title, recording.tags, recording.created) == ("hello", ("imported", "chat"), None)


DATA = "data:image/png;base64,AAAA"
PICTURED: list[Message] = [
    {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": DATA}}]},
    asks(call()),
    gives([{"type": "text", "text": "b"}, {"type": "image_url", "image_url": {"url": DATA}}]),
    ANSWER,
]


def test_images_are_media_and_are_kept_once() -> None:
    recording = taken(*PICTURED)
    said, result = bodies(recording, Said, ToolReturned)
    image = Media(kind="image", mime="image/png", data="AAAA")
    assert said == Said(text="a", media=(image,))
    assert isinstance(result, ToolReturned)
    assert (result.content, result.media, result.extra) == ("b", (image,), None)
    assert returned(recording) == PICTURED


def test_the_text_beside_an_image_comes_back_from_older_logs_too() -> None:
    recording = taken(
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": DATA, "detail": "low"}}, "a"]}
    )
    said = bodies(recording, Said)[0]
    assert isinstance(said, Said)
    older = said.model_copy(update={"text": "\na", "media": ()})
    assert said_form(older) == said_form(said)


CASES: dict[str, list[Message]] = {
    "greeting first": [ANSWER, USER, ANSWER],
    "several answers in a row": [USER, ANSWER, ANSWER, ANSWER],
    "several users in a row": [USER, USER, ANSWER, USER],
    "several prompts": [{"role": "system", "content": "a"}, {"role": "system", "content": "b"}, USER, ANSWER],
    "a developer's prompt": [{"role": "developer", "content": "a", "name": "x"}, USER, ANSWER],
    "a prompt in parts": [{"role": "system", "content": [{"type": "text", "text": "a"}]}, USER],
    "a prompt in the middle": [USER, ANSWER, {"role": "system", "content": "now French"}, ANSWER],
    "only a prompt": [{"role": "system", "content": "a"}],
    "content missing": [{"role": "user"}, {"role": "assistant"}],
    "content null": [{"role": "user", "content": None}, {"role": "assistant", "content": None}],
    "content in parts": [
        {
            "role": "user",
            "content": [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "u"}}, "b"],
        },
        {"role": "assistant", "content": [{"type": "text", "text": "c"}]},
    ],
    "content of other types": [{"role": "user", "content": {"a": [1]}}, {"role": "assistant", "content": 7}],
    "calls without content": [USER, {"role": "assistant", "tool_calls": [call()]}, gives("x"), ANSWER],
    "text beside a call": [USER, asks(call(), content="let me look"), gives("x"), ANSWER],
    "empty call list": [USER, ANSWER | {"tool_calls": []}, USER, ANSWER | {"tool_calls": None}],
    "a call that is none": [USER, asks(call(), "noise", {}), gives("x"), ANSWER],  # pyright: ignore[reportArgumentType]
    "a call without a function": [USER, asks({"id": "1"}), gives("x")],
    "a function without a name": [USER, asks({"id": "1", "function": {"arguments": "{}"}}), gives("x")],
    "arguments an object": [USER, asks(call(arguments={"b": 1, "a": [True, 1.0, None]})), gives("x"), ANSWER],
    "arguments a list": [USER, asks(call(arguments=[1])), gives("x"), ANSWER],
    "arguments null": [USER, asks(call(arguments=None)), gives("x"), ANSWER],
    "arguments missing": [USER, asks({"id": "1", "type": "function", "function": {"name": "look"}}), gives("x")],
    "arguments broken": [USER, asks(call(arguments='{"a":')), gives("x"), ANSWER],
    "arguments empty": [USER, asks(call(arguments="")), gives("x"), ANSWER],
    "ids null": [USER, asks(call(id=None)), gives("x", None), ANSWER],
    "ids missing": [USER, asks({"function": {"name": "look", "arguments": "{}"}}), {"role": "tool", "content": "x"}],
    "ids a number": [USER, asks(call(id=7)), gives("x", 7), ANSWER],
    "result without a call": [USER, gives("x"), ANSWER, gives("y"), ANSWER],
    "result too many": [USER, asks(call()), gives("x"), gives("y"), ANSWER],
    "result too late": [USER, asks(call()), ANSWER, gives("x"), ANSWER],
    "result null": [USER, asks(call()), gives(None), ANSWER],
    "result in parts": [USER, asks(call()), gives([{"type": "text", "text": "x"}]), ANSWER],
    "result marked as an error": [USER, asks(call()), gives("boom", error=True), ANSWER],
    "words between call and result": [USER, asks(call()), USER, gives("x"), USER, ANSWER],
    "ends on calls": [USER, asks(call(), call(id="2"))],
    "ends on a result of two": [USER, asks(call(), call(id="2")), gives("x", "2")],
    "the older form of calls": [
        USER,
        {"role": "assistant", "content": None, "function_call": {"name": "look", "arguments": '{"a":1}'}},
        {"role": "function", "name": "look", "content": "x"},
        ANSWER | {"function_call": None},
    ],
    "calls on the user's side": [
        USER,
        ANSWER,
        {"role": "user", "content": None, "tool_calls": [{"id": "u", "name": "tap", "arguments": {}}]},
        {"role": "tool", "id": "u", "content": "done", "requestor": "user"},
        USER,
        ANSWER,
    ],
    "unknown roles": [{"role": "critic", "content": "bad"}, ANSWER, {"role": "", "content": "?"}, {"role": "agent"}],
    "names": [USER | {"name": "Ann"}, ANSWER | {"name": "Bob"}],
    "reasoning": [USER, ANSWER | {"reasoning_content": "so", "reasoning": None}, USER, ANSWER | {"thinking": ["x"]}],
    "long": [USER | {"content": "x" * 100_000}, *[USER, ANSWER] * 150],
}


@pytest.mark.parametrize("messages", CASES.values(), ids=CASES.keys())
def test_it_comes_back_as_it_was(messages: list[Message]) -> None:
    assert returned(taken(*messages)) == messages


def test_calls_in_a_flat_form_come_back_in_both() -> None:
    flat = {"id": "1", "name": "look", "arguments": {"a": 1}, "requestor": "assistant"}
    exported = returned(taken(USER, asks(flat), gives("x")))[1]["tool_calls"][0]
    assert exported == call(arguments='{"a":1}') | flat


def test_who_has_nothing_new_to_answer_was_given_the_turn() -> None:
    assert len(bodies(taken(ANSWER, USER, ANSWER, ANSWER), TurnGiven)) == 2


def test_calls_without_a_result_are_never_open() -> None:
    recording = taken(USER, asks(call(), call(id="2")), gives("x", "2"), USER, ANSWER, asks(call()))
    assert [body.call for body in bodies(recording, CallFailed) if isinstance(body, CallFailed)] == [
        "agent.1.1",
        "agent.3.1",
    ]
    state = check(recording.events)
    assert isinstance(state, State)
    assert not state.open_calls


def test_only_marked_errors_are_failures() -> None:
    recording = taken(USER, asks(call(), call(id="2")), gives("Error: no"), gives("no", "2", error=True))
    assert [body.call for body in bodies(recording, CallFailed) if isinstance(body, CallFailed)] == ["agent.1.2"]


def test_what_the_agent_never_saw_is_noted() -> None:
    recording = taken(*CASES["calls on the user's side"])
    assert [body.role for body in bodies(recording, Noted) if isinstance(body, Noted)] == ["user", "tool"]
    assert not bodies(recording, ToolCalled)


def test_usage_model_and_time_are_kept_where_they_are_told() -> None:
    usage = {
        "prompt_tokens": 9,
        "completion_tokens": 4,
        "prompt_tokens_details": {"cached_tokens": 2},
        "completion_tokens_details": {"reasoning_tokens": 1},
    }
    told = ANSWER | {"usage": usage, "model": "m", "timestamp": "2025-01-01T00:00:10"}
    early = USER | {"timestamp": "2025-01-01T00:00:05+00:00"}
    recording = taken(USER | {"timestamp": 1735689600000}, told, early, ANSWER | {"usage": {"prompt_tokens": -1}})
    first, second = [body for body in bodies(recording, ModelAnswered) if isinstance(body, ModelAnswered)]
    assert (first.usage.input, first.usage.output, first.usage.cached, first.usage.reasoning) == (9, 4, 2, 1)
    assert (first.model, second.usage.input) == ("m", None)
    assert recording.created == recording.events[0].at == 1735689600
    times = [event.at for event in recording.events]
    assert times == sorted(times)
    assert times[-1] == 1735689610


@pytest.mark.parametrize("messages", [[], [1], [{}], [{"role": None}], [USER, None]])
def test_what_is_no_conversation_is_unfit(messages: list[Any]) -> None:
    with pytest.raises(Unfit):
        record(Conversation(format="chat", messages=messages, file="run.json"))


Some = st.SearchStrategy[Any]
ids: Some = st.sampled_from(["", "0", "a", "b", None, 7])
words: Some = st.text(max_size=8)
part: Some = st.fixed_dictionaries({"type": st.just("text"), "text": words})
content: Some = st.one_of(words, st.none(), st.lists(part, max_size=2))
number: Some = st.floats(allow_nan=False, allow_infinity=False)
leaf: Some = st.one_of(st.integers(), st.booleans(), words, number)
arguments: Some = st.one_of(words, st.none(), st.dictionaries(words, leaf))
name: Some = st.sampled_from(["f", "g"])


def an_object(required: dict[str, Some], **optional: Some) -> Some:
    return st.fixed_dictionaries(required, optional=optional)


function: Some = an_object({}, name=name, arguments=arguments, strict=words)
one_call: Some = an_object({"function": function}, id=ids, type=st.just("function"))
roles: Some = st.sampled_from(["user", "assistant", "system", "developer", "tool", "function", "critic"])
caller: Some = st.sampled_from(["assistant", "assistant", "user"])
side: Some = st.sampled_from(["user", "assistant"])
message: Some = st.one_of(
    an_object({"role": roles}, content=content, name=name, x=words),
    an_object({"role": caller, "tool_calls": st.lists(one_call, max_size=3)}, content=content),
    an_object({"role": st.just("tool")}, tool_call_id=ids, content=content, error=st.booleans(), requestor=side),
    an_object({"role": st.just("assistant"), "function_call": function}, content=content),
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(message, min_size=1, max_size=12))
def test_any_conversation_comes_back_as_it_was(conversation: list[Message]) -> None:
    recording = taken(*conversation)
    assert returned(recording) == conversation
    state = check(recording.events)
    assert isinstance(state, State)
    assert not state.open_calls
