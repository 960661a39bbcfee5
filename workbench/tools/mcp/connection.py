"""One life of an MCP server: begun, asked what it has, called, ended. All of it happens in one event loop.

The only file that imports the SDK.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import anyio
import httpx2
import mcp_types as types
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.message import SessionMessage
from pydantic import ValidationError

from workbench.errors import ToolFailed, WorkbenchError
from workbench.events.event import first_complaint
from workbench.tools.mcp.settings import ServerSettings
from workbench.tools.variables import filled

# What the SDK has to say goes to whoever asked for a log, and never to the terminal.
logging.getLogger("mcp").addHandler(logging.NullHandler())

PAGES = 100
"""The most that is read of a list that never ends."""
_WORDS = 20
R = TypeVar("R")


class Listing(NamedTuple):
    """What a server has. `resources` are (uri, name, description), `prompts` (name, description, argument names)."""

    tools: tuple[types.Tool, ...]
    resources: tuple[tuple[str, str, str], ...]
    templates: tuple[tuple[str, str, str], ...]
    prompts: tuple[tuple[str, str, tuple[str, ...]], ...]
    server: str
    protocol: str


class Connection:
    """A server that was begun.

    Attributes:
        alive: it can be spoken to, as far as is known.
        stale: it said that what it has is not what `listing` says.
    """

    def __init__(self, name: str, settings: ServerSettings, folder: Path) -> None:
        self._name, self._settings, self._folder = name, settings, folder
        self._words = _LastWords()
        self._ending = asyncio.Event()
        self._client: Client | None = None
        self._serving: asyncio.Task[None] | None = None
        self.alive = self.stale = False
        self.listing: Listing | None = None

    @classmethod
    async def begin(cls, name: str, settings: ServerSettings, folder: Path) -> Connection:
        """Start the server, or connect to it, and ask what it has.

        Raises:
            ToolFailed: `server_failed`, and why, as far as the server says.
        """
        self = cls(name, settings, folder)
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._serving = asyncio.create_task(self._serve(ready))
        try:
            async with asyncio.timeout(settings.timeout):
                await ready
        except TimeoutError:
            await self.end()
            why = f"it did not answer within {settings.timeout:g} s"
        except WorkbenchError as problem:
            await self.end()
            why = str(problem)
        except Exception as error:
            await self.end()
            why = _why(error, settings)
        except BaseException:
            await self.end()
            raise
        else:
            return self
        raise ToolFailed("server_failed", f"the MCP server {name} could not be started: {why}{self.last_words}")

    @property
    def last_words(self) -> str:
        """What the process last wrote to its stderr, to stand at the end of a sentence; "" where it wrote nothing."""
        return self._words.told()

    async def call(self, tool: str, arguments: dict[str, Any], show: Callable[[str], None]) -> types.CallToolResult:
        """Call a tool by its own name. Leaving cancels the call in the server.

        Raises:
            MCPError: the server refuses, or is gone.
        """

        async def told(progress: float, total: float | None, message: str | None) -> None:
            share = f"{progress:g}" if total is None else f"{progress:g} of {total:g}"
            show(f"{share} · {message}" if message else share)

        return await self._asked(self._known.call_tool(tool, arguments, progress_callback=told))

    async def read(self, uri: str) -> types.ReadResourceResult:
        """Read a resource; raises as `call`."""
        return await self._asked(self._known.read_resource(uri))

    async def prompt(self, name: str, arguments: dict[str, str]) -> types.GetPromptResult:
        """Fill in a prompt; raises as `call`."""
        return await self._asked(self._known.get_prompt(name, arguments))

    async def relist(self) -> Listing:
        """Ask anew what the server has."""
        self.stale = False
        self.listing = await self._asked(self._list(self._known))
        return self.listing

    async def end(self) -> None:
        """Let the server end; what does not end by itself is killed."""
        self.alive = False
        self._ending.set()
        if self._serving is not None:
            if self._client is None:
                self._serving.cancel()  # it is still at its first words, and may never end them
            await asyncio.wait([self._serving])
        self._words.close()

    @property
    def _known(self) -> Client:
        assert self._client is not None
        return self._client

    async def _asked(self, asking: Awaitable[R]) -> R:
        """What the server answers; every way in which it can be gone is one error."""
        try:
            return await asking
        except (anyio.ClosedResourceError, anyio.BrokenResourceError, httpx2.TransportError) as error:
            self.alive = False
            raise MCPError(types.CONNECTION_CLOSED, str(error) or type(error).__name__) from error
        except MCPError as error:
            if error.code == types.CONNECTION_CLOSED:
                self.alive = False
            raise
        except ValidationError as wrong:
            raise ToolFailed("bad_result", f"the MCP server {self._name} {_not_of_the_form(wrong)}") from wrong

    async def _serve(self, ready: asyncio.Future[None]) -> None:
        try:
            async with self._transport() as transport, Client(transport, message_handler=self._heard) as client:
                self._client, self.alive = client, True
                self.listing = await self._list(client)
                ready.set_result(None)
                await self._ending.wait()
        except BaseException as error:
            first = _first(error)
            if not ready.done() and isinstance(first, Exception):
                ready.set_exception(first)
            if not isinstance(error, Exception):
                raise
        finally:
            self.alive = False

    @asynccontextmanager
    async def _transport(self) -> AsyncGenerator[Any]:
        """What a client connects through; a client enters it itself."""
        settings = self._settings
        if settings.command is not None:
            process = StdioServerParameters(
                command=settings.command, args=list(settings.args), env=filled(settings.env), cwd=self._folder
            )
            yield self._noticing(stdio_client(process, errlog=self._words.file))
            return
        assert settings.url is not None
        timeout = httpx2.Timeout(settings.timeout, read=None)
        async with httpx2.AsyncClient(headers=filled(settings.headers), timeout=timeout, trust_env=False) as http:
            yield streamable_http_client(settings.url, http_client=http)

    @asynccontextmanager
    async def _noticing(self, transport: AbstractAsyncContextManager[Any]) -> AsyncGenerator[Any]:
        """`transport`, noticing at once that the process has closed its end: an effect must not be sent to it."""
        async with transport as (read, write):
            into, out = anyio.create_memory_object_stream[SessionMessage | Exception](0)

            async def pass_on() -> None:
                async with into:
                    async for message in read:
                        await into.send(message)
                    self.alive = False

            async with anyio.create_task_group() as group:
                group.start_soon(pass_on)
                yield out, write
                group.cancel_scope.cancel()

    async def _heard(self, message: object) -> None:
        if isinstance(message, types.ToolListChangedNotification):
            self.stale = True

    async def _list(self, client: Client) -> Listing:
        has = client.server_capabilities
        tools = await _pages(client.list_tools, "tools") if has.tools else []
        resources = await _pages(client.list_resources, "resources") if has.resources else []
        templates: list[Any] = []
        if has.resources:
            try:
                templates = await _pages(client.list_resource_templates, "resource_templates")
            except MCPError as error:
                if error.code != types.METHOD_NOT_FOUND:
                    raise
        prompts = await _pages(client.list_prompts, "prompts") if has.prompts else []
        info = client.server_info
        return Listing(
            tuple(tools),
            tuple([(str(one.uri), one.name, one.description or "") for one in resources]),
            tuple([(one.uri_template, one.name, one.description or "") for one in templates]),
            tuple(
                [(one.name, one.description or "", tuple([arg.name for arg in one.arguments or ()])) for one in prompts]
            ),
            f"{info.name} {info.version}" if info is not None else "",
            client.protocol_version,
        )


async def _pages(ask: Callable[..., Awaitable[Any]], field: str) -> list[Any]:
    found: list[Any] = []
    cursor: str | None = None
    for _ in range(PAGES):
        page = await ask(cursor=cursor, cache_mode="refresh")
        found += getattr(page, field)
        cursor = page.next_cursor
        if not cursor:
            break
    return found


def _first(error: BaseException) -> BaseException:
    """The error inside groups of one."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error


def _why(error: Exception, settings: ServerSettings) -> str:
    match error:
        case FileNotFoundError():
            return f"there is no program {settings.command!r}"
        case PermissionError():
            return f"{settings.command!r} may not be run"
        case MCPError(code=types.CONNECTION_CLOSED):
            return "it ended before it answered" if settings.command else f"no connection to {settings.where}"
        case httpx2.TransportError():
            return f"no connection to {settings.where}"
        case httpx2.HTTPStatusError():
            return f"{settings.where} answers {error.response.status_code}"
        case ValidationError():
            return f"it {_not_of_the_form(error)}"
        case _:
            return str(error) or type(error).__name__


def _not_of_the_form(error: ValidationError) -> str:
    return f"answered with what is not in the form of the protocol ({first_complaint(error)})"


class _LastWords:
    """The end of what a process writes to its stderr, read off so that the process never waits for us."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=_WORDS)
        into, out = os.pipe()
        self.file = os.fdopen(out, "w")
        self._thread = threading.Thread(target=self._read, args=(into,), name="mcp stderr", daemon=True)
        self._thread.start()

    def _read(self, into: int) -> None:
        log = logging.getLogger("workbench.mcp")
        with os.fdopen(into, errors="replace") as lines:
            for line in lines:
                if line.strip():
                    self._lines.append(line.strip()[:300])
                    log.info("%s", line.rstrip())

    def told(self) -> str:
        return f"; it last said: {self._lines[-1]}" if self._lines else ""

    def close(self) -> None:
        self.file.close()
