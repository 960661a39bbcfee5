"""The regular expressions of checks: which are refused when a scenario is loaded, and the words that one finds.

Python's engine cannot be interrupted, so what could take for ever is kept out: a repeat inside a repeat is
refused, only so much of a text is searched, and a long one piece by piece: a repeat alone, as in `\\S+@\\S+`, takes
the square of the length, which is a minute for 100,000 characters without a space, and two seconds in pieces.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

LONGEST_PATTERN = 500
SEARCHED = 100_000
"""Characters of a text that are searched."""
LONG = 10_000
PIECE = 2_000
"""Characters of a `LONG` text that are searched at once. Each piece begins in the middle of the one before."""
SHOWN = 300
"""Characters of a finding that are kept as evidence."""

_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?#[^)]*\)|\(|\)|[*+]|\{\d*,\d*\}", re.DOTALL)


@lru_cache(maxsize=256)
def compiled(pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """The pattern, ready to search. What Python says of `[[`, which may mean a set of sets one day, reaches nobody.

    Raises:
        re.error, RecursionError, OverflowError: it is no regular expression.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return re.compile(pattern, flags)


def problem_of(pattern: str) -> str | None:
    """Why `pattern` cannot be searched for, in words; None where it can."""
    if len(pattern) > LONGEST_PATTERN:
        return f"the pattern has {len(pattern)} characters, {LONGEST_PATTERN} are allowed"
    try:
        compiled(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"not a regular expression: {error}"
    if _repeats_a_repeat(pattern):
        return "a repeat inside a repeat, as in (a+)+, can take for ever; write it with one repeat"
    return None


def proves_nothing(pattern: str) -> bool:
    """Whether it finds nothing at all in any text, so that a check with it would always hold."""
    return compiled(pattern).search("") is not None


def _repeats_a_repeat(pattern: str) -> bool:
    """Whether a group that holds an open-ended repeat is itself repeated."""
    open_groups = [False]
    closed = False  # the piece before is a group that holds a repeat
    for piece in _PIECE.finditer(pattern):
        sign = piece[0]
        adjacent = closed and sign[0] in "*+{" and pattern[piece.start() - 1] == ")"
        if adjacent:
            return True
        closed = False
        if sign == "(":
            open_groups.append(False)
        elif sign == ")":
            closed = open_groups.pop()
            open_groups[-1] |= closed
        elif sign[0] in "*+{":
            open_groups[-1] = True
    return False


def first_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Where `pattern` is found first; in a long text, what is complete within half a piece."""
    end = min(len(text), SEARCHED)
    if end <= LONG:
        return pattern.search(text)
    for at in range(0, end - PIECE // 2, PIECE // 2):
        match = pattern.search(text, at, min(at + PIECE, end))
        if match is not None and at + PIECE < end:
            match = pattern.match(text, match.start(), end)  # `$` and greedy repeats go by the end of the text
        if match is not None:
            return match
    return None


def found(pattern: str, text: str) -> str:
    """The words of `text` that `pattern` finds: its first group, or all of it; "" where it finds none.

    A pattern that is no regular expression finds nothing.
    """
    try:
        match = first_match(compiled(pattern), text)
    except (re.error, RecursionError, OverflowError):
        return ""
    if match is None:
        return ""
    return ((match.re.groups and match[1]) or match[0]).strip()[:SHOWN]
