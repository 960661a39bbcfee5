"""Sequences laid side by side: everything once and in order, equal ones together, only one kind with its like."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.debugger.alignment import Key, align, word_marks

KEYS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "x y", "x y z", "q"])), max_size=14)


def shown(left: str, right: str) -> str:
    """Two words as sequences of one-letter messages: `a=a` equal, `a~B` paired, `a.` and `.a` alone."""
    ours, theirs = keys(left), keys(right)
    told: list[str] = []
    for i, j in align(ours, theirs):
        one, other = ("" if i is None else left[i]), ("" if j is None else right[j])
        told.append(f"{one}{'=' if one == other else '~' if one and other else '.'}{other}")
    return " ".join(told)


def keys(word: str) -> list[Key]:
    """A letter is a kind; capitals say something else."""
    return [(letter.lower(), f"same {letter}" if letter.islower() else f"other {letter} words") for letter in word]


def test_what_is_equal_stands_together() -> None:
    assert shown("abc", "abc") == "a=a b=b c=c"
    assert shown("abc", "ac") == "a=a b. c=c"
    assert shown("ac", "abc") == "a=a .b c=c"
    assert shown("", "ab") == ".a .b"
    assert shown("", "") == ""


def test_what_differs_is_paired_with_its_kind_alone() -> None:
    assert shown("abc", "aBc") == "a=a b~B c=c"
    assert shown("abc", "adc") == "a=a b. .d c=c"
    assert shown("xabcy", "xBy") == "x=x a. b~B c. y=y"


def test_the_more_alike_are_paired() -> None:
    left = [("a", "one two three"), ("b", "k"), ("a", "four five six")]
    right = [("a", "four five seven")]
    assert align(left, right) == [(0, None), (1, None), (2, 0)]


def check(left: list[Key], right: list[Key]) -> None:
    pairs = align(left, right)
    assert [i for i, _ in pairs if i is not None] == list(range(len(left)))
    assert [j for _, j in pairs if j is not None] == list(range(len(right)))
    for i, j in pairs:
        assert i is not None or j is not None
        if i is not None and j is not None:
            assert left[i][0] == right[j][0]


@given(KEYS, KEYS)
def test_everything_stands_once_and_in_order(left: list[Key], right: list[Key]) -> None:
    check(left, right)
    assert align(left, left) == [(place, place) for place in range(len(left))]


def test_long_ones_are_aligned_by_what_is_unique() -> None:
    left = [("m", f"message {number % 7}") if number % 3 else ("m", f"only {number}") for number in range(3000)]
    right = [("m", "something else")] + [key for place, key in enumerate(left) if place % 50]
    check(left, right)
    equal = [(i, j) for i, j in align(left, right) if i is not None and j is not None and left[i] == right[j]]
    assert len(equal) > 2900


def test_long_ones_without_anything_in_common_are_still_aligned() -> None:
    left, right = [("ab"[number % 2], "left") for number in range(900)], [("a", "right")]
    for other in (right * 700, [("b", "x"), ("a", "y")] * 300, [("c", "z")] * 400):
        check(left, other)


def test_words_that_stay_and_words_that_change() -> None:
    assert word_marks("pay $129 now", "pay $299 now") == [("=", "pay $"), ("-", "129"), ("+", "299"), ("=", " now")]
    assert word_marks("", "new") == [("+", "new")]
    assert word_marks("same", "same") == [("=", "same")]
    assert word_marks("", "") == []


@given(st.text(), st.text())
def test_marks_hold_both_texts(left: str, right: str) -> None:
    marks = word_marks(left, right)
    assert "".join(text for sign, text in marks if sign != "+") == left
    assert "".join(text for sign, text in marks if sign != "-") == right


def test_very_long_texts_are_compared_by_lines_and_then_whole() -> None:
    lines = [f"line {number} of many words here" for number in range(400)]
    left, right = "\n".join(lines), "\n".join([*lines[:200], "new", *lines[200:]])
    assert [sign for sign, _ in word_marks(left, right)] == ["=", "+", "="]
    assert word_marks("a " * 2000, "b " * 2000) == [("-", "a " * 2000), ("+", "b " * 2000)]
