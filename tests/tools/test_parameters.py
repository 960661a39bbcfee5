"""Signatures that cannot be a tool's are refused where the tool is made, by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import Field

from workbench.context import RunContext
from workbench.errors import UsedWrongly
from workbench.tools.function_tool import FunctionTool, tool

if TYPE_CHECKING:
    from fractions import Fraction


def many(*values: int) -> None: ...
def keywords(**values: int) -> None: ...
def positional(x: int, /) -> None: ...
def late(x: int, ctx: RunContext[Any]) -> None: ...
def field(x: int = Field(3)) -> None: ...
def unresolved(x: Fraction) -> None: ...


@pytest.mark.parametrize(
    ("fn", "problem"),
    [
        (many, "'values' takes any number of values"),
        (keywords, "'values' takes any number of values"),
        (positional, "'x' is positional only"),
        (late, "'ctx' is a RunContext; it must come first"),
        (field, "'x' has Field"),
        (unresolved, "'Fraction' is not defined"),
    ],
)
def test_refused(fn: Callable[..., Any], problem: str) -> None:
    with pytest.raises(UsedWrongly, match=problem) as caught:
        FunctionTool(fn)
    assert str(caught.value).startswith(f"tool {fn.__name__}: ")


def test_a_type_without_a_schema_is_refused_when_the_schema_is_wanted() -> None:
    class Strange: ...

    def take(x: Any) -> None: ...

    take.__annotations__["x"] = Strange
    with pytest.raises(UsedWrongly, match="tool take: no JSON schema") as caught:
        _ = FunctionTool(take).spec
    assert str(caught.value).endswith("Strange'>"), "without pydantic's advice"


def test_what_cannot_be_declared_is_refused() -> None:
    def fine() -> None: ...

    effect: Any = "writes"
    with pytest.raises(UsedWrongly, match="tool fine: effect 'writes' should be one of read, idempotent, effect"):
        FunctionTool(fine, effect=effect)
    unknown: dict[str, Any] = {"efect": "read"}
    with pytest.raises(UsedWrongly, match="tool fine takes no 'efect'; did you mean 'effect'"):
        tool(**unknown)(fine)
    nothing: dict[str, Any] = {"zzz": 1}
    with pytest.raises(UsedWrongly, match=r"tool fine takes no 'zzz'$"):
        tool(**nothing)(fine)


@pytest.mark.parametrize("name", ["", "a b", "é", "x" * 65, "1st", "a\n"])
def test_names(name: str) -> None:
    def fine() -> None: ...

    fine.__name__ = "not valid either"
    with pytest.raises(UsedWrongly, match="cannot name a tool"):
        FunctionTool(fine, name=name)


def test_a_default_that_is_not_json_stays_with_the_function() -> None:
    marker: Any = object()

    @tool
    def take(x: int = marker) -> bool:
        return x is marker

    assert json.loads(take.spec.parameters)["properties"] == {"x": {"type": "integer"}}
    assert take()


def test_no_parameters_and_no_annotations() -> None:
    none = json.loads(FunctionTool(lambda: 1, name="none").spec.parameters)
    assert none == {"type": "object", "properties": {}, "additionalProperties": False}

    def loose(x: Any) -> Any:
        return x

    loose.__annotations__.clear()
    assert json.loads(FunctionTool(loose).spec.parameters)["properties"] == {"x": {}}
