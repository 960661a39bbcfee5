"""Patterns of checks: what is refused, what is found, and that nothing takes for ever."""

from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.gates.pattern import SEARCHED, SHOWN, found, problem_of, proves_nothing


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b[A-Z]-\d{4}\b",
        r"[\w.+-]+@[\w-]+\.[\w.-]*\w",
        r"(?:\d+) years?",
        r"(a+)?b",
        r"(\()+",
        r"([*+])+",
        r"(?:ab)+c*",
        r"((?:ab)|c)+",
        r"[]*]+",
        r"x{2,4}",
        r"(?#as in (a+)ab",
    ],
)
def test_patterns_that_serve(pattern: str):
    assert problem_of(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "not a regular expression"),
        ("*", "not a regular expression"),
        ("a{99999999999}", "not a regular expression"),
        ("x" * 501, "501 characters"),
        ("(a+)+$", "repeat inside a repeat"),
        ("(?:a*b)*", "repeat inside a repeat"),
        ("((a|b+)c){2,}", "repeat inside a repeat"),
        (r"(\w+\s)*", "repeat inside a repeat"),
        ("(?P<word>[a-z]{2,})+", "repeat inside a repeat"),
    ],
)
def test_patterns_that_are_refused(pattern: str, words: str):
    assert words in (problem_of(pattern) or "")


def test_a_pattern_that_finds_the_empty_text_proves_nothing():
    assert proves_nothing("x*")
    assert not proves_nothing("x+")


@pytest.mark.parametrize(
    ("pattern", "text", "words"),
    [
        (r"a-\d+", "It is A-1007.", "A-1007"),
        (r"order (\S+)", "my ORDER A-1007 please", "A-1007"),
        (r"(x)?order", "an order", "order"),
        (r"\s+", "a  b", ""),
        ("z", "abc", ""),
        ("(", "(", ""),
    ],
)
def test_the_words_it_finds(pattern: str, text: str, words: str):
    assert found(pattern, text) == words


def test_only_so_much_is_searched_and_kept():
    assert found("needle", "x" * SEARCHED + "needle") == ""
    assert found("x+", "x" * 10_000) == "x" * SHOWN


@pytest.mark.parametrize("place", [0, 999, 1_500, 1_990, 2_001, 57_123, SEARCHED - 15])
def test_a_long_text_is_searched_everywhere(place: int):
    text = "x" * place + " order A-1007 " + "x" * (SEARCHED - place - 14)
    assert found(r"order (\S+)", text) == "A-1007"


def test_where_a_piece_ends_nothing_else_does():
    lines = "x" * 1_999 + "a" + "x" * 50_000
    assert found("a$", lines) == ""
    assert found("a$", f"{lines}a") == "a"
    assert found("^a", "x" * 1_000 + "a" * 2_000) == ""
    assert found("ax+", lines) == "a" + "x" * (SHOWN - 1)


def test_a_long_word_takes_no_minute():
    begun = process_time()
    assert found(r"\S+@\S+", "x" * 40_000) == ""
    pieces = process_time() - begun
    begun = process_time()
    assert re.search(r"\S+@\S+", "x" * 10_000) is None
    assert pieces < 4 * (process_time() - begun), "whole it took 16 times as long as a quarter of it"


def test_what_python_may_once_read_otherwise_is_read_as_today_and_warns_nobody():
    assert problem_of("[[]x") is None
    assert found("[[]x", "a[x") == "[x"


@given(st.text(max_size=40))
@example("[[")
def test_any_text_is_a_pattern_or_is_refused(pattern: str):
    if problem_of(pattern) is None:
        assert isinstance(found(pattern, "some text"), str)
    else:
        found(pattern, "some text")
