"""HTTP to hosts that the workspace allows by name, and to no other, redirects included.

Nothing of the surroundings goes along: no proxy settings, no stored logins. What is said about a failure names
the host alone, for the rest of an address may hold keys.
"""

from __future__ import annotations

import codecs
import importlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, cast

from workbench.context import ModelRetry, RunContext
from workbench.errors import ToolFailed
from workbench.tools.function_tool import tool
from workbench.tools.threads import in_thread

if TYPE_CHECKING:
    import httpx

BYTES = 200_000
"""The most that is read of a body."""
REDIRECTS = 5


@tool(effect="effect", timeout=60)
async def http_request(
    ctx: RunContext[Any],
    url: str,
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET",
    headers: dict[str, str] | None = None,
    body: str | None = None,
) -> dict[str, Any]:
    """Make an HTTP request to one of the allowed hosts and give its status, content type and body.

    Args:
        url: the whole address, http or https.
        headers: request headers by name.
        body: the request's body, for example JSON text.
    """
    allowed = _allowed(ctx.settings.get("http_hosts"))
    httpx = await library()
    host = "the host"
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
            request = client.build_request(method, _address(url), headers=headers, content=body)
            for _ in range(REDIRECTS + 1):
                host = _permitted(request.url, allowed)
                ctx.progress(f"{request.method} {host}")
                response = await client.send(request, stream=True)
                try:
                    if response.next_request is None:
                        return await _told(response)
                    request = response.next_request
                finally:
                    await response.aclose()
    except (UnicodeError, httpx.LocalProtocolError):
        raise ModelRetry("`headers` hold characters that HTTP does not allow") from None
    except httpx.TimeoutException:
        raise ToolFailed("timeout", f"{host} did not answer in time", retryable=True) from None
    except httpx.ConnectError:
        raise ToolFailed("connection", f"no connection to {host}", retryable=True) from None
    except httpx.HTTPError as error:
        raise ToolFailed("connection", f"the exchange with {host} broke off ({type(error).__name__})") from None
    raise ToolFailed("redirects", f"{host} redirects more than {REDIRECTS} times")


async def library() -> Any:
    """httpx, loaded off the event loop: the first import takes a tenth of a second."""
    return await in_thread(lambda: importlib.import_module("httpx"), "httpx")


def _address(text: str) -> httpx.URL:
    import httpx

    try:
        return httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        raise ModelRetry("`url` is not a whole http or https address") from None


def _allowed(setting: object) -> frozenset[str]:
    """Hosts as `HOST`, `HOST:PORT` or `*.DOMAIN`, in lower case."""
    names: Iterable[object] = cast("Iterable[object]", setting) if isinstance(setting, list | tuple | set) else ()
    hosts = frozenset(str(name).strip().lower() for name in names)
    if not hosts:
        remedy = 'allow hosts by name in the settings, such as http_hosts = ["api.example.com"]'
        raise ToolFailed("not_allowed", f"http_request is off; {remedy}")
    return hosts


def _permitted(url: httpx.URL, allowed: frozenset[str]) -> str:
    """`HOST[:PORT]` of `url`, which must be allowed."""
    if url.scheme not in {"http", "https"} or not url.host or (url.port or 0) > 65535:
        raise ModelRetry("`url` is not a whole http or https address")
    if url.userinfo:
        raise ModelRetry("`url` must not hold a user name or password")
    host = url.host.lower()
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    domains = {f"*.{host.split('.', dots)[-1]}" for dots in range(1, host.count(".") + 1)}
    if not ({host, f"{host}:{port}"} | domains) & allowed:
        problem = f"{host}:{port} is not among the allowed hosts: {', '.join(sorted(allowed))}"
        raise ToolFailed("not_allowed", f"{problem}; http_hosts in the settings names them")
    return f"{host}:{port}"


async def _told(response: httpx.Response) -> dict[str, Any]:
    """Status, content type and the beginning of the body, which is None where it is not text."""
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > BYTES:
            break
    complete = len(content) <= BYTES
    try:
        decoder = codecs.getincrementaldecoder(response.encoding or "utf-8")()
        text = decoder.decode(bytes(content[:BYTES]), final=complete)
    except UnicodeDecodeError:
        text = None
    return {
        "status": response.status_code,
        "content_type": response.headers.get("content-type", ""),
        "body": None if text and "\0" in text else text,
        "complete": complete,
    }
