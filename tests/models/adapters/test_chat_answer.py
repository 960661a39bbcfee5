"""Answers put together from chunks: every oddity that servers are known for, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.events.messages import Answer, Delta
from workbench.models.adapters.chat_answer import ChatAnswer


def chunk(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def calling(*pieces: dict[str, Any]) -> dict[str, Any]:
    return chunk(tool_calls=list(pieces))


def piece(name: str | None = None, arguments: Any = None, **more: Any) -> dict[str, Any]:
    function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
    return {"function": function, **more}


def told(*chunks: object) -> tuple[Answer, list[Delta]]:
    answer = ChatAnswer()
    deltas = [delta for each in chunks for delta in answer.take(each)]
    return answer.whole(), deltas


def document(*chunks: object) -> dict[str, Any]:
    answer = ChatAnswer()
    for each in chunks:
        list(answer.take(each))
    return answer.document()


def calls(*chunks: object) -> list[tuple[str, str, str | None]]:
    return [(call.name, call.arguments, call.given) for call in told(*chunks)[0].calls]


def test_words_and_thinking_add_up_to_what_was_shown():
    answer, deltas = told(
        chunk(role="assistant", content=""),
        chunk(reasoning_content="hm "),
        chunk(reasoning="well", reasoning_details=[{"text": "well"}]),
        chunk(reasoning_details=[{"type": "reasoning.text", "text": " so"}, {"summary": "!"}]),
        chunk(content="Hello"),
        chunk(content=" you"),
        chunk("stop"),
    )
    assert (answer.text, answer.thinking, answer.finish) == ("Hello you", "hm well so!", "stop")
    assert "".join(delta.text for delta in deltas) == "Hello you"
    assert "".join(delta.thinking for delta in deltas) == "hm well so!"


def test_content_in_parts():
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "Hi"}]
    answer, _ = told(chunk("stop", content=parts))
    assert (answer.text, answer.thinking) == ("Hi", "hm")


def test_a_refusal_is_what_the_model_says_unless_it_says_something_else():
    answer, deltas = told(chunk(refusal="I can't"), chunk("stop", refusal=" help"))
    assert (answer.text, answer.finish) == ("I can't help", "refusal")
    assert "".join(delta.text for delta in deltas) == "I can't help"
    assert told(chunk("stop", content="Hi", refusal=""))[0].finish == "stop"


@pytest.mark.parametrize("index", [0, 1, 7, "0"])
def test_one_call_whatever_its_index(index: object):
    got = calls(
        calling(piece("f", "", index=index, id="x")),
        calling(piece(arguments='{"a"', index=index)),
        calling(piece(arguments=":1}", index=index)),
    )
    assert got == [("f", '{"a":1}', "x")]


def test_parallel_calls_with_gaps_interleaved():
    got = calls(
        calling(piece("f", '{"a":', index=3, id="x"), piece("g", "", index=1, id="y")),
        calling(piece(arguments="{}", index=1)),
        calling(piece(arguments="1}", index=3)),
    )
    assert got == [("f", '{"a":1}', "x"), ("g", "{}", "y")]


def test_calls_without_an_index():
    got = calls(
        calling(piece("f", '{"a":', id="x")),
        calling(piece(arguments="1}")),
        calling(piece("g", "{}", id="y"), piece("h", "{}", id="z")),
    )
    assert got == [("f", '{"a":1}', "x"), ("g", "{}", "y"), ("h", "{}", "z")]


def test_whole_calls_that_share_index_and_id_are_still_several():
    for more in ({}, {"index": 0}, {"index": 0, "id": ""}, {"index": 0, "id": "0"}):
        got = calls(calling(piece("f", '{"a":1}', **more)), calling(piece("f", '{"a":2}', **more)))
        assert [(name, arguments) for name, arguments, _ in got] == [("f", '{"a":1}'), ("f", '{"a":2}')], more


def test_different_ids_tell_calls_with_one_index_apart():
    got = calls(calling(piece("f", "{", index=0, id="x")), calling(piece("f", "{}", index=0, id="y")))
    assert got == [("f", "{", "x"), ("f", "{}", "y")]


def test_names_may_be_repeated_empty_or_in_pieces():
    assert calls(
        calling(piece("find", "", index=0, id="0")),
        calling(piece("find", '{"q":', index=0, id="0")),
        calling(piece("", "1}", index=0, id="0")),
    ) == [("find", '{"q":1}', "0")]
    assert calls(calling(piece("fi", index=0)), calling(piece("nd", index=0))) == [("find", "{}", None)]


@pytest.mark.parametrize("arguments", [None, "", "  "])
def test_no_arguments_are_an_empty_object(arguments: object):
    assert calls(calling(piece("f", arguments, index=0, id=""))) == [("f", "{}", None)]


def test_arguments_stay_as_the_model_wrote_them():
    for written in ("null", '{"cut": "of', "not json", '{"a": 1, "a": 2}'):
        assert calls(calling(piece("f", written, index=0))) == [("f", written, None)]
    assert calls(calling(piece("f", {"a": [1]}, index=0))) == [("f", '{"a":[1]}', None)]


def test_other_forms_of_calls_are_calls_too():
    assert calls(chunk(function_call={"name": "f", "arguments": "{"}), chunk(function_call={"arguments": "}"})) == [
        ("f", "{}", None)
    ]
    custom = {"id": "x", "type": "custom", "custom": {"name": "run", "input": "print(1)"}}
    assert calls({"choices": [{"message": {"tool_calls": [custom]}, "finish_reason": "tool_calls"}]}) == [
        ("run", "print(1)", "x")
    ]


def test_what_must_go_back_with_a_call_is_kept():
    signed = piece("f", "{}", index=0, extra_content={"google": {"thought_signature": "s"}})
    answer, _ = told(calling(signed))
    assert answer.calls[0].extra == '{"extra_content":{"google":{"thought_signature":"s"}}}'


def test_only_the_first_choice_counts():
    other: dict[str, Any] = {"choices": [{"index": 1, "delta": {}, "finish_reason": "length"}]}
    answer, deltas = told(
        {"choices": [{"index": 1, "delta": {"content": "B"}}, {"index": 0, "delta": {"content": "A"}}]},
        other,
        chunk("stop"),
    )
    assert (answer.text, answer.finish, len(deltas)) == ("A", "stop", 1)


def test_the_last_usage_wins_and_details_are_read():
    first = {"prompt_tokens": 1, "completion_tokens": 1}
    last = {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 2},
        "cost": 0.5,
    }
    end: dict[str, Any] = {"choices": [], "usage": last}
    chunks = (chunk(content="x") | {"usage": first}, chunk("stop") | {"usage": None}, end)
    usage = told(*chunks)[0].usage
    assert (usage.input, usage.output, usage.cached, usage.reasoning) == (10, 5, 4, 2)
    assert document(*chunks)["usage"] == last


def test_usage_elsewhere_or_nowhere():
    assert told(chunk("stop"))[0].usage.input is None
    grouped = chunk("stop") | {"x_groq": {"usage": {"prompt_tokens": 3, "completion_tokens": 0}}}
    assert (told(grouped)[0].usage.input, told(grouped)[0].usage.output) == (3, 0)
    odd = chunk("stop") | {"usage": {"prompt_tokens": "many", "completion_tokens": -1, "prompt_cache_hit_tokens": 6}}
    usage = told(odd)[0].usage
    assert (usage.input, usage.output, usage.cached) == (None, None, 6)


@pytest.mark.parametrize(
    "nonsense",
    [
        None, 7, "words", [], {}, {"choices": None}, {"choices": [None, 3]}, {"choices": [{"delta": None}]},
        {"usage": 3},
        {"choices": [{"delta": {"function_call": {"name": "", "arguments": ""}, "tool_calls": [{"index": 4}]}}]},
        {"choices": [{"delta": {"content": 5, "tool_calls": {"a": 1}, "reasoning": 3, "refusal": 4}}]},
        {"choices": [{"delta": {"content": [1, None], "tool_calls": [], "function_call": "f"}}]},
    ],
)  # fmt: skip
def test_nonsense_adds_nothing(nonsense: object):
    answer, deltas = told(nonsense)
    assert (answer, deltas) == (Answer(), [])


def test_who_answered_is_told():
    around = {"model": "gpt-x-2026", "id": "c1", "provider": "Novita"}
    assert told(chunk("stop") | around)[0].model == "gpt-x-2026"
    assert document(chunk("stop") | around).items() >= around.items()


def test_the_document_is_what_would_have_come_whole():
    chunks = (
        chunk(role="assistant", content="", reasoning_details=[{"type": "reasoning.text", "text": "hm"}]),
        chunk(content="Hel") | {"usage": None},
        chunk(content="lo", new={"x": 1}),
        calling(piece("f", '{"a":', index=0, id="x", type="function")),
        calling(piece("g", "{}", index=0, id="y", type="function")),
        calling(piece(arguments="1}", index=1)),
        {"choices": [{"index": 1, "delta": {"content": "other"}, "finish_reason": "stop"}]},
        chunk("tool_calls"),
    )
    assert document(*chunks)["choices"] == [
        {
            "message": {
                "role": "assistant",
                "content": "Hello",
                "reasoning_details": [{"type": "reasoning.text", "text": "hm"}],
                "new": {"x": 1},
                "tool_calls": [
                    {"index": 0, "id": "x", "type": "function", "function": {"name": "f", "arguments": '{"a":'}},
                    {"index": 0, "id": "y", "type": "function", "function": {"name": "g", "arguments": "{}"}},
                    {"index": 1, "function": {"arguments": "1}"}},
                ],
            },
            "index": 0,
            "finish_reason": "tool_calls",
        },
        {"message": {"content": "other"}, "index": 1, "finish_reason": "stop"},
    ]
    older = document(chunk(function_call={"name": "f", "arguments": "{"}), chunk(function_call={"arguments": "}"}))
    assert older["choices"][0]["message"] == {"function_call": {"name": "f", "arguments": "{}"}}
