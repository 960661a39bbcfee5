"""The sample sources of facts: sales, rates, weather, spare parts, documentation. None of them changes anything."""

from __future__ import annotations

import asyncio
import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from workbench.context import ModelRetry
from workbench.errors import ToolFailed
from workbench.tools.function_tool import tool
from workbench.tools.samples.world import DOCS, NOTES, PARTS, RATES, RATES_OF, SALES, WEATHER

PAGE = 3


@tool(effect="read", inline=True)
def sales_by_region(quarter: Literal["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]) -> list[dict[str, Any]]:
    """Sales of one quarter, a row for each region: units, revenue in EUR, share of units returned.

    Args:
        quarter: year and quarter.
    """
    return [
        {"region": region, "units": units, "revenue": revenue, "returned": returned}
        for region, (units, revenue, returned) in SALES[quarter].items()
    ]


@tool(effect="idempotent", inline=True)
def currency_rate(base: str, quote: str) -> dict[str, Any]:
    """How much of one currency a unit of another buys.

    Args:
        base: the currency to sell, such as EUR.
        quote: the currency to buy, such as USD.
    """
    sold, bought = (_known_rate(code) for code in (base, quote))
    rate = (bought / sold).quantize(Decimal("0.0001"))
    return {"base": base.upper(), "quote": quote.upper(), "rate": rate, "as_of": RATES_OF}


def _known_rate(code: str) -> Decimal:
    rate = RATES.get(code.upper())
    if rate is None:
        raise ModelRetry(f"no rate is known for {code[:20]!r}; there are: {', '.join(RATES)}")
    return rate


@tool(effect="read")
async def weather(city: str) -> dict[str, Any]:
    """The weather in a city right now.

    Args:
        city: its name in English.
    """
    await asyncio.sleep(0.3)  # long enough to see parallel calls run together
    known = WEATHER.get(city.strip().lower())
    if known is None:
        cities = ", ".join(name.title() for name in WEATHER)
        raise ModelRetry(f"there is no weather station in {city[:40]!r}; there are: {cities}")
    return {"city": city.strip().title(), **known}


@tool(effect="read", inline=True)
def lookup_part(part: str, mirror: Literal["a", "b"] = "a") -> dict[str, Any]:
    """Find a spare part in the parts catalogue, which two mirrors serve.

    Args:
        part: the part's number, such as HB-200-PSU.
        mirror: which copy of the catalogue to ask; when one does not answer, ask the other.
    """
    if mirror == "a":
        raise ToolFailed("timeout", "mirror a did not answer", retryable=True)
    known = PARTS.get(part.strip().upper())
    if known is None:
        raise ToolFailed("not_found", f"there is no part {part[:40]!r} in the catalogue")
    return {"part": part.strip().upper(), **known}


@tool(effect="read", inline=True)
def search_docs(query: str, page: Annotated[int, Field(ge=1)] = 1) -> dict[str, Any]:
    """Search the product documentation; the best articles first, then the archive of release notes.

    Args:
        query: what to look for.
        page: which page of results.
    """
    wanted = set(re.findall(r"\w+", query.lower()))
    scores = {title: len(wanted & set(re.findall(r"\w+", f"{title} {text}".lower()))) for title, text in DOCS}
    articles = sorted((entry for entry in DOCS if scores[entry[0]]), key=lambda entry: -scores[entry[0]])
    start, total = (page - 1) * PAGE, len(articles) + NOTES
    results = [
        articles[place] if place < len(articles) else _release_note(place - len(articles))
        for place in range(start, min(start + PAGE, total))
    ]
    return {
        "results": [{"title": title, "text": text} for title, text in results],
        "page": page,
        "pages": -(-total // PAGE),
    }


def _release_note(number: int) -> tuple[str, str]:
    build = NOTES - number
    return (
        f"Release notes, build {build}",
        f"Build {build}: maintenance; see build {max(build - 1, 1)} for what came before.",
    )
