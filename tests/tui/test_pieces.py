"""Lines in pieces: safe, of exact width, wrapped alike whether they come at once or bit by bit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from workbench.tui.pieces import Growing, cut, lay, strip_of, width_of, wrap
from workbench.tui.theme import DARK, LIGHT

TEXTS = st.text(max_size=200) | st.text("ab \n", max_size=400) | st.text("日本語 émoji👍🏽\t\x1b[", max_size=80)


@given(TEXTS, st.integers(0, 60))
def test_what_is_cut_fits_on_one_line_and_holds_no_control_character(text: str, width: int) -> None:
    shown = cut(text, width)
    assert cell_len(shown) <= width
    assert "\n" not in shown
    assert "\x1b" not in shown


@given(TEXTS, TEXTS, st.integers(1, 60))
def test_a_line_is_exactly_as_wide_as_asked(left: str, right: str, width: int) -> None:
    laid = lay(width, [(left, "text")], [(right, "faint")])
    assert strip_of(laid, width, DARK).cell_length == width


@given(TEXTS, st.integers(2, 40))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    from workbench.safe_text import safe_text

    assert "".join("".join(lines).split()) == "".join(safe_text(text).split())


@given(st.lists(st.text("word é\n", max_size=30), max_size=30), st.integers(4, 30))
def test_what_streams_in_reads_as_if_it_had_come_at_once(bits: list[str], width: int) -> None:
    growing, text = Growing(width), ""
    for bit in bits:
        text += bit
        growing.lines(text)
    assert "".join("".join(growing.lines(text)).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in growing.lines(text))


def test_the_right_end_is_whole_and_the_left_gives_way() -> None:
    laid = lay(20, [("a long title that does not fit", "text")], [("$0.01", "grey")])
    assert "".join(text for text, _ in laid).endswith("$0.01")
    assert width_of(laid) == 20


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_what_was_looked_for_is_marked(palette: object) -> None:
    strip = strip_of([("The Router is here", "text")], 30, DARK, needle="router")
    marked = [segment.text for segment in strip if segment.style == DARK.style("found")]
    assert marked == ["Router"]
    assert strip.text.startswith("The Router is here")


def test_what_says_the_same_is_the_same_line_and_an_edge_stands_before_it() -> None:
    line = strip_of([("said", "text")], 12, DARK)
    assert strip_of([("said", "text")], 12, DARK) is line
    others = [strip_of([("said", "grey")], 12, DARK), strip_of([("said", "text")], 12, LIGHT)]
    others += [strip_of([("said", "text")], 12, DARK, "cursor"), strip_of([("said", "text")], 12, DARK, needle="s")]
    assert all(other is not line for other in others)
    edged = strip_of([("said", "text")], 12, DARK, edge="│")
    assert (edged.text, edged.cell_length) == ("│said        ", 13)
