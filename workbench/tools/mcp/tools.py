"""What a server has, as tools that models are told of: its own, and two that read its resources and prompts."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from workbench.events.parts import ToolSpec
from workbench.events.text import as_json
from workbench.tools.mcp.results import effect_of
from workbench.tools.mcp.settings import ServerSettings

if TYPE_CHECKING:
    from workbench.tools.mcp.connection import Listing

LONGEST = 64
"""Characters of a tool's name that every provider takes."""
TOLD = 30
"""How many resources or prompts a description tells of."""


class Described(NamedTuple):
    """A tool by the server's own name for it, and as models are told of it."""

    kind: Literal["tool", "resource", "prompt"]
    own: str
    spec: ToolSpec


def described(server: str, settings: ServerSettings, listing: Listing) -> dict[str, Described]:
    """Everything that can be called, by the names that models know it by: `SERVER__TOOL`."""
    tools: dict[str, Described] = {}
    limits: dict[str, Any] = {"timeout": settings.timeout, "parallel": settings.parallel}
    for tool in listing.tools:
        if settings.tools is not None and tool.name not in settings.tools:
            continue
        name = named(server, tool.name)
        effect = settings.effects.get(tool.name) or effect_of(tool.annotations, settings.effect)
        told = tool.description or tool.title or ""
        schema: dict[str, Any] = {"type": "object", "properties": {}, **tool.input_schema}
        parameters = as_json(schema)
        spec = ToolSpec(name=name, description=told, parameters=parameters, effect=effect, **limits)
        tools.setdefault(name, Described("tool", tool.name, spec))
    if listing.resources or listing.templates:
        rows = [f"{uri}: {_said(name, about)}" for uri, name, about in (*listing.templates, *listing.resources)]
        _add(tools, "resource", named(server, "read_resource"), _told("Read a resource of", server, rows), {
            "type": "object",
            "properties": {"uri": {"type": "string", "description": "the resource's address"}},
            "required": ["uri"],
        }, limits)  # fmt: skip
    if listing.prompts:
        rows = [f"{name}({', '.join(takes)}): {about}" for name, about, takes in listing.prompts]
        _add(tools, "prompt", named(server, "get_prompt"), _told("Get a prompt of", server, rows), {
            "type": "object",
            "properties": {
                "name": {"type": "string", "description": "the prompt's name"},
                "arguments": {"type": "object", "additionalProperties": {"type": "string"}},
            },
            "required": ["name"],
        }, limits)  # fmt: skip
    return tools


def named(server: str, tool: str) -> str:
    """The name that models know a tool by: letters, digits, `_` and `-`; what is too long ends in a digest."""
    name = f"{server}__{re.sub(r'[^A-Za-z0-9_-]', '_', tool)}"
    if len(name) <= LONGEST:
        return name
    mark = hashlib.sha256(tool.encode()).hexdigest()[:8]
    return f"{name[: LONGEST - 9]}_{mark}"


def _add(
    tools: dict[str, Described],
    kind: Literal["resource", "prompt"],
    name: str,
    told: str,
    parameters: dict[str, Any],
    limits: dict[str, Any],
) -> None:
    """Add a tool of our own, unless the server has one of that name."""
    spec = ToolSpec(name=name, description=told, parameters=as_json(parameters), effect="read", **limits)
    tools.setdefault(name, Described(kind, "", spec))


def _told(what: str, server: str, rows: list[str]) -> str:
    more = [f"… and {len(rows) - TOLD} more"] if len(rows) > TOLD else []
    return "\n".join([f"{what} the server {server}. There are:", *rows[:TOLD], *more])


def _said(name: str, about: str) -> str:
    return f"{name} ({about})" if about else name
