"""Prices from the installed list: known ones as decimal text, unknown and local ones as None."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workbench.models.prices import price_of


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
