"""Pieces of a stream become the document that would have come whole."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workbench.models.adapters.folding import fold, folded


def whole(*pieces: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for piece in pieces:
        fold(document, piece)
    return folded(document)


@given(st.lists(st.text(max_size=5), min_size=1))
def test_text_grows_and_everything_else_is_replaced(words: list[str]):
    assert whole(*[{"content": word, "id": word} for word in words]) == {"content": "".join(words), "id": words[-1]}


def test_objects_are_folded_and_lists_by_their_index():
    assert whole(
        {"choices": [{"index": 1, "delta": {"content": "b"}}], "usage": None},
        {"choices": [{"index": 0, "delta": {"content": "a"}}], "new": {"x": 1}},
        {"choices": [{"index": 1, "delta": {"content": "c"}, "finish": "stop"}], "usage": {"n": 1}, "new": {"y": [1]}},
        {"new": {"y": [2, {"z": 3}]}, "usage": None},
    ) == {
        "choices": [
            {"index": 1, "delta": {"content": "bc"}, "finish": "stop"},
            {"index": 0, "delta": {"content": "a"}},
        ],
        "usage": {"n": 1},
        "new": {"x": 1, "y": [1, 2, {"z": 3}]},
    }


def test_a_field_may_change_its_kind():
    assert whole({"a": "x"}, {"a": {"b": 1}}, {"a": [1]}, {"a": 7}) == {"a": 7}
    assert whole({"content": None}, {"content": "x"}, {"content": [1]}, {"content": "y"}) == {"content": "y"}


def test_what_was_given_stays_as_it_was():
    piece = {"content": "a", "list": [{"index": 0, "text": "b"}]}
    whole(piece, piece)
    assert piece == {"content": "a", "list": [{"index": 0, "text": "b"}]}
