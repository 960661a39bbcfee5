"""What `workbench.toml` says of MCP servers: a table `[mcp.NAME]` for each, judged field by field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, cast

from pydantic import Field, model_validator

from workbench.errors import BadFile
from workbench.events.parts import Effect
from workbench.tables import Address, Table, read_table

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]|_(?!_)){0,31}")


class ServerSettings(Table):
    """One server: a command that speaks over its stdin and stdout, or an address that speaks streamable HTTP.

    `${NAME}` in `env` and `headers` is that environment variable; what it holds is never shown or recorded.

    Attributes:
        command, args, env, cwd: the process. It inherits no more than PATH, HOME and the like.
        url, headers: the address, and what goes along with each request.
        timeout: seconds that a call, or the start of the server, is waited for.
        parallel: how many calls of one tool a run may have under way at once.
        tools: only these of its tools, by their own names; all of them where there is no list.
        effect: what a tool counts as that does not say so itself.
        effects: what single tools count as, whatever they say; by their own names.
    """

    command: Annotated[str, Field(min_length=1)] | None = None
    args: tuple[str, ...] = ()
    env: dict[str, str] = {}
    cwd: str | None = None
    url: Address | None = None
    headers: dict[str, str] = {}
    timeout: Annotated[float, Field(gt=0, le=86_400)] = 60
    parallel: Annotated[int, Field(ge=1)] | None = None
    tools: tuple[str, ...] | None = None
    effect: Effect = "effect"
    effects: dict[str, Effect] = {}

    @model_validator(mode="after")
    def _one_way(self) -> ServerSettings:
        if (self.command is None) == (self.url is None):
            raise ValueError("needs either a command or a url")
        if self.url is not None and (self.args or self.env or self.cwd):
            raise ValueError("args, env and cwd belong to a command, not to a url")
        if self.command is not None and self.headers:
            raise ValueError("headers belong to a url, not to a command")
        return self

    @property
    def where(self) -> str:
        """The command line or the address, without what may be secret in it."""
        if self.url is not None:
            return self.url.partition("?")[0]
        return " ".join([self.command or "", *self.args])


def read_servers(table: object, file: Path) -> dict[str, tuple[ServerSettings, Path]]:
    """The servers by name, each with the folder that its command starts in, from the table `[mcp]` of `file`.

    Raises:
        BadFile: names the server, the field and what is wrong with it.
    """
    if table is None:
        return {}
    if not isinstance(table, dict):
        raise BadFile(file, "should be tables, one for each server, such as [mcp.time]", field="mcp")
    servers: dict[str, tuple[ServerSettings, Path]] = {}
    rows = cast("dict[str, object]", table)
    for name, given in rows.items():
        if not _NAME.fullmatch(name):
            problem = "cannot name a server: letters, digits, - and single _ only, 32 at most"
            raise BadFile(file, problem, field=f"mcp.{name}")
        settings = read_table(ServerSettings, given, file, f"mcp.{name}")
        servers[name] = (settings, (file.parent / (settings.cwd or ".")).resolve())
    return servers
