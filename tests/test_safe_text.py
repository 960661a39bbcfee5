"""Nothing that others wrote can be obeyed by a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.safe_text import clipped, safe_line, safe_text

JOINERS = {0x200C, 0x200D}
"""They shape letters and emoji, and cannot hide anything."""

SIGNS = {0x0600, 0x0601, 0x0602, 0x0603, 0x0604, 0x0605, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
"""Format characters that are drawn."""


@given(st.text(alphabet=st.characters()))
def test_no_control_code_but_newline_comes_through(text: str):
    safe = safe_text(text)
    assert not [char for char in safe if unicodedata.category(char) in ("Cc", "Cs") and char != "\n"]
    safe.encode()


@given(st.text())
def test_what_is_safe_stays(text: str):
    assert safe_text(safe_text(text)) == safe_text(text)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"])))
def test_letters_and_signs_stay(text: str):
    assert safe_text(text) == text


@pytest.mark.slow
def test_every_format_character_that_is_not_drawn_becomes_visible():
    everything = (chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf")
    hidden = [char for char in everything if ord(char) not in JOINERS | SIGNS and ord(char) < 0x10000]
    assert [f"{ord(char):04x}" for char in hidden if char in safe_text(char)] == []


@pytest.mark.parametrize(
    ("dangerous", "shown"),
    [
        ("\x1b[2J", "␛[2J"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x9b31m", "\\x9b31m"),
        ("a\x7fb", "a␡b"),
        ("pay\u202eexe.txt", "pay\\u202eexe.txt"),
        ("a\u2028b", "a\\u2028b"),
        ("a\u200bb", "a\\u200bb"),
        ("a\u00adb", "a\\u00adb"),
        ("\U000e0041", "\ufffd"),
        ("\ud800", "\ufffd"),
        ("over\rwritten", "over␍written"),
        ("two\r\nlines", "two\nlines"),
        ("a\tb", "a    b"),
    ],
)
def test_what_is_dangerous_is_shown(dangerous: str, shown: str):
    assert safe_text(dangerous) == shown


def test_emoji_and_other_scripts_are_left_alone():
    assert safe_text("👩‍🔬 नमस्ते می‌خواهم") == "👩‍🔬 नमस्ते می‌خواهم"


def test_anything_can_be_shown():
    assert safe_text(3) == "3"
    assert safe_text(ValueError("\x07")) == "␇"


def test_one_line_is_one_line():
    assert safe_line("a\nb\r\nc\td") == "a⏎b⏎c    d"


@pytest.mark.parametrize(("text", "most", "shown"), [("", 3, ""), ("abc", 3, "abc"), ("abcd", 3, "ab…")])
def test_what_is_cut_fits_with_its_mark(text: str, most: int, shown: str):
    assert clipped(text, most) == shown
