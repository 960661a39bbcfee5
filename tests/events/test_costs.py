"""What tokens cost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workbench.events import Price, Rates, Tier, Usage, cost_of, is_free, rates_at

PLAIN = Price(input="2", output="10")
KINDS = Price(
    input="2", output="10", cached="0.5", cache_write="2.5", audio_input="32", audio_output="64", source="here"
)


@pytest.mark.parametrize(
    ("usage", "price", "millionths"),
    [
        (Usage(), PLAIN, 0),
        (Usage(input=100, output=10), PLAIN, 300),
        (Usage(input=100, output=10, cached=50, reasoning=5, cache_write=5, audio_input=5, audio_output=5), PLAIN, 300),
        (Usage(input=100, output=10, cached=50), KINDS, 100 + 25 + 100),
        (Usage(input=100, output=10, cached=50, cache_write=10), KINDS, 80 + 25 + 25 + 100),
        (Usage(input=100, output=10, audio_input=20, audio_output=4), KINDS, 160 + 640 + 60 + 256),
    ],
)
def test_each_kind_of_token_at_its_own_rate(usage: Usage, price: Price, millionths: int):
    assert cost_of(usage, price) == Decimal(millionths) / 1_000_000


def test_long_requests_are_billed_at_their_tier_whole():
    price = Price(
        input="1", output="1", tiers=(Tier(input="2", output="3", above=100), Tier(input="5", output="5", above=200))
    )
    asked = [cost_of(Usage(input=tokens, output=10), price) * 1_000_000 for tokens in (100, 101, 201)]
    assert asked == [110, 232, 1055]
    assert rates_at(price, 150).output == "3"
    assert isinstance(rates_at(price, 1), Rates)


def test_what_is_free():
    assert is_free(Price(input="0", output="0.00", cached="0"))
    assert not is_free(Price(input="0", output="0", cached="0.1"))
    assert not is_free(Price(input="0", output="0", tiers=(Tier(input="1", output="0", above=9),)))
