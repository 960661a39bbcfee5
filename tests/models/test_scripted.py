"""The scripted model: its place in the script, matches, failures, streaming and what it counts."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.models.asking import ask, request
from workbench.errors import ModelFailed, UsedWrongly
from workbench.events.messages import Message
from workbench.events.script import Script
from workbench.models.scripted import ScriptedModel, pieces

HELLO = Message("user", "Hello")


def model(*turns: dict[str, Any], **more: Any) -> ScriptedModel:
    return ScriptedModel("scripted:test", Script.model_validate({"turns": turns, **more}))


async def test_its_place_is_the_number_of_answers_in_the_request():
    scripted = model({"say": "one"}, {"say": "two"}, spent="over")
    one = Message("assistant", "one")
    assert (await ask(scripted, request(HELLO)))[0].text == "one"
    assert (await ask(scripted, request(HELLO, one, HELLO)))[0].text == "two"
    assert (await ask(scripted, request(HELLO)))[0].text == "one", "asked again at the same place, it says the same"
    assert (await ask(scripted, request(HELLO, one, HELLO, one, HELLO)))[0].text == "over"


async def test_a_turn_that_matches_the_newest_message_comes_first():
    scripted = model({"say": "plain"}, {"say": "refunds", "when": r"\brefund"}, {"say": "never", "when": "zebra"})
    assert (await ask(scripted, request(Message("user", "I want a REFUND"))))[0].text == "refunds"
    assert (await ask(scripted, request(Message("user", "refund"), Message("tool", "none"))))[0].text == "plain"


async def test_without_any_message_matching_turns_are_passed_over():
    scripted = model({"say": "matched", "when": ""}, {"say": "plain"})
    asked = request()
    empty = type(asked)(model="m", system="", messages=())
    assert (await ask(scripted, empty))[0].text == "plain"


async def test_it_fails_for_as_many_attempts_as_the_script_says():
    failure = {"error": "overloaded", "message": "busy", "attempts": 2}
    scripted = model({"say": "at last", "fail": failure})
    for attempt in (1, 2):
        with pytest.raises(ModelFailed, match="busy") as caught:
            await ask(scripted, request(attempt=attempt))
        assert (caught.value.type, caught.value.retryable) == ("overloaded", True)
    assert (await ask(scripted, request(attempt=3)))[0].text == "at last"


async def test_calls_come_with_their_arguments_broken_ones_as_they_are():
    calls = [{"tool": "a", "args": {"x": 1}}, {"tool": "b", "raw": '{"x": '}, {"tool": "c"}]
    answer, deltas = await ask(model({"say": "I look.", "calls": calls}))
    assert [(call.name, call.arguments) for call in answer.calls] == [("a", '{"x":1}'), ("b", '{"x": '), ("c", "{}")]
    assert answer.finish == "tool_calls"
    assert [delta.call for delta in deltas if delta.call] == ["a", "b", "c"]


async def test_thinking_streams_before_the_words_and_all_of_it_adds_up():
    said = "Well,  then:\n\n  a list "
    answer, deltas = await ask(model({"think": "let me see", "say": said, "pace": 100_000}))
    assert "".join(delta.text for delta in deltas) == answer.text == said
    assert "".join(delta.thinking for delta in deltas) == answer.thinking == "let me see"
    kinds = [bool(delta.thinking) for delta in deltas]
    assert kinds == sorted(kinds, reverse=True)
    assert len(deltas) == 3 + 5, "word by word where there is a pace"


async def test_without_a_pace_it_comes_in_large_pieces_and_never_waits():
    answer, deltas = await ask(model({"say": "word " * 100}))
    assert answer.text == "word " * 100
    assert 1 < len(deltas) < 10


def test_pieces_lose_nothing():
    for text in ("", " ", "a", " a b ", "\n\na\n", "a" * 500):
        assert "".join(pieces(text)) == "".join(pieces(text, 1.0)) == text


async def test_a_structured_answer_is_json_where_the_turn_has_a_status():
    turn = {"say": "Done!", "status": "complete", "claims": {"order": "A-1"}}
    answer, _ = await ask(model(turn), request(structured=True))
    assert json.loads(answer.text) == {
        "agent_output": "Done!",
        "system_status": "complete",
        "collected": {"order": "A-1"},
    }
    assert (await ask(model(turn), request()))[0].text == "Done!"
    assert (await ask(model({"say": "plain"}), request(structured=True)))[0].text == "plain"
    bare, _ = await ask(model({"say": "Hm", "status": "continue"}), request(structured=True))
    assert "collected" not in json.loads(bare.text)


async def test_equal_requests_cost_the_same_and_longer_ones_more():
    scripted = model({"say": "four", "think": "thought!"})
    short, _ = await ask(scripted, request(Message("user", "x" * 40)))
    again, _ = await ask(scripted, request(Message("user", "x" * 40)))
    longer, _ = await ask(scripted, request(Message("user", "x" * 80), system="y" * 8))
    assert short.usage == again.usage
    assert (short.usage.input, short.usage.output, short.usage.reasoning) == (10, 3, 2)
    assert longer.usage.input == 22


async def test_a_delay_is_waited_for_before_the_first_word():
    waiting = model({"say": "late", "delay": 60})
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await ask(waiting)
    assert (await ask(model({"say": "soon", "delay": 0.001})))[0].text == "soon"


def test_a_pattern_that_is_none_is_the_authors_mistake():
    with pytest.raises(UsedWrongly, match=r"the script's 'when: \(' is no regular expression: missing \)"):
        model({"say": "x", "when": "("})
