"""Searching the web through a SearXNG of one's own: `searxng = "http://…"` in the settings names it.

Through an MCP server instead: `web_search = "SERVER__TOOL"` lets that tool go by this name.
"""

from __future__ import annotations

from typing import Annotated, Any, cast
from urllib.parse import urlsplit

from pydantic import Field

from workbench.context import RunContext
from workbench.errors import ToolFailed
from workbench.tools.builtin.http_request import library
from workbench.tools.function_tool import tool

_REMEDY = (
    'name a SearXNG in workbench.toml, [tools] searxng = "http://127.0.0.1:8888", '
    'or a tool of an MCP server, web_search = "SERVER__TOOL"'
)


@tool(effect="read", timeout=30)
async def web_search(
    ctx: RunContext[Any], query: str, limit: Annotated[int, Field(ge=1, le=20)] = 5
) -> list[dict[str, str]]:
    """Search the web and give the best pages: title, address and a few words of each.

    Args:
        query: what to look for.
        limit: how many pages at most.
    """
    address: object = ctx.settings.get("searxng")
    if not isinstance(address, str) or urlsplit(address).scheme not in {"http", "https"}:
        raise ToolFailed("not_configured", f"web_search is off: {_REMEDY}")
    host = urlsplit(address).netloc.rpartition("@")[2]
    httpx = await library()
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=20, follow_redirects=False) as client:
            asked = {"q": query, "format": "json"}
            response = await client.get(address.rstrip("/") + "/search", params=asked)
    except httpx.TimeoutException:
        raise ToolFailed("timeout", f"{host} did not answer in time", retryable=True) from None
    except httpx.HTTPError as error:
        raise ToolFailed("connection", f"no answer from {host} ({type(error).__name__})", retryable=True) from None
    if response.status_code == 403:
        raise ToolFailed("not_configured", f"{host} does not give JSON: add json to search.formats in its settings.yml")
    if response.status_code != 200:
        raise ToolFailed("connection", f"{host} answers {response.status_code}", retryable=response.status_code >= 500)
    try:
        found: object = response.json()["results"]
    except (ValueError, KeyError, TypeError):
        raise ToolFailed("bad_answer", f"{host} does not answer as SearXNG does") from None
    pages = [cast("dict[str, Any]", page) for page in cast("list[object]", found) if isinstance(page, dict)]
    return [
        {"title": str(page.get("title", "")), "url": str(page.get("url", "")), "text": str(page.get("content", ""))}
        for page in pages[:limit]
    ]
