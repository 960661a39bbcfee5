"""Transcripts are persistent: appending never changes an older one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.state import Transcript, digest


def grown(*refs: int) -> Transcript:
    log = Transcript()
    for ref in refs:
        log = log.plus(ref, ref * 7)
    return log


def test_it_remembers_in_order():
    log = grown(1, 2, 3)
    assert (len(log), log.refs(), log.refs(1)) == (3, [1, 2, 3], [2, 3])


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 99)), max_size=40))
def test_older_ones_never_change(growth: list[tuple[int, int]]):
    """Grow any of the transcripts there are, in any order; each still holds what a plain list would."""
    logs: list[tuple[Transcript, list[int]]] = [(Transcript(), [])]
    for which, ref in growth:
        log, plain = logs[which % len(logs)]
        logs.append((log.plus(ref, ref), [*plain, ref]))
    for log, plain in logs:
        assert log.refs() == plain
        assert log == grown_like(plain)


def grown_like(plain: list[int]) -> Transcript:
    log = Transcript()
    for ref in plain:
        log = log.plus(ref, ref)
    return log


def test_equal_chains_mean_equal_messages():
    assert grown(1, 2).chain == grown(1, 2).chain
    assert grown(1, 2).chain != grown(2, 1).chain
    assert grown(1, 2) != grown(1, 2).plus(3, 3)
    same_words_elsewhere = Transcript().plus(1, 5), Transcript().plus(2, 5)
    assert same_words_elsewhere[0].chain == same_words_elsewhere[1].chain
    assert same_words_elsewhere[0] != same_words_elsewhere[1]


def test_it_is_equal_to_nothing_else():
    assert grown(1) != [1]
    with pytest.raises(TypeError, match="unhashable"):
        hash(grown(1))


def test_it_can_be_read_in_a_debugger():
    assert repr(Transcript().plus(1, 255)) == "Transcript([1], chain=00000000000000ff)"


def test_borders_between_parts_count():
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("\ud800") == digest("?"), "half characters cannot be told apart, and do no harm"
