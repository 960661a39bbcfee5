"""Which models can be asked from here, and why others cannot: every provider is looked at, all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from workbench.errors import UsedWrongly
from workbench.models.endpoints import PROVIDERS, Endpoint, Provider, endpoint


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """How one provider stands.

    Attributes:
        provider: its name, as in `provider:model`.
        address: where it was looked for.
        models: what it offers, by the provider's own names, sorted.
        problem: in a few words why it cannot be asked; empty where it can.
    """

    provider: str
    address: str
    models: tuple[str, ...] = ()
    problem: str = ""


async def list_models(timeout: float = 2.0, environ: Mapping[str, str] | None = None) -> list[ProviderStatus]:
    """Every provider's status, in the table's order; none is waited for longer than `timeout` seconds."""
    return list(await asyncio.gather(*(_look(row, timeout, environ) for row in PROVIDERS.values())))


async def _look(row: Provider, timeout: float, environ: Mapping[str, str] | None) -> ProviderStatus:
    try:
        at = endpoint(row, environ)
    except UsedWrongly as mistake:
        return ProviderStatus(row.name, row.url, problem=str(mistake))
    if at.missing_key is not None:
        return ProviderStatus(row.name, at.place.address, problem=f"no key in {row.key_env}")
    models, problem = await _offered(at, timeout)
    return ProviderStatus(row.name, at.place.address, tuple(sorted(models)), problem)


async def _offered(at: Endpoint, timeout: float) -> tuple[list[str], str]:
    """The names of the models, and what is wrong."""
    import httpx

    from workbench.models.trust import trust

    path = "/api/tags" if at.provider.speaks == "ollama" else "/models"
    headers = {"authorization": f"Bearer {at.key}"} if at.key else {}
    try:
        async with asyncio.timeout(timeout), httpx.AsyncClient(verify=trust(), timeout=timeout) as client:
            response = await client.get(at.url + path, headers=headers)
            if response.status_code in (401, 403):
                return [], f"key in {at.provider.key_env} refused"
            if response.status_code != 200:
                return [], f"answers with HTTP {response.status_code}"
            return _names(response.json()), ""
    except TimeoutError:
        return [], f"no answer within {timeout:g} seconds"
    except httpx.HTTPError:
        return [], f"nothing answers at {at.place.address}"
    except ValueError:
        return [], "answers, but not as a model server"


def _names(told: object) -> list[str]:
    """Names out of `{"data": [{"id"}]}`, `{"models": [{"name"}]}` or a bare list.

    Raises:
        ValueError: it is none of these.
    """
    inner = cast(dict[str, object], told) if isinstance(told, dict) else {"data": told}
    rows = inner.get("data", inner.get("models"))
    if rows is None and "models" in inner:
        return []
    if not isinstance(rows, list):
        raise ValueError("no list of models")
    named = [cast(dict[str, object], row) for row in cast(list[object], rows) if isinstance(row, dict)]
    names = (row.get("id") or row.get("name") for row in named)
    return [name for name in names if isinstance(name, str)]
