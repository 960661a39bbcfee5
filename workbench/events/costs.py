"""What tokens cost: US dollars from a price and what a provider says was used. Exact, and never a guess."""

from __future__ import annotations

from decimal import Decimal

from workbench.events.parts import Price, Rates, Usage

_MILLION = Decimal(1_000_000)


def rates_at(price: Price, asked: int) -> Rates:
    """What a request of `asked` input tokens is billed at: long ones cost more at some providers, all of them."""
    rates: Rates = price
    for tier in price.tiers:
        if asked > tier.above:
            rates = tier
    return rates


def cost_of(usage: Usage, price: Price) -> Decimal:
    """US dollars for what was used; each kind of token at its own rate where there is one, else as the others.

    Reasoning is billed as what it is part of, the output.
    """
    asked, made = usage.input or 0, usage.output or 0
    rates = rates_at(price, asked) if price.tiers else price
    dollars = Decimal(0)
    for tokens, rate in (
        (usage.cached, rates.cached),
        (usage.cache_write, rates.cache_write),
        (usage.audio_input, rates.audio_input),
    ):
        if tokens and rate is not None:
            asked -= tokens
            dollars += Decimal(rate) * tokens
    if usage.audio_output and rates.audio_output is not None:
        made -= usage.audio_output
        dollars += Decimal(rates.audio_output) * usage.audio_output
    return (dollars + Decimal(rates.input) * asked + Decimal(rates.output) * made) / _MILLION


def is_free(price: Price) -> bool:
    """Whether no request can cost anything."""
    rates = (price, *price.tiers)
    return not any(Decimal(rate) for one in rates for rate in _rates(one))


def _rates(rates: Rates) -> list[str]:
    every = (
        rates.input,
        rates.output,
        rates.cached,
        rates.cache_write,
        rates.audio_input,
        rates.audio_output,
    )
    return [rate for rate in every if rate is not None]
