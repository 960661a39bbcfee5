"""Reading answers: every fallback takes where it should, and nothing a model writes breaks or stalls it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.criteria.reading import Reading, read_answer

WHOLE = '{"agent_output": "Hello.", "system_status": "complete", "collected": {"order_id": "A-1007"}}'


def read(text: str) -> Reading:
    return read_answer(text, structured=True)


def test_an_agent_without_criteria_is_read_as_it_is():
    assert read_answer(WHOLE, structured=False) == Reading(WHOLE)


def test_exact():
    assert read(WHOLE) == Reading("Hello.", "complete", "json", {"order_id": "A-1007"})


@pytest.mark.parametrize(
    ("said", "output"), [("3", "3"), ("null", ""), ('{"a": [1, "ä"]}', '{"a":[1,"ä"]}'), ("[true]", "[true]")]
)
def test_output_that_is_no_string_becomes_json_text(said: str, output: str):
    assert read(f'{{"agent_output": {said}, "system_status": "continue"}}') == Reading(output, "continue", "json")


@pytest.mark.parametrize(
    ("status", "read_as"),
    [
        ('"complete"', "complete"),
        ('" Completed. "', "complete"),
        ('"COMPLETE"', "complete"),
        ('"continue"', "continue"),
        ('"incomplete"', "continue"),
        ('"not complete"', "continue"),
        ("true", "continue"),
        ("null", "continue"),
    ],
)
def test_only_a_plain_word_for_complete_is_complete(status: str, read_as: str):
    assert read(f'{{"agent_output": "x", "system_status": {status}}}').status == read_as


def test_a_status_alone_has_no_words():
    assert read('{"system_status": "complete"}') == Reading("", "complete", "json")


@pytest.mark.parametrize("collected", ["[]", "{}", '"A-1007"', "null"])
def test_claims_are_an_object_with_something_in_it(collected: str):
    assert read(f'{{"agent_output": "x", "collected": {collected}}}').claims is None


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{WHOLE}\n```",
        f"Of course! {{not json}} Here it is:\n\n{WHOLE}\n\nAnything else?",
        f'{{"an": "example"}} {WHOLE}',
        f'{{"broken": {WHOLE}',
    ],
)
def test_embedded(text: str):
    assert read(text) == Reading("Hello.", "complete", "embedded", {"order_id": "A-1007"})


def test_of_several_objects_the_last_is_the_agents_word():
    draft = '{"agent_output": "Draft.", "system_status": "continue"}'
    assert read(f"{draft}\n{WHOLE}").output == "Hello."


def test_the_words_around_an_object_without_output_are_the_output():
    assert read('All done.\n{"system_status": "complete"}') == Reading("All done.", "complete", "embedded")


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("{'agent_output': 'It is', 'system_status': 'complete'}", Reading("It is", "complete", "repaired")),
        ('{"agent_output": "cut off he', Reading("cut off he", "continue", "repaired")),
        ('{"agent_output": "x" "system_status": complete}', Reading("x", "complete", "repaired")),
        ('Ah {well}. {"agent_output": "x" "system_status": complete}', Reading("x", "complete", "repaired")),
        ("{a: 1} then {'agent_output': 'x'", Reading("x", "continue", "repaired")),
        ('"agent_output": "x", "system_status": "complete"', Reading("x", "complete", "repaired")),
        (
            '{"collected": {"a": "1"}, "agent_output": "x", "system_status": complete}',
            Reading("x", "complete", "repaired", {"a": "1"}),
        ),
    ],
)
def test_repaired(text: str, reading: Reading):
    assert read(text) == reading


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("All done.\n\n**System Status:** Complete", "All done."),
        ("<system_status>complete</system_status>\nBye.", "Bye."),
        ("agent_output: Hello there\nsystem_status: complete", "Hello there"),
        ("Bye.\nsystemStatus = 'completed'", "Bye."),
        ("Bye.\n- system-status -> COMPLETE", "Bye."),
        ("I set system_status to complete now.", None),
        ("The system status is complete.", None),
    ],
)
def test_status_found_by_pattern(text: str, output: str | None):
    text = text.replace("to complete", ": complete")
    assert read(text) == Reading(text if output is None else output, "complete", "pattern")


def test_the_last_status_that_is_mentioned_counts():
    assert read("system_status: continue\nsystem_status: complete").status == "complete"
    assert read("system_status: complete\nsystem_status: continue").status == "continue"


@pytest.mark.parametrize(
    "text", ["", "Hello.", '{"foo": 1}', "[1, 2]", "I cannot set system_status yet", "agent_output"]
)
def test_all_else_is_text_that_goes_on(text: str):
    assert read(text) == Reading(text, "continue", "text")


def test_output_nested_too_deeply_to_be_written_again_is_left_as_text():
    for depth in (500, 900, 950, 970, 990, 1000, 5000):
        text = '{"agent_output": ' + "[" * depth + "]" * depth + "}"
        assert read(text).status == "continue"


HOSTILE: dict[str, str] = {
    "openings": '{"' * 500_000,
    "nested objects": '{"a":' * 200_000,
    "braces and spaces": "{ " * 500_000,
    "strings of objects": '{"a":"' * 150_000,
    "brackets": "[" * 1_000_000,
    "digits": "9" * 1_000_000,
    "objects that are no answer": '{"a":1} ' * 120_000,
    "objects that do not close": '{"a": "x", ' * 90_000,
    "escaped quotes": '{"a":"b' + '\\"' * 500_000,
    "marks without a status": "system_status " * 70_000,
    "a status far away": "system_status" + " " * 1_000_000,
    "many statuses": "system_status: complete\n" * 50_000,
    "many answers": '{"agent_output": 1} ' * 50_000,
    "a broken answer of a megabyte": '{"agent_output": "' + "word " * 200_000,
    "brackets to repair": '{"agent_output": ' + "[" * 40_000,
    "quotes to repair": '{"agent_output": "' + '"a" ' * 10_000,
}


@pytest.mark.slow
@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_malice_is_read_at_once(name: str):
    assert read(HOSTILE[name]).how in ("text", "pattern", "embedded", "repaired")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(json_values, st.sampled_from(["continue", "complete"]))
def test_what_was_written_as_json_is_read_back(output: Any, status: str):
    reading = read(json.dumps({"agent_output": output, "system_status": status}))
    assert (reading.status, reading.how) == (status, "json")
    if isinstance(output, str):
        assert reading.output == output


MARKS = ["agent_output", "system_status", "collected", "complete", "continue", "```json\n", "null", "//"]
pieces = st.sampled_from([*MARKS, *"{}[]\"':,\\\n1 ä#\x00\ud800"])


@given(st.lists(pieces, max_size=60).map("".join))
def test_survives_what_looks_like_an_answer(text: str):
    reading = read(text)
    assert reading.status in ("continue", "complete")
    assert isinstance(reading.output, str)


@given(st.text())
def test_survives_any_text(text: str):
    reading = read(text)
    assert reading.how != "text" or reading == Reading(text, "continue")


@given(st.integers(min_value=0, max_value=len(WHOLE)), st.integers(min_value=0, max_value=len(WHOLE)))
def test_survives_answers_with_a_piece_missing(start: int, end: int):
    assert read(WHOLE[:start] + WHOLE[end:]).status in ("continue", "complete")
