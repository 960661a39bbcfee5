"""An MCP server as its tools see it: started when first needed, started again once if it dies, and ended with us."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from workbench.context import ModelRetry, RunContext
from workbench.errors import InDoubt, NotFound, ToolFailed, UsedWrongly
from workbench.events.messages import ToolOutcome
from workbench.events.parts import ToolSpec
from workbench.events.text import from_json
from workbench.safe_text import clipped
from workbench.tools.mcp.loop import Loop
from workbench.tools.mcp.results import failure_of, outcome_of, read_prompt, read_resource
from workbench.tools.mcp.settings import ServerSettings
from workbench.tools.mcp.tools import Described, described

if TYPE_CHECKING:
    from workbench.tools.mcp.connection import Connection, Listing

T = TypeVar("T")


class McpServer:
    """One of the servers that `workbench.toml` names."""

    def __init__(self, name: str, settings: ServerSettings, folder: Path, loop: Loop) -> None:
        self.name, self.settings = name, settings
        self._folder, self._loop = folder, loop
        self._connection: Connection | None = None
        self._lock = asyncio.Lock()
        self._died = False

    @property
    def alive(self) -> bool:
        """Whether it was started and is there, as far as is known."""
        return self._connection is not None and self._connection.alive

    def listing(self) -> Listing:
        """What it has; starts it where it is not running. Blocks.

        Raises:
            ToolFailed: `server_failed`: it cannot be started.
        """
        return self._loop.wait(self._listed())

    def tools(self) -> dict[str, Described]:
        """Its tools by the names that models know them by; raises and blocks as `listing`."""
        return described(self.name, self.settings, self.listing())

    def spec(self, name: str) -> ToolSpec:
        """What models are told of one; raises and blocks as `listing`, NotFound where there is none of that name."""
        tools = self.tools()
        if name not in tools:
            raise NotFound(self._none(name, tools))
        return tools[name].spec

    async def call(self, name: str, arguments: str, context: RunContext[Any]) -> ToolOutcome:
        """Call a tool by the name that models know it by; raises as `Toolbox.call` does."""
        given = _object(name, arguments)
        return await self._loop.here(self._call(name, given, context.progress))

    async def end(self) -> None:
        """End the process or the connection; in the loop's thread."""
        if self._connection is not None:
            await self._connection.end()
            self._connection = None

    # -- in the loop's thread ---------------------------------------------------------------------------------

    async def _listed(self) -> Listing:
        connection = await self._connected()
        if connection.stale or connection.listing is None:
            return await connection.relist()
        return connection.listing

    async def _connected(self) -> Connection:
        try:
            from workbench.tools.mcp.connection import Connection
        except ImportError as missing:
            raise UsedWrongly(
                f"MCP servers need an extra that is not installed ({missing.name}): pip install 'workbench[mcp]'"
            ) from missing
        async with self._lock:
            before = self._connection
            if before is not None and before.alive:
                return before
            if before is not None:
                await before.end()
                if self._died and self.settings.command is not None:
                    raise ToolFailed(
                        "server_gone",
                        f"the MCP server {self.name} died again after it was restarted, and is left alone"
                        f"{before.last_words}",
                    )
                self._died = True
            self._connection = await Connection.begin(self.name, self.settings, self._folder)
            return self._connection

    async def _call(self, name: str, given: dict[str, Any], progress: Callable[[str], None]) -> ToolOutcome:
        tools = described(self.name, self.settings, await self._listed())
        if name not in tools:  # it may have learned something since, and not have said so
            tools = described(self.name, self.settings, await (await self._connected()).relist())
        tool = tools.get(name)
        if tool is None:
            raise ToolFailed("unknown_tool", self._none(name, tools))
        try:
            return await self._once(tool, given, progress)
        except InDoubt as broken:
            if tool.spec.effect == "effect" or broken.type != "connection":
                raise
        progress(f"restarting the MCP server {self.name}")
        return await self._once(tool, given, progress)

    async def _once(self, tool: Described, given: dict[str, Any], progress: Callable[[str], None]) -> ToolOutcome:
        from workbench.tools.mcp.connection import MCPError

        connection = await self._connected()
        try:
            match tool.kind:
                case "tool":
                    return outcome_of(await connection.call(tool.own, given, progress), tool.own)
                case "resource":
                    text, media = read_resource((await connection.read(_text(given, "uri"))).contents)
                    return ToolOutcome(text, media=media)
                case "prompt":
                    arguments = {str(key): str(value) for key, value in _pairs(given.get("arguments")).items()}
                    return read_prompt(await connection.prompt(_text(given, "name"), arguments))
        except MCPError as error:
            raise failure_of(error.code, error.message, self.name) from error

    def _none(self, name: str, tools: dict[str, Described]) -> str:
        return f"the MCP server {self.name} has no tool {name!r}; it has: {clipped(', '.join(tools) or 'none', 1_000)}"


class McpTool:
    """A tool of a server, by the name that models know it by; nothing is started before it is asked for."""

    def __init__(self, server: McpServer, name: str) -> None:
        self.name, self._server = name, server

    @property
    def spec(self) -> ToolSpec:
        """The tool as a model is told of it; starts the server, and blocks."""
        return self._server.spec(self.name)

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        return f"mcp {self._server.name}"

    async def run(self, arguments: str, context: RunContext[Any]) -> ToolOutcome:
        """Call it."""
        return await self._server.call(self.name, arguments, context)


class McpServers:
    """All servers of a workspace, as a source of tools `SERVER__TOOL`."""

    def __init__(self, servers: dict[str, tuple[ServerSettings, Path]]) -> None:
        self._loop = Loop()
        atexit.register(self.close)  # a program that never closes us leaves no process behind
        self.servers = {
            name: McpServer(name, settings, folder, self._loop) for name, (settings, folder) in servers.items()
        }

    @property
    def names(self) -> tuple[str, ...]:
        """A pattern for each server: what it has is known when it runs."""
        return tuple([f"{name}__*" for name in self.servers])

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with a server is known when it is asked for something."""
        return ()

    def find(self, name: str) -> McpTool | None:
        """The tool of that name, if it is one of a server that there is; whether the server has it, it says itself."""
        server, mark, _ = name.partition("__")
        return McpTool(self.servers[server], name) if mark and server in self.servers else None

    def may_have(self, name: str) -> bool:
        """Whether there is a server that `name` says it is of."""
        return self.find(name) is not None

    def tools(self, pattern: str = "") -> list[McpTool]:
        """All tools, or those of the server that `pattern` (`SERVER__*`) names. Starts the servers, and blocks."""
        wanted = [self.servers[pattern[:-3]]] if pattern else list(self.servers.values())
        return [McpTool(server, name) for server in wanted for name in server.tools()]

    async def refresh(self, turn: object) -> None:
        """What a server has it says itself, when it changes."""

    def close(self) -> None:
        """End all servers, and wait until they are gone."""
        atexit.unregister(self.close)
        if self._loop.begun:
            self._loop.wait(_all([server.end() for server in self.servers.values()]))
            self._loop.close()


async def _all(work: list[Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*work)


def _object(tool: str, arguments: str) -> dict[str, Any]:
    try:
        given: object = from_json(arguments) if arguments.strip() else {}
    except ValueError as error:
        raise ModelRetry(f"{tool} was not called: its arguments are not valid JSON ({error}).") from None
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise ModelRetry(f"{tool} was not called: its arguments should be a JSON object.")
    return cast("dict[str, Any]", given)


def _text(given: dict[str, Any], field: str) -> str:
    value: object = given.get(field)
    if not isinstance(value, str):
        raise ModelRetry(f"`{field}` is missing, or is not a string.")
    return value


def _pairs(value: object) -> dict[object, object]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ModelRetry("`arguments` should be a JSON object.")
    return cast("dict[object, object]", value)
