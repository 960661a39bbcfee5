"""JSON in an answer, wherever it stands."""

from __future__ import annotations

import json

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


@given(VALUES)
def test_plain_json_is_itself(value: object) -> None:
    assert read(json.dumps(value)) == value


def test_what_is_long_and_broken_is_not_repaired() -> None:
    assert len(list(json_texts("{" + "a" * 60_000))) == 1
