"""The words of events, and the excerpts that show them."""

import json

from workbench.store.words import excerpt, terms, text_of


def content(text: str) -> str:
    return text_of("tool_returned", json.dumps({"content": text}))


def test_escapes_inside_json_are_undone() -> None:
    assert content('{"a":"one\\ntwo","b":["caf\\u00e9",3,null,{"c":true}]}') == "a one\ntwo b café 3 c True"
    assert content('["\\n","x"]') == "\n x"


def test_what_is_no_json_or_needs_no_undoing_stays() -> None:
    for text in ('{"a":"plain"}', '{"a":"cut \\n off', "C:\\new", "[" * 5000 + '"\\n"'):
        assert content(text) == text


def test_events_without_words_have_none() -> None:
    assert text_of("released", "{}") == ""
    assert text_of("said", '{"text":""}') == ""


def test_one_huge_result_is_cut() -> None:
    assert len(content("word " * 100_000)) == 200_000


def test_terms() -> None:
    assert terms('say "two words" & x_y "" "unclosed') == ["say", "two words", "x_y", '"unclosed']


def test_an_excerpt_shows_the_first_word_found_on_one_line() -> None:
    text = "lorem " * 50 + "the\n\tApple " + "ipsum " * 50
    shown = excerpt(text, ["nowhere", "apple"])
    assert "the Apple ipsum" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 130
    assert excerpt("short", ["absent"]) == "short"
    assert excerpt("call refund order now", ["refund_order"]) == "call refund order now"
