"""The tools that a run may call, by name; an unknown name is answered with the nearest known one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, Protocol

from workbench.context import RunContext
from workbench.errors import NotFound, ToolFailed, UsedWrongly
from workbench.events.messages import ToolOutcome
from workbench.events.parts import ToolSpec
from workbench.tools.function_tool import FunctionTool

ALIASES = {"file_read": "read_file", "file_write": "write_file", "rest_api_request": "http_request"}
"""Names that other programs' scenarios use for what is shipped."""


class Tool(Protocol):
    """What a registry holds: a function here, a tool of another program elsewhere."""

    @property
    def name(self) -> str:
        """The name that models call it by."""
        ...

    @property
    def spec(self) -> ToolSpec:
        """The tool as a model is told of it."""
        ...

    async def run(self, arguments: str, context: RunContext[Any]) -> ToolOutcome:
        """Call it; raises ModelRetry and ToolFailed as `Toolbox.call` does."""
        ...


class Registry:
    """A `Toolbox` of tools and plain functions (which count as undeclared: `effect`)."""

    def __init__(self, tools: Iterable[Tool | Callable[..., Any]] = ()) -> None:
        self._tools: dict[str, Tool] = {}
        for tool in tools:
            self.add(tool)

    def add(self, tool: Tool | Callable[..., Any]) -> Tool:
        """Take in `tool`.

        Raises:
            UsedWrongly: the name is taken.
        """
        added: Tool = FunctionTool.of(tool) if callable(tool) else tool
        if added.name in self._tools:
            raise UsedWrongly(f"there is a tool named {added.name} already")
        self._tools[added.name] = added
        return added

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in the order in which the tools were added."""
        return tuple(self._tools)

    def find(self, name: str) -> Tool | None:
        """The tool that goes by `name` or by that alias."""
        return self._tools.get(name) or self._tools.get(ALIASES.get(name, ""))

    def specs(self, names: Iterable[str] | None = None) -> tuple[ToolSpec, ...]:
        """What models are told of the tools `names`, in that order; of all without names.

        Raises:
            NotFound: no tool goes by one of the names.
        """
        found: dict[str, ToolSpec] = {}
        for name in self._tools if names is None else names:
            tool = self.find(name)
            if tool is None:
                raise NotFound(self._unknown(name))
            found[tool.name] = tool.spec
        return tuple(found.values())

    async def call(self, name: str, arguments: str, context: RunContext[Any]) -> ToolOutcome:
        """Run the tool `name` with JSON text as arguments.

        Raises:
            ModelRetry: the model can mend its call.
            ToolFailed: an expected failure; of type `unknown_tool` where nothing goes by that name.
        """
        tool = self.find(name)
        if tool is None:
            raise ToolFailed("unknown_tool", self._unknown(name))
        return await tool.run(arguments, context)

    def _unknown(self, name: str) -> str:
        shown = name if len(name) <= 64 else name[:63] + "…"
        close = get_close_matches(name[:64], self._tools, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        return f"no tool named {shown!r}; {hint}there are: {', '.join(self._tools) or 'none'}"
