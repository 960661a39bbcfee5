"""Which models can be asked from here, what is known of each, and why others cannot: all providers at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, cast

import msgspec

from workbench.errors import UsedWrongly
from workbench.events import Price
from workbench.models.endpoints import Endpoint, endpoint
from workbench.models.loose import Json, a_count, a_string, an_object, objects
from workbench.models.prices import price_of
from workbench.models.provider_rows import PROVIDERS, Provider, Rows, load_plugged, plugged

_CONTEXTS = (
    "context_length", "context_window", "max_context_length", "max_model_len", "max_input_tokens", "n_ctx",
    "n_ctx_train", "loaded_context_length",
)  # fmt: skip
"""What servers call the size of the context, in the model's own row or among its `meta`."""
_AT_ONCE = 8


class Offered(msgspec.Struct, frozen=True):
    """A model that can be asked. None is unknown.

    Attributes:
        name: the provider's own name of it.
        context: tokens that a request and its answer may have.
        sight, tools: whether it takes images, and may be given tools.
        price: what it costs.
        known: where each of these was learned: `{"context": "openrouter", "price": "genai-prices 0.1"}`.
    """

    name: str
    context: int | None = None
    sight: bool | None = None
    tools: bool | None = None
    price: Price | None = None
    known: dict[str, str] = {}


class ProviderStatus(msgspec.Struct, frozen=True):
    """How one provider stands.

    Attributes:
        provider: its name, as in `provider:model`.
        address: where it was looked for.
        models: what it offers, sorted by name.
        problem: in about five words why it cannot be asked; empty where it can.
    """

    provider: str
    address: str
    models: tuple[Offered, ...] = ()
    problem: str = ""


async def list_models(
    timeout: float = 2.0, environ: Mapping[str, str] | None = None, rows: Rows = PROVIDERS
) -> list[ProviderStatus]:
    """Every provider's status, in the table's order; none is waited for longer than `timeout` seconds."""
    found: list[Provider | ProviderStatus] = list(rows.values())
    for name, point in plugged().items():
        if name not in rows:
            try:
                found.append(load_plugged(point))
            except UsedWrongly as problem:
                found.append(ProviderStatus(name, "", problem=str(problem)))
    looks = [_look(row, timeout, environ, rows) if isinstance(row, Provider) else _as_is(row) for row in found]
    return list(await asyncio.gather(*looks))


async def _as_is(status: ProviderStatus) -> ProviderStatus:
    return status


async def _look(row: Provider, timeout: float, environ: Mapping[str, str] | None, rows: Rows) -> ProviderStatus:
    try:
        at = endpoint(row, environ)
    except UsedWrongly as mistake:
        return ProviderStatus(row.name, row.url, problem=str(mistake))
    if at.missing_key is not None:
        return ProviderStatus(row.name, at.place.address, problem=f"no key in {row.key_env}")
    if row.adapter is not None:
        return ProviderStatus(row.name, at.place.address)
    offered, problem = await _offered(at, timeout)
    priced = [_priced(one, row.name, environ, rows) for one in offered]
    return ProviderStatus(row.name, at.place.address, tuple(sorted(priced, key=lambda one: one.name)), problem)


async def _offered(at: Endpoint, timeout: float) -> tuple[list[Offered], str]:
    """The models, and what is wrong."""
    import httpx

    from workbench.models.trust import trust

    row = at.provider
    path = {"ollama": "/api/tags", "anthropic": "/v1/models"}.get(row.speaks, row.models_path)
    query = dict(at.query) | ({"limit": "1000"} if row.speaks == "anthropic" else {})
    try:
        async with (
            asyncio.timeout(timeout),
            httpx.AsyncClient(verify=trust(), timeout=timeout, headers=_headers(at)) as client,
        ):
            response = await client.get(at.url + path, params=query)
            if response.status_code in (401, 403):
                return [], f"key in {row.key_env} refused"
            if response.status_code != 200:
                return [], f"answers with HTTP {response.status_code}"
            told = _rows(response.json())
            found = [_model(one, row.name) for one in told if a_string(one.get("id") or one.get("name"))]
            return (await _shown(client, at, found) if row.speaks == "ollama" else found), ""
    except TimeoutError:
        return [], f"no answer within {timeout:g} seconds"
    except httpx.HTTPError:
        return [], f"nothing answers at {at.place.address}"
    except ValueError:
        return [], "what answers is no model server"


def _headers(at: Endpoint) -> dict[str, str]:
    if not at.key:
        return {}
    # Anthropic's own service and servers that speak like it differ in where they look for the key.
    more = {"x-api-key": at.key, "anthropic-version": "2023-06-01"} if at.provider.speaks == "anthropic" else {}
    return at.key_headers or {"authorization": f"Bearer {at.key}", **more}


def _rows(told: object) -> list[Json]:
    """The rows of `{"data": [{"id"}]}`, `{"models": [{"name"}]}` or a bare list.

    Raises:
        ValueError: it is none of these.
    """
    inner = cast(dict[str, object], told) if isinstance(told, dict) else {"data": told}
    rows = inner.get("data", inner.get("models"))
    if rows is None and "models" in inner:
        return []
    if not isinstance(rows, list):
        raise ValueError("no list of models")
    return objects(cast(list[object], rows))


def _model(told: Json, source: str) -> Offered:
    """What a row says of its model, in whichever of the ways that servers have for it."""
    meta = told | an_object(told.get("meta"))
    context = next((count for name in _CONTEXTS if (count := a_count(meta.get(name)))), None)
    able: object = told.get("capabilities")
    words = [str(word) for word in cast(list[object], able)] if isinstance(able, list) else []
    named = an_object(told.get("capabilities"))
    takes = an_object(told.get("architecture")).get("input_modalities")
    accepted = told.get("supported_parameters")
    sight = _first(
        "image" in takes if isinstance(takes, list) else None,
        _can(named.get("vision")),
        _can(named.get("image_input")),
        _can(told.get("supports_image_input")),
        ("vision" in words or "multimodal" in words) if words else None,
    )
    tools = _first(
        "tools" in accepted if isinstance(accepted, list) else None,
        _can(named.get("function_calling")),
        _can(told.get("supports_tools")),
        ("tools" in words) if "completion" in words and "tools" in words else None,
        True if source == "anthropic" else None,
    )
    price = _listed(an_object(told.get("pricing")), source)
    facts = {"context": context, "sight": sight, "tools": tools, "price": price}
    return Offered(
        name=a_string(told.get("id")) or a_string(told.get("name")),
        context=context,
        sight=sight,
        tools=tools,
        price=price,
        known={name: source for name, value in facts.items() if value is not None},
    )


def _first(*found: bool | None) -> bool | None:
    return next((one for one in found if one is not None), None)


def _can(told: object) -> bool | None:
    """A yes or no, or an object that says `supported`."""
    inner = an_object(told).get("supported", told)
    return inner if isinstance(inner, bool) else None


def _listed(pricing: Json, source: str) -> Price | None:
    """Dollars a token, as a router lists them, for a million."""
    from decimal import Decimal, InvalidOperation

    try:
        asked, made = (Decimal(str(pricing[name])) * 1_000_000 for name in ("prompt", "completion"))
    except (KeyError, InvalidOperation):
        return None
    if asked < 0 or made < 0:
        return None
    return Price(input=f"{asked.normalize():f}", output=f"{made.normalize():f}", source=source)


async def _shown(client: Any, at: Endpoint, found: list[Offered]) -> list[Offered]:
    """Ollama tells a model's size and abilities only where it is asked for that model."""
    limit = asyncio.Semaphore(_AT_ONCE)

    async def show(one: Offered) -> Offered:
        async with limit:
            response = await client.post(f"{at.url}/api/show", json={"model": one.name})
        if response.status_code != 200:
            return one
        told = an_object(response.json())
        info = an_object(told.get("model_info"))
        context = next((count for name, count in info.items() if name.endswith(".context_length")), None)
        able = told.get("capabilities")
        words = cast(list[object], able) if isinstance(able, list) else None
        facts: dict[str, Any] = {
            "context": a_count(context),
            "sight": None if words is None else "vision" in words,
            "tools": None if words is None else "tools" in words,
        }
        known = {name: at.provider.name for name, value in facts.items() if value is not None}
        return msgspec.structs.replace(one, **facts, known=known)

    return list(await asyncio.gather(*[show(one) for one in found]))


def _priced(one: Offered, provider: str, environ: Mapping[str, str] | None, rows: Rows) -> Offered:
    """With what the installed price list knows of it, where the provider did not say."""
    known = dict(one.known)
    price = one.price or price_of(f"{provider}:{one.name}", environ, rows)
    if price is not None:
        known.setdefault("price", price.source)
    context = one.context
    if context is None and rows.get(provider) is not None and rows[provider].prices:
        context = _listed_context(one.name, rows[provider].prices)
        if context is not None:
            known["context"] = f"genai-prices {version('genai-prices')}"
    return msgspec.structs.replace(one, price=price, context=context, known=known)


def _listed_context(model: str, provider: str) -> int | None:
    from genai_prices import Usage, calc_price

    try:
        return calc_price(Usage(input_tokens=0), model_ref=model, provider_id=provider).model.context_window
    except LookupError:
        return None
