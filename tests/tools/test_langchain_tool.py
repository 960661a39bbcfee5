"""Tools of LangChain's are taken as they are: functions, classes, errors, images."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pytest

pytest.importorskip("langchain_core", reason="these need the extra: pip install 'workbench[langchain]'")

from langchain_core.tools import ArgsSchema, BaseTool, ToolException, tool
from pydantic import BaseModel, Field

from workbench.context import ModelRetry, RunContext
from workbench.errors import ToolFailed, UsedWrongly
from workbench.tools.registry import Registry

CONTEXT = RunContext(None, call="agent.1.1")


@tool
def multiply(a: int, b: Annotated[int, "the other"] = 2) -> int:
    """Multiply two numbers."""
    if a < 0:
        raise ToolException("no negative numbers")
    return a * b


@tool("forgiving")
async def forgiving(what: str) -> dict[str, Any]:
    """Say what."""
    return {"what": what}


class Query(BaseModel):
    place: str = Field(description="where")


class Camera(BaseTool):
    name: str = "camera"
    description: str = "Take a picture."
    args_schema: ArgsSchema | None = Query
    metadata: dict[str, Any] | None = {"effect": "read", "timeout": 5, "other": 1}

    def _run(self, place: str) -> Any:
        match place:
            case "url":
                return [{"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}]
            case "blocks":
                picture = {"type": "image", "mime_type": "image/png", "base64": "aGk="}
                link = {"type": "image", "url": "https://example.com/a.png"}
                return [{"type": "text", "text": "here"}, picture, link, "and", {"type": "json", "json": 1}]
            case _:
                raise ToolException("too dark")


def test_it_is_told_as_langchain_tells_it():
    registry = Registry([multiply, Camera()])
    first, second = registry.specs()
    assert (first.name, first.description, first.effect) == ("multiply", "Multiply two numbers.", "effect")
    schema = json.loads(first.parameters)
    assert schema["required"] == ["a"]
    assert schema["properties"]["b"] == {"default": 2, "description": "the other", "type": "integer"}
    assert (second.name, second.effect, second.timeout) == ("camera", "read", 5)
    assert json.loads(second.parameters)["properties"]["place"]["description"] == "where"
    assert [row.source for row in registry.listed()[0]] == ["langchain", "langchain"]


async def test_it_is_called_as_langchain_calls_it():
    registry = Registry([multiply, forgiving])
    assert (await registry.call("multiply", '{"a": 4}', CONTEXT)).content == "8"
    outcome = await registry.call("forgiving", '{"what": "rain"}', CONTEXT)
    assert json.loads(outcome.data or "") == {"what": "rain"}


async def test_arguments_that_do_not_fit_are_to_be_mended():
    registry = Registry([multiply])
    with pytest.raises(ModelRetry, match="multiply was not called: `a`"):
        await registry.call("multiply", '{"a": "many"}', CONTEXT)
    with pytest.raises(ModelRetry, match="not valid JSON"):
        await registry.call("multiply", "{", CONTEXT)


async def test_its_own_errors_are_failures():
    registry = Registry([multiply, Camera(handle_tool_error=True)])
    with pytest.raises(ToolFailed, match="no negative numbers") as failed:
        await registry.call("multiply", '{"a": -1}', CONTEXT)
    assert failed.value.type == "raised"
    with pytest.raises(ToolFailed, match="too dark"):
        await registry.call("camera", '{"place": "cellar"}', CONTEXT)


async def test_pictures():
    registry = Registry([Camera()])
    (image,) = (await registry.call("camera", '{"place": "url"}', CONTEXT)).media
    assert (image.kind, image.mime, image.data) == ("image", "image/png", "aGk=")
    outcome = await registry.call("camera", '{"place": "blocks"}', CONTEXT)
    assert outcome.content == 'here\nand\n{"type":"json","json":1}'
    assert [one.url or one.data for one in outcome.media] == ["aGk=", "https://example.com/a.png"]


def test_metadata_that_say_nothing_sensible():
    with pytest.raises(UsedWrongly, match="tool camera: metadata effect: Input should be"):
        Registry([Camera(metadata={"effect": "none"})])


async def test_an_agent_takes_them():
    from workbench import Agent, FunctionModel, call_tool

    agent = Agent(
        FunctionModel(lambda request: call_tool("multiply", a=4) if len(request.messages) == 1 else "8"),
        tools=[multiply],
        store=None,
    )
    result = await agent.run("four times two?")
    assert result.output == "8"
