"""Lines wider than the terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.text import Text

from workbench.console.hanging import hanging


def wrapped(text: str, width: int = 40) -> list[str]:
    return [line.plain.rstrip() for line in hanging(Console(file=io.StringIO(), width=width), Text(text, "bold"))]


def test_the_last_column_goes_on_under_itself() -> None:
    assert wrapped("    7  answer   I am sorry about that, it should not happen.") == [
        "    7  answer   I am sorry about that,",
        "                it should not happen.",
    ]


def test_a_line_that_begins_in_a_far_column_stays_there() -> None:
    assert wrapped(" " * 28 + "check the recording against the rules", 60) == [
        " " * 28 + "check the recording against the",
        " " * 28 + "rules",
    ]


def test_a_column_without_room_is_no_place_to_go_on() -> None:
    assert wrapped("a  " + "word " * 4 + "and a last   column") == ["a  word word word word and a last", "   column"]


@pytest.mark.parametrize(
    "text", ["short  line", "a sentence that is far too long for this terminal", " " * 4 + "{" * 50]
)
def test_what_has_no_columns_or_fits_stays_one_line(text: str) -> None:
    assert wrapped(text) == [text]
