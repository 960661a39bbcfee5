"""What a model costs, by the price list that is installed: no network, and None where nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from importlib.metadata import version

from workbench.events import Price
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS, Rows


def price_of(name: str, environ: Mapping[str, str] | None = None, rows: Rows = PROVIDERS) -> Price | None:
    """The price of `provider:model` today, in US dollars per million tokens.

    None is unknown, never free: a model that the list does not hold, or one that runs on this machine. Where a
    price grows with the length of the request, this is what short requests cost.

    Raises:
        UsedWrongly: the provider's address is no URL.
    """
    provider, _, model = name.partition(":")
    row = rows.get(provider)
    if row is None or not row.prices or endpoint(row, environ).on_this_machine:
        return None
    from genai_prices import Usage, calc_price

    try:
        found = calc_price(Usage(input_tokens=0), model_ref=model, provider_id=row.prices)
    except LookupError:
        return None
    listed = found.model_price
    asked, made, cached = (_plain(each) for each in (listed.input_mtok, listed.output_mtok, listed.cache_read_mtok))
    if asked is None or made is None:
        return None
    return Price(input=asked, output=made, cached=cached, source=f"genai-prices {version('genai-prices')}")


def _plain(price: object) -> str | None:
    """A price as decimal text, its first tier where it has several."""
    amount = getattr(price, "base", price)
    return format(amount, "f") if isinstance(amount, Decimal) else None
