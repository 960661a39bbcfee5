"""Prices from the installed list: known ones as decimal text, unknown and local ones as None."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workbench.events import Usage, cost_of
from workbench.models.largest import largest_answer
from workbench.models.prices import price_of


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["openai:gpt-4o", "xai:grok-4", "gemini:gemini-2.5-pro", "groq:llama-3.3-70b-versatile"]
)
def test_a_known_model_has_a_price(name: str):
    price = price_of(name, {})
    assert price is not None
    assert 0 < Decimal(price.input) <= Decimal(price.output) < 1000
    assert price.cached is None or Decimal(price.cached) < Decimal(price.input)
    assert price.source.startswith("genai-prices ")


@pytest.mark.parametrize(
    "name",
    [
        "openai:nobody-knows-me",
        "openai:text-embedding-3-small",
        "ollama:llama3",
        "vllm:gpt-4o",
        "scripted:x",
        "human",
        "nope:gpt-4o",
    ],
)
def test_what_nobody_knows_has_none(name: str):
    assert price_of(name, {}) is None


def test_a_server_of_ones_own_has_no_price_list():
    assert price_of("openai:gpt-4o", {"OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"}) is None


def test_long_requests_have_a_price_of_their_own():
    price = price_of("anthropic:claude-sonnet-4-5", {})
    assert price is not None
    (tier,) = price.tiers
    assert tier.above == 200_000
    assert Decimal(tier.input) > Decimal(price.input)
    assert Decimal(price.cache_write or 0) > Decimal(price.input)


@pytest.mark.parametrize("asked", [1000, 200_000, 200_001])
def test_what_is_billed_is_what_the_list_says(asked: int):
    from genai_prices import Usage as Counted
    from genai_prices import calc_price

    price = price_of("anthropic:claude-sonnet-4-5", {})
    assert price is not None
    counted = Counted(input_tokens=asked, cache_read_tokens=500, cache_write_tokens=100, output_tokens=70)
    theirs = calc_price(counted, model_ref="claude-sonnet-4-5", provider_id="anthropic").total_price
    ours = cost_of(Usage(input=asked, cached=500, cache_write=100, output=70, reasoning=20), price)
    assert ours == theirs


def test_a_price_is_that_of_its_day():
    then, now = price_of("openai:o3", {}, at=1_748_000_000.0), price_of("openai:o3", {})
    assert then is not None
    assert now is not None
    assert Decimal(then.input) > Decimal(now.input), "it was made cheaper in June 2025"


@pytest.mark.parametrize(
    ("model", "most"),
    [
        ("gpt-4o-mini", 16_384),
        ("openai/gpt-4.1", 32_768),
        ("gpt-4-0613", 8_192),
        ("gpt-5-mini", 128_000),
        ("o3-mini", 100_000),
        ("claude-opus-4-1", 32_000),
        ("claude-opus-4-5-20251101", 64_000),
        ("claude-sonnet-4-5", 64_000),
        ("claude-3-5-haiku-latest", 8_192),
        ("gemini-2.5-pro", 65_536),
        ("llama-3.3-70b", None),
    ],
)
def test_how_long_an_answer_can_be(model: str, most: int | None):
    assert largest_answer(model) == most
