"""JSON that others wrote is looked at without trusting its shape."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.events.text import DEEPEST
from workbench.exchange.untrusted import a_count, a_list, a_number, a_text, a_time, an_object, decode_json


def test_shapes_are_what_they_are_or_empty() -> None:
    assert (an_object([]), an_object({"a": 1}), a_list({}), a_list([1])) == ({}, {"a": 1}, [], [1])
    assert (a_text(None), a_text(3, "x"), a_text("y")) == ("", "x", "y")
    assert [a_count(value) for value in (0, 7, -1, True, 1.0, 1 << 53, "1")] == [0, 7, None, None, None, None, None]
    assert [a_number(value) for value in (0, 1.5, -1, True, 10**400, "1")] == [0, 1.5, None, None, None, None]


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("2025-01-01T00:00:00", 1735689600),
        ("2025-01-01T01:00:00+01:00", 1735689600),
        ("2025-01-01", 1735689600),
        (1735689600, 1735689600),
        (1735689600000, 1735689600),
        ("1900-01-01", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (-1, None),
        (10**40, None),
        (True, None),
        (None, None),
    ],
)
def test_times_in_every_form(told: Any, seconds: float | None) -> None:
    assert a_time(told) == seconds


def test_depth_is_bounded() -> None:
    assert decode_json("[" * DEEPEST + "]" * DEEPEST)
    with pytest.raises(ValueError, match="nested more than"):
        decode_json('{"a":' * (DEEPEST + 1) + "0" + "}" * (DEEPEST + 1))
