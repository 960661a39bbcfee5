"""Two sequences of messages laid side by side, and two texts word by word.

Equal messages anchor each other. Between anchors the best pairing is looked for: only messages of one kind are ever
paired, the more words they share the rather. Long stretches without an anchor are halved first, so that the work
grows with the length and not with its square.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

Key = tuple[str, str]
"""A message as it is aligned: its kind (role and tool) and its text. Equal keys are equal messages."""

Pair = tuple[int | None, int | None]
"""Places on the left and on the right that stand side by side; None where a side has nothing."""

Sign = Literal["=", "-", "+"]

_CELLS = 10_000
_EQUAL = 4.0
_FRONT = 2_000
_WORD = re.compile(r"\w+")
_TOKENS = re.compile(r"\s+|\d+(?:[.,]\d+)*|\w+|[^\w\s]")
_MOST_TOKENS = 1_000_000


def align(left: Sequence[Key], right: Sequence[Key]) -> list[Pair]:
    """Every place of both sides once, in order on each."""
    return list(_aligned(left, right, 0, len(left), 0, len(right)))


def _aligned(left: Sequence[Key], right: Sequence[Key], i: int, i_end: int, j: int, j_end: int) -> Iterator[Pair]:
    """The pairs of `left[i:i_end]` and `right[j:j_end]`."""
    while i < i_end and j < j_end and left[i] == right[j]:
        yield i, j
        i, j = i + 1, j + 1
    tail = 0
    while i < i_end - tail and j < j_end - tail and left[i_end - tail - 1] == right[j_end - tail - 1]:
        tail += 1
    i_end, j_end = i_end - tail, j_end - tail
    if (i_end - i) * (j_end - j) <= _CELLS:
        yield from _paired(left, right, i, i_end, j, j_end)
    else:
        borders = _anchors(left, right, i, i_end, j, j_end) or [((i + i_end) // 2, (j + j_end) // 2)]
        for i_border, j_border in [*borders, (i_end, j_end)]:
            yield from _aligned(left, right, i, i_border, j, j_border)
            i, j = i_border, j_border
    yield from zip(range(i_end, i_end + tail), range(j_end, j_end + tail), strict=True)


def _anchors(
    left: Sequence[Key], right: Sequence[Key], i: int, i_end: int, j: int, j_end: int
) -> list[tuple[int, int]]:
    """The longest chain of messages that each side holds exactly once."""
    on_left, on_right = Counter(left[i:i_end]), Counter(right[j:j_end])
    places = {right[place]: place for place in range(j, j_end) if on_right[right[place]] == 1}
    once = [(at, places[left[at]]) for at in range(i, i_end) if left[at] in places and on_left[left[at]] == 1]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for number, (_, place) in enumerate(once):
        length = bisect_left(tails, place)
        before.append(ends[length - 1] if length else None)
        tails[length : length + 1], ends[length : length + 1] = [place], [number]
    chain: list[tuple[int, int]] = []
    at = ends[-1] if ends else None
    while at is not None:
        chain.append(once[at])
        at = before[at]
    return chain[::-1]


def _paired(left: Sequence[Key], right: Sequence[Key], i: int, i_end: int, j: int, j_end: int) -> Iterator[Pair]:
    """The pairing with the highest sum of likenesses, the earliest of equals."""
    rows, columns = i_end - i, j_end - j
    ours, theirs = [_words(key) for key in left[i:i_end]], [_words(key) for key in right[j:j_end]]
    alike = [
        [
            0.0 if mine[0] != other[0] else _EQUAL if mine == other else _likeness(ours[row], theirs[column])
            for column, other in enumerate(right[j:j_end])
        ]
        for row, mine in enumerate(left[i:i_end])
    ]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        below, here, scores = best[row + 1], best[row], alike[row]
        for column in range(columns - 1, -1, -1):
            both = scores[column] + below[column + 1] if scores[column] else 0.0
            here[column] = max(both, below[column], here[column + 1])
    row = column = 0
    while row < rows and column < columns:
        score, value = alike[row][column], best[row][column]
        if score and value == score + best[row + 1][column + 1]:
            yield i + row, j + column
            row, column = row + 1, column + 1
        elif value == best[row + 1][column]:
            yield i + row, None
            row += 1
        else:
            yield None, j + column
            column += 1
    yield from ((i + rest, None) for rest in range(row, rows))
    yield from ((None, j + rest) for rest in range(column, columns))


def _words(key: Key) -> frozenset[str]:
    return frozenset(_WORD.findall(key[1][:_FRONT]))


def _likeness(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """From 1, where two of a kind share no word, to 3, where they share all."""
    shared = len(ours & theirs)
    return 1.0 + 2.0 * shared / (len(ours) + len(theirs) - shared) if shared else 1.0


def word_marks(left: str, right: str) -> list[tuple[Sign, str]]:
    """What both texts say (`=`), only the left (`-`) and only the right (`+`), word by word, in reading order."""
    ours, theirs = _TOKENS.findall(left), _TOKENS.findall(right)
    if len(ours) * len(theirs) > _MOST_TOKENS:
        ours, theirs = left.splitlines(keepends=True), right.splitlines(keepends=True)
    if len(ours) * len(theirs) > _MOST_TOKENS:
        ours, theirs = [left], [right]
    marks: list[tuple[Sign, str]] = []
    gone, come = "", ""
    for what, i, i_end, j, j_end in SequenceMatcher(str.isspace, ours, theirs, autojunk=False).get_opcodes():
        mine, other = "".join(ours[i:i_end]), "".join(theirs[j:j_end])
        between = bool(gone or come) and i_end < len(ours) and j_end < len(theirs)
        if what == "equal" and not (between and _WORD.search(mine) is None):
            marks += _changed(gone, come)
            marks.append(("=", mine))
            gone = come = ""
        else:  # signs and spaces between two changes are read best as part of them
            gone, come = gone + mine, come + other
    return [*marks, *_changed(gone, come)]


def _changed(gone: str, come: str) -> list[tuple[Sign, str]]:
    pieces: list[tuple[Sign, str]] = [("-", gone), ("+", come)]
    return [piece for piece in pieces if piece[1]]
