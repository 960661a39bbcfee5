"""A tool of LangChain's, taken as it is: its schema, its sync or async call, its messages, its own error handling.

It counts as one with an effect unless its metadata say otherwise: `metadata={"effect": "read"}`; `timeout` and
`parallel` may stand there, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from workbench.context import ModelRetry, RunContext
from workbench.errors import ToolFailed, UsedWrongly
from workbench.events.media import Media, of_url
from workbench.events.messages import ToolOutcome
from workbench.events.parts import ToolSpec
from workbench.events.text import as_json, from_json
from workbench.tools.giving import structured

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

_METADATA = ("effect", "timeout", "parallel")


class LangChainTool:
    """`workbench.tools.registry.Tool` over a `langchain_core.tools.BaseTool`."""

    source = "langchain"

    def __init__(self, tool: BaseTool) -> None:
        from langchain_core.utils.function_calling import convert_to_openai_tool

        self._tool = tool
        told = cast("dict[str, Any]", convert_to_openai_tool(tool)["function"])
        self.name = str(told["name"])
        said = {name: value for name, value in (tool.metadata or {}).items() if name in _METADATA}
        try:
            self.spec = ToolSpec(
                name=self.name,
                description=str(told.get("description", "")),
                parameters=as_json(told.get("parameters") or {"type": "object", "properties": {}}),
                **said,
            )
        except ValidationError as error:
            wrong = error.errors(include_url=False)[0]
            raise UsedWrongly(f"tool {self.name}: metadata {wrong['loc'][0]}: {wrong['msg']}") from None

    async def run(self, arguments: str, context: RunContext[Any]) -> ToolOutcome:
        """Invoke it with JSON text as arguments; raises ModelRetry and ToolFailed as `Toolbox.call` does."""
        from langchain_core.messages import ToolMessage
        from langchain_core.tools import ToolException

        try:
            given: object = from_json(arguments) if arguments.strip() else {}
        except ValueError as error:
            raise ModelRetry(f"{self.name} was not called: its arguments are not valid JSON ({error}).") from None
        call = {"type": "tool_call", "name": self.name, "args": given or {}, "id": context.call or self.name}
        try:
            answer: object = await self._tool.ainvoke(cast("Any", call))
        except ValidationError as error:
            wrong = [f"`{'.'.join(map(str, one['loc']))}` {one['msg']}" for one in error.errors(include_url=False)]
            raise ModelRetry(f"{self.name} was not called: {'; '.join(wrong)}.") from None
        except ToolException as error:
            raise ToolFailed("raised", str(error)) from error
        if not isinstance(answer, ToolMessage):
            text = answer if isinstance(answer, str) else as_json(answer)
            return ToolOutcome(text, None if isinstance(answer, str) else text)
        text, media = _read(cast("object", answer.content))
        if answer.status == "error":
            raise ToolFailed("raised", text)
        return ToolOutcome(text, structured(text), media)


def _read(content: object) -> tuple[str, tuple[Media, ...]]:
    """The text and the images of a message's content: text, or content blocks."""
    if isinstance(content, str):
        return content, ()
    texts: list[str] = []
    media: list[Media] = []
    for block in cast("list[object]", content):
        fields = cast("dict[str, Any]", block) if isinstance(block, dict) else {}
        held, words = _media(fields), fields.get("text")
        if held is not None:
            media.append(held)
        elif isinstance(words, str):
            texts.append(words)
        else:
            texts.append(block if isinstance(block, str) else as_json(fields))
    return "\n".join(texts), tuple(media)


def _media(block: dict[str, Any]) -> Media | None:
    """An image block in LangChain's form or in OpenAI's."""
    if block.get("type") == "image_url":
        address: object = block.get("image_url")
        url = cast("dict[str, Any]", address).get("url") if isinstance(address, dict) else address
        return of_url(str(url), "image")
    if block.get("type") in {"image", "audio", "file"}:
        kind, mime = block["type"], str(block.get("mime_type", ""))
        if data := block.get("base64") or block.get("data"):
            return of_url(f"data:{mime};base64,{data}", kind)
        if url := block.get("url"):
            return of_url(str(url), kind)
    return None
