"""JSON in an answer, wherever it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.criteria.json_text import json_texts

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


def read(text: str) -> object:
    """The first that is JSON."""
    for candidate in json_texts(text):
        try:
            return json.loads(candidate)
        except ValueError:
            continue
    return "nothing"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        (" 3\n", 3),
        ('Here:\n```json\n{"a": 1}\n```\nand\n```\n{"a": 2}\n```', {"a": 2}),
        ('I say {"a": 1}, and that is it.', {"a": 1}),
        ("The list is [1, 2].", [1, 2]),
        ("{'a': 1,", {"a": 1}),
        ("nothing at all", "nothing"),
        ("] upside down [", []),
    ],
)
def test_it_is_found(text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.slow
@given(VALUES)
def test_plain_json_is_itself(value: object) -> None:
    assert read(json.dumps(value)) == value


def test_what_is_long_and_broken_is_not_repaired() -> None:
    assert len(list(json_texts("{" + "a" * 60_000))) == 1


DELIBERATE = {
    "repair-json-repair-029": "a backslash at the cut is kept: what followed it is not known",
    "repair-langchain-core-016": "the same",
    "repair-json-repair-030": "a line break before something like a key begins that key",
    "repair-json-repair-192": "strict JSON: the last of two equal keys counts, as everywhere",
    "repair-json-repair-193": "strict JSON: an empty key is a key",
    "repair-vercel-ai-fixjson-020": "an object that was only begun is not there",
    "repair-vercel-ai-fixjson-034": "nor is a list that was only begun",
}
"""Cases that are read otherwise than their library does. Beside them, a text without a bracket is read where it is
strict JSON and not repaired: words are words, and a half-written one is not an answer of any type."""


def test_what_libraries_agree_on_is_read_as_they_do(data_dir: Path) -> None:
    seen = 0
    for file in sorted((data_dir / "parse").glob("repair-*.json")):
        for case in json.loads(file.read_text(encoding="utf-8")):
            if case["tier"] not in ("valid", "agreed"):
                continue
            seen += 1
            want = case["expect"].get("value", case["expect"])
            if not case["valid_json"] and not {"{", "["} & set(case["input"]):
                want = "nothing"
            got = read(case["input"])
            assert (json.dumps(got) == json.dumps(want)) != (case["id"] in DELIBERATE), case["id"]
    assert seen > 300
