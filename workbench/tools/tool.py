"""What a tool is to everyone here, and what gives tools that are not known from the start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from workbench.context import RunContext
from workbench.events.messages import ToolOutcome
from workbench.events.parts import ToolSpec


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


class ForeignTool(Protocol):
    """A tool of LangChain's, as far as types go; see `workbench.tools.adapting` for how it is told."""

    name: str
    description: str

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        """Call it."""
        ...


class Source(Protocol):
    """Where tools come from that are not known from the start.

    `names` are the names that can be known without starting anything; `NAME__*` stands for all of a server's.
    """

    @property
    def names(self) -> Sequence[str]: ...
    @property
    def problems(self) -> Sequence[str]:
        """Why some tools cannot be had, a sentence each; starts nothing."""
        ...

    def find(self, name: str) -> Tool | None:
        """The tool that goes by `name`; starts nothing."""
        ...

    def may_have(self, name: str) -> bool:
        """Whether a call of `name` may find a tool here, as things are now; does not block for long."""
        ...

    def tools(self, pattern: str = "") -> Sequence[Tool]:
        """All tools, or those that one of `names` stands for. May start what is needed for it, and block."""
        ...

    async def refresh(self, turn: object) -> None:
        """Take in what has changed, if this is another turn of the run than at the last call."""
        ...

    def close(self) -> None:
        """End what was started."""
        ...
