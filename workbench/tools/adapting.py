"""Whatever may serve as a tool, as one: a tool itself, a plain function, a tool of LangChain's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from workbench.context import RunContext
from workbench.events.messages import ToolOutcome
from workbench.events.parts import ToolSpec
from workbench.tools.function_tool import FunctionTool

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from workbench.tools.tool import ForeignTool, Tool


def as_tool(given: Tool | ForeignTool | Callable[..., Any]) -> Tool:
    """`given` as a tool; a plain function declares nothing, so it counts as one with an effect.

    Raises:
        UsedWrongly: its name or its parameters cannot be those of a tool.
    """
    if is_langchain(given):
        from workbench.tools.langchain_tool import LangChainTool

        return LangChainTool(given)
    return FunctionTool.of(given) if callable(given) else cast("Tool", given)


class Renamed:
    """A tool that goes by another name."""

    def __init__(self, name: str, tool: Tool) -> None:
        self.name, self._tool = name, tool
        self.source = str(getattr(tool, "source", ""))

    @property
    def spec(self) -> ToolSpec:
        """The other tool's, by this name."""
        return self._tool.spec.model_copy(update={"name": self.name})

    async def run(self, arguments: str, context: RunContext[Any]) -> ToolOutcome:
        """Call the other tool."""
        return await self._tool.run(arguments, context)


def is_tool(value: object) -> bool:
    """Whether `value` is a tool as it is; a plain function must be declared one."""
    return isinstance(value, FunctionTool) or is_langchain(value)


def is_langchain(value: object) -> TypeGuard[BaseTool]:
    """Whether `value` is a tool of LangChain's; asked without loading LangChain, which whoever made one has done."""
    return any(
        base.__name__ == "BaseTool" and base.__module__.startswith("langchain_core.") for base in type(value).__mro__
    )
