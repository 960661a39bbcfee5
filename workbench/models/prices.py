"""What a model costs, by the price list that is installed: no network, and None where nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version

from workbench.events import Price, Tier
from workbench.models.endpoints import endpoint
from workbench.models.largest import largest_answer
from workbench.models.provider_rows import PROVIDERS, Rows

_FIELDS = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cached": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
    "audio_input": "input_audio_mtok",
    "audio_output": "output_audio_mtok",
}


def price_of(
    name: str, environ: Mapping[str, str] | None = None, rows: Rows = PROVIDERS, *, at: float | None = None
) -> Price | None:
    """The price of `provider:model`, in US dollars per million tokens.

    None is unknown, never free: a model that the list does not hold, or one that runs on this machine.

    Args:
        at: seconds since 1970, the time of what is to be priced; by default now.

    Raises:
        UsedWrongly: the provider's address is no URL.
    """
    provider, _, model = name.partition(":")
    row = rows.get(provider)
    if row is None or not row.prices or endpoint(row, environ).on_this_machine:
        return None
    from genai_prices import Usage, calc_price

    when = None if at is None else datetime.fromtimestamp(at, UTC)
    try:
        found = calc_price(Usage(input_tokens=0), model_ref=model, provider_id=row.prices, genai_request_timestamp=when)
    except LookupError:
        return None
    listed = found.model_price
    rates = _rates(listed, 0)
    if "input" not in rates or "output" not in rates:
        return None
    starts = sorted({tier.start for field in _FIELDS.values() for tier in getattr(_of(listed, field), "tiers", ())})
    return Price(
        **rates,
        source=f"genai-prices {version('genai-prices')}",
        tiers=tuple([Tier(above=start, **_rates(listed, start)) for start in starts]),
        largest_answer=largest_answer(model),
    )


def _of(listed: object, field: str) -> object:
    return getattr(listed, field, None)


def _rates(listed: object, above: int) -> dict[str, str]:
    """The rates of requests longer than `above` tokens, as decimal text."""
    rates: dict[str, str] = {}
    for name, field in _FIELDS.items():
        price = _of(listed, field)
        amount = getattr(price, "base", price)
        for tier in getattr(price, "tiers", ()):
            if tier.start <= above and above:
                amount = tier.price
        if isinstance(amount, Decimal):
            rates[name] = format(amount, "f")
    return rates
