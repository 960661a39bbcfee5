"""The tools that a run may call, by name; an unknown name is answered with the nearest known one.

Beside the tools that it holds there are sources, whose tools come and go: the files of a workspace, MCP servers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from workbench.context import RunContext
from workbench.errors import NotFound, ToolFailed, UsedWrongly
from workbench.events.messages import ToolOutcome
from workbench.events.parts import ToolSpec
from workbench.safe_text import clipped
from workbench.tools.adapting import Renamed, as_tool
from workbench.tools.pending import CheckPending, Pends
from workbench.tools.tool import ForeignTool, Source, Tool

ALIASES = {"file_read": "read_file", "file_write": "write_file", "rest_api_request": "http_request"}
"""Names that other programs' scenarios use for what is shipped."""
ABSENT = {
    "python": "code is not run outside of a sandbox, and there is none here yet",
    "shell": "commands are not run outside of a sandbox, and there is none here yet",
}
"""Names that a person may look for, and why nothing goes by them."""


class Listed(NamedTuple):
    """A tool as lists show it, and where it comes from in words."""

    spec: ToolSpec
    source: str


class Registry:
    """A `Toolbox` of tools and plain functions (which count as undeclared: `effect`)."""

    def __init__(
        self,
        tools: Iterable[Tool | ForeignTool | Callable[..., Any]] = (),
        *,
        first: Sequence[Source] = (),
        more: Sequence[Source] = (),
    ) -> None:
        """`first` are the sources that go over the tools, `more` those that come after them."""
        self._tools: dict[str, Tool] = {}
        self._first, self._more = tuple(first), tuple(more)
        self._pending = CheckPending(self.find)
        for tool in tools:
            self.add(tool)

    def add(self, tool: Tool | ForeignTool | Callable[..., Any]) -> Tool:
        """Take in `tool`.

        Raises:
            UsedWrongly: the name is taken.
        """
        added: Tool = as_tool(tool)
        if added.name in self._tools:
            raise UsedWrongly(f"there is a tool named {added.name} already")
        self._tools[added.name] = added
        return added

    def let(self, name: str, mean: str) -> None:
        """From now on `name` is the tool that goes by `mean`.

        Raises:
            NotFound: nothing does.
        """
        tool = self.find(mean)
        if tool is None:
            raise NotFound(self._unknown(mean))
        self._tools[name] = Renamed(name, tool)

    @property
    def names(self) -> tuple[str, ...]:
        """All names that can be known without starting anything; `NAME__*` stands for all of a server's."""
        before, after = (source.names for source in self._first), (source.names for source in self._more)
        return tuple(dict.fromkeys(name for names in (*before, tuple(self._tools), *after) for name in names))

    @property
    def accepted(self) -> tuple[str, ...]:
        """`names`, and the names of others that are accepted for them."""
        return (*self.names, *[alias for alias, name in ALIASES.items() if name in self._tools])

    def find(self, name: str) -> Tool | None:
        """The tool that goes by `name` or by that alias. Starts nothing."""
        for source in self._first:
            if found := source.find(name):
                return found
        if found := self._tools.get(name) or self._tools.get(ALIASES.get(name, "")):
            return found
        if name == self._pending.name:
            return self._pending
        for source in self._more:
            if found := source.find(name):
                return found
        return None

    def named(self, name: str) -> Sequence[Tool]:
        """The tool that goes by `name`, or all those that `SERVER__*` stands for. May block.

        Raises:
            NotFound: nothing does.
            ToolFailed: the server cannot be started.
        """
        if name.endswith("__*"):
            for source in (*self._first, *self._more):
                if name in source.names:
                    return source.tools(name)
        tool = self.find(name)
        if tool is None:
            raise NotFound(self._unknown(name))
        return [tool]

    def specs(self, names: Iterable[str] | None = None) -> tuple[ToolSpec, ...]:
        """What models are told of the tools `names`, in that order and by those names; of all without. May block.

        With a tool whose results may be pending goes the one that asks for them.

        Raises:
            NotFound: no tool goes by one of the names.
            ToolFailed: the server that one belongs to cannot be started.
        """
        found: dict[str, ToolSpec] = {}
        pends = False
        for name in self.names if names is None else names:
            for tool in self.named(name):
                told = name if name in ALIASES else tool.name
                found[told] = tool.spec.model_copy(update={"name": told}) if told != tool.name else tool.spec
                pends = pends or (isinstance(tool, Pends) and tool.pends)
        if pends:
            found.setdefault(self._pending.name, self._pending.spec)
        return tuple(found.values())

    def listed(self) -> tuple[list[Listed], list[str]]:
        """Every tool there is, with where it comes from, and what is wrong where some cannot be had. May block."""
        tools: list[Listed] = []
        problems = [problem for source in (*self._first, *self._more) for problem in source.problems]
        for name in self.names:
            try:
                tools += [Listed(tool.spec, getattr(tool, "source", "") or "built in") for tool in self.named(name)]
            except ToolFailed as failed:
                problems.append(failed.message)
        return tools, problems

    def lacks(self, name: str) -> str:
        """Why no call of a tool that somebody gave a run by this `name` can be made here; "" where one can."""
        own = self._tools.get(name) or self._tools.get(ALIASES.get(name, "")) or name == self._pending.name
        if own or any(source.may_have(name) for source in (*self._first, *self._more)):
            return ""
        broken = [problem for source in (*self._first, *self._more) for problem in source.problems]
        wrong = f" ({'; '.join(broken)})" if broken else ""
        return (
            f"it is not at hand here{wrong}: answer in its place (r, or return RESULT), leave it out (x, or skip), "
            "or go on in the program that has it"
        )

    async def call(self, name: str, arguments: str, context: RunContext[Any]) -> ToolOutcome:
        """Run the tool `name` with JSON text as arguments.

        Raises:
            ModelRetry: the model can mend its call.
            ToolFailed: an expected failure; of type `unknown_tool` where nothing goes by that name.
        """
        for source in self._first:
            await source.refresh((context.session, context.branch, context.iteration))
        tool = self.find(name)
        if tool is None:
            raise ToolFailed("unknown_tool", self._unknown(name))
        return await tool.run(arguments, context)

    def close(self) -> None:
        """End what the sources have started."""
        for source in (*self._first, *self._more):
            source.close()

    def _unknown(self, name: str) -> str:
        if name in ABSENT:
            return f"there is no tool {name}: {ABSENT[name]}"
        names = self.names
        close = get_close_matches(name[:64], names, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        broken = [problem for source in (*self._first, *self._more) for problem in source.problems]
        wrong = f" (some cannot be had: {'; '.join(broken)})" if broken else ""
        return (
            f"no tool named {clipped(name, 64)!r}; {hint}there are: {clipped(', '.join(names) or 'none', 1_000)}{wrong}"
        )
