"""What enters a body is valid UTF-8 and holds no secret."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from workbench.events import Said, ToolCalled, decode
from workbench.events.text import DEEPEST, Redacting, as_json, clean, from_json, redact, register_secret


def test_a_registered_secret_is_struck_out_everywhere():
    register_secret("correct-horse-battery")
    assert redact("a correct-horse-battery b correct-horse-battery") == "a [redacted] b [redacted]"
    said = Said(text="the key is correct-horse-battery")
    assert said.text == "the key is [redacted]"
    called = ToolCalled(call="agent.1.1", tool="t", arguments='{"key":"correct-horse-battery"}')
    assert called.arguments == '{"key":"[redacted]"}'


def test_short_strings_and_nothing_are_no_secrets():
    register_secret("short")
    register_secret(None)
    register_secret("")
    assert redact("short") == "short"


def test_of_secrets_that_begin_alike_no_end_stays():
    register_secret("tuvalu-lighthouse")
    register_secret("tuvalu-lighthouse-keeper")
    register_secret("tuvalu-lighthouse")
    assert redact("x tuvalu-lighthouse-keeper y tuvalu-lighthouse z") == "x [redacted] y [redacted] z"


@pytest.mark.parametrize(
    "secret",
    [
        "sk-abcdefghijklmnopqrstuvwx",
        "sk-proj-abcdefghijklmnop_qrstuvwx",
        "sk-ant-abcdefghijklmnopqrstuvwx",
        "ghp_abcdefghijklmnopqrstuvwxyz012345",
        "xoxb-abcdefghijklmnopqrstuvwx",
        "AKIAABCDEFGHIJKLMNOP",
        "Bearer abcdefghijklmnopqrstuvwxyz==",
        "BEARER abcdefghijklmnopqrstuvwxyz",
    ],
)
def test_what_is_shaped_like_a_key_is_struck_out(secret: str):
    assert redact(f"before {secret} after") == "before [redacted] after"


@pytest.mark.parametrize("harmless", ["a risk-free offer", "sk-short", "high_gh", "a bearer of news", "AKIA", "xox"])
def test_harmless_words_stay(harmless: str):
    assert redact(harmless) == harmless


def test_half_characters_are_replaced_and_pairs_are_joined():
    assert clean("a\ud800b") == "a\ufffdb"
    assert clean("\ud83d\ude00") == "\U0001f600"
    assert clean("é and 漢") == "é and 漢"


def test_only_text_is_text():
    with pytest.raises(ValidationError, match="valid string"):
        Said(text=3)  # pyright: ignore[reportArgumentType]


def test_stored_text_is_trusted_as_it_is():
    register_secret("correct-horse-battery")
    assert decode("said", 1, b'{"text":"correct-horse-battery"}') == Said.model_construct(text="correct-horse-battery")


def test_json_is_compact_and_keeps_its_order():
    assert as_json({"b": 1, "a": ["é", None]}) == '{"b":1,"a":["é",null]}'
    assert as_json(object).startswith('"<class')


@pytest.mark.parametrize("depth", [0, 1, DEEPEST - 1, DEEPEST])
def test_json_is_read_as_deep_as_anything_real_is(depth: int):
    assert as_json(from_json("[" * depth + "{}" * (depth < DEEPEST) + "]" * depth))
    assert len(from_json("[" + ",".join(["{}"] * 10_000) + "]")) == 10_000


@pytest.mark.parametrize("depth", [DEEPEST + 1, 900, 100_000])
def test_json_nested_beyond_that_is_none_whoever_reads_it(depth: int):
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        with pytest.raises(ValueError, match="nested"):
            from_json(opening * depth + "1" + closing * depth)


def test_what_is_no_json_is_said():
    with pytest.raises(ValueError, match="Expecting value"):
        from_json("{nonsense".replace("{", ""))


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_a_secret_that_comes_in_pieces_is_never_shown_nor_its_beginning(size: int):
    secret = "stream-secret-0815"
    register_secret(secret)
    text = f"It is {secret}, so stream-sec is no secret, and {secret[:9]}"
    coming, shown = Redacting(), ""
    for start in range(0, len(text), size):
        shown += coming.take(text[start : start + size])
        assert secret[:12] not in shown.replace("stream-sec is", "")
    assert shown == "It is [redacted], so stream-sec is no secret, and "
