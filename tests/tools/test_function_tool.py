"""Functions as tools: what models are told, how arguments arrive, what results and failures become."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from functools import partial
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from workbench.context import ModelRetry, RunContext
from workbench.errors import ToolFailed
from workbench.events.messages import ToolOutcome
from workbench.tools.function_tool import FunctionTool, tool

CONTEXT = RunContext(None, key="k1")


class Colour(Enum):
    """What it looks like."""

    red = "red"
    blue = "blue"


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sku: str
    quantity: int = Field(default=1, ge=1, description="how many")


@dataclass
class Parcel:
    weight: float
    sent: date | None = None


@tool(effect="idempotent", name="place_order", inline=True)
def rich(
    ctx: RunContext[Any],
    items: list[Item],
    mode: Literal["fast", "cheap"],
    colour: Colour = Colour.red,
    parcel: Parcel | None = None,
    note: Annotated[str, Field(description="said by the annotation", max_length=20)] = "",
    tags: dict[str, int] | None = None,
    anything: Any = None,
    schema: bool = False,
) -> dict[str, Any]:
    """Place an order.

    Args:
        ctx: never told.
        items: what to send,
            in this order
        mode (str): how to send it
        note: not this text
        colour: of the wrapping

    Returns:
        Not told either.
    """
    return {"key": ctx.key, "items": items, "mode": mode, "colour": colour, "parcel": parcel, "schema": schema}


def test_golden_schema() -> None:
    spec = rich.spec
    assert (spec.name, spec.description, spec.effect) == ("place_order", "Place an order.", "idempotent")
    assert json.loads(spec.parameters) == {
        "type": "object",
        "additionalProperties": False,
        "required": ["items", "mode"],
        "properties": {
            "items": {
                "type": "array",
                "items": {"$ref": "#/$defs/Item"},
                "description": "what to send, in this order",
            },
            "mode": {"type": "string", "enum": ["fast", "cheap"], "description": "how to send it"},
            "colour": {"$ref": "#/$defs/Colour", "description": "of the wrapping", "default": "red"},
            "parcel": {"anyOf": [{"$ref": "#/$defs/Parcel"}, {"type": "null"}], "default": None},
            "note": {"type": "string", "maxLength": 20, "description": "said by the annotation", "default": ""},
            "tags": {
                "anyOf": [{"type": "object", "additionalProperties": {"type": "integer"}}, {"type": "null"}],
                "default": None,
            },
            "anything": {"default": None},
            "schema": {"type": "boolean", "default": False},
        },
        "$defs": {
            "Item": {
                "title": "Item",
                "type": "object",
                "additionalProperties": False,
                "required": ["sku"],
                "properties": {
                    "sku": {"type": "string"},
                    "quantity": {"type": "integer", "minimum": 1, "default": 1, "description": "how many"},
                },
            },
            "Colour": {
                "title": "Colour",
                "type": "string",
                "enum": ["red", "blue"],
                "description": "What it looks like.",
            },
            "Parcel": {
                "title": "Parcel",
                "type": "object",
                "additionalProperties": False,
                "required": ["weight"],
                "properties": {
                    "weight": {"type": "number"},
                    "sent": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}], "default": None},
                },
            },
        },
    }


async def test_arguments_become_python_values_and_results_json() -> None:
    arguments = (
        '{"items": [{"sku": "a", "quantity": "2"}], "mode": "fast", "parcel": {"weight": 1.10, "sent": "2026-11-03"}}'
    )
    outcome = await rich.run(arguments, CONTEXT)
    assert outcome.content == outcome.data
    assert json.loads(outcome.content) == {
        "key": "k1",
        "items": [{"sku": "a", "quantity": 2}],
        "mode": "fast",
        "colour": "red",
        "parcel": {"weight": 1.1, "sent": "2026-11-03"},
        "schema": False,
    }


def test_it_is_still_the_function() -> None:
    assert rich(CONTEXT, [], "fast")["key"] == "k1"
    assert repr(rich) == "<tool place_order: idempotent>"


def test_undeclared_is_effect_and_of_declares_anew() -> None:
    @tool
    def bare(x: int) -> int:
        return x

    assert bare.effect == bare.spec.effect == "effect"
    assert FunctionTool.of(bare) is bare
    again = FunctionTool.of(bare, effect="read", name="other", description="Said here.")
    assert (again.name, again.effect, again.spec.description, again(2)) == ("other", "read", "Said here.", 2)


async def test_methods_partials_and_callable_objects() -> None:
    class Shop:
        async def __call__(self, x: int) -> int:
            return x + 1

        def sell(self, x: int) -> int:
            return x + 2

    def three(y: int, x: int) -> int:
        return x + y

    for fn, expected in ((Shop(), "2"), (Shop().sell, "3"), (partial(three, y=3), "4")):
        made = FunctionTool.of(fn, name="made")
        assert (await made.run('{"x": 1}', CONTEXT)).content == expected


@pytest.mark.parametrize("empty", ["", "  ", "null", " null\n", "{}"])
async def test_no_arguments(empty: str) -> None:
    @tool(inline=True)
    def ping(times: int = 1) -> str:
        return "pong" * times

    assert (await ping.run(empty, CONTEXT)).content == "pong"


MISTAKES = [
    ('{"items": ', "its arguments are not valid JSON (EOF while parsing a value at line 1 column 10)."),
    ("[1]", "The arguments should be a JSON object, not [1]."),
    ('"{}"', 'The arguments should be a JSON object, not "{}".'),
    ("", "`items` is missing (array: what to send, in this order). `mode` is missing (fast | cheap: how to send it)."),
    (
        '{"items": [], "mode": "slow"}',
        "`mode` should be 'fast' or 'cheap', not \"slow\".",
    ),
    (
        '{"items": [{"sku": 1, "colour": 2}, {"quantity": 0}], "mode": "fast"}',
        "`items[0].sku` should be a valid string, not 1. `items[0].colour` is not allowed there. "
        "`items[1].sku` is missing. `items[1].quantity` should be greater than or equal to 1, not 0.",
    ),
    (
        '{"items": [], "mode": "fast", "tagz": {}, "zzz": 1}',
        "`tagz` is not a parameter (did you mean `tags`?). `zzz` is not a parameter (there are: items, mode, "
        "colour, parcel, note, tags, anything, schema).",
    ),
    (
        '{"items": [], "mode": "fast", "tags": {"a": "x"}}',
        '`tags.a` should be a valid integer, unable to parse string as an integer, not "x".',
    ),
]


@pytest.mark.parametrize(("arguments", "expected"), MISTAKES)
async def test_mistakes_are_sentences(arguments: str, expected: str) -> None:
    with pytest.raises(ModelRetry) as caught:
        await rich.run(arguments, CONTEXT)
    assert str(caught.value).removeprefix("place_order was not called").lstrip(".: ") == expected


async def test_members_of_a_union_are_told_together() -> None:
    @tool
    def pick(x: int | list[str]) -> None:
        """Pick."""

    with pytest.raises(ModelRetry) as caught:
        await pick.run('{"x": "no"}', CONTEXT)
    assert str(caught.value) == (
        "pick was not called. `x` should be a valid integer, unable to parse string as an integer "
        'or should be a valid array, not "no".'
    )


async def test_a_huge_mistake_has_a_short_answer() -> None:
    arguments = json.dumps({"items": ["x" * 100_000] * 50, "mode": "y" * 1_000_000, "z" * 10_000: 1})
    with pytest.raises(ModelRetry) as caught:
        await rich.run(arguments, CONTEXT)
    assert len(str(caught.value)) < 2_000
    assert str(caught.value).endswith("And 44 more.")


@pytest.mark.slow
@given(st.text() | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_any_text_as_arguments_comes_back_to_be_mended(arguments: str) -> None:
    with pytest.raises(ModelRetry, match=r"^place_order was not called"):  # for lack of items, at least
        asyncio.run(rich.run(arguments, CONTEXT))


async def test_half_a_surrogate_pair() -> None:
    with pytest.raises(ModelRetry, match="not valid JSON"):
        await rich.run('{"mode": "\ud800"}', CONTEXT)


class Word(StrEnum):
    yes = "Yes"


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("text", ToolOutcome("text")),
        (Word.yes, ToolOutcome("Yes")),
        (None, ToolOutcome("null", "null")),
        (Decimal("1.50"), ToolOutcome('"1.50"', '"1.50"')),
        ([1, {"ü": float("nan")}], ToolOutcome('[1,{"ü":"NaN"}]', '[1,{"ü":"NaN"}]')),
        (ToolOutcome("shown", "[1]"), ToolOutcome("shown", "[1]")),
    ],
)
async def test_results(value: object, outcome: ToolOutcome) -> None:
    @tool(inline=True)
    def give() -> object:
        return value

    assert await give.run("{}", CONTEXT) == outcome


async def test_nothing_to_tell_is_done() -> None:
    @tool
    def act() -> None:
        """Act."""

    assert await act.run("{}", CONTEXT) == ToolOutcome("done")


@pytest.mark.parametrize("value", [object(), {"a": object()}, b"\xff", "\ud800 in a list".split()])
async def test_what_is_not_json_is_a_bad_result(value: object) -> None:
    @tool
    def give() -> object:
        return value

    with pytest.raises(ToolFailed, match=r"give returned .+ cannot be written as JSON") as caught:
        await give.run("{}", CONTEXT)
    assert caught.value.type == "bad_result"


def test_how_a_run_may_call_it_is_told_with_it() -> None:
    @tool(effect="read", timeout=1.5, parallel=2)
    def slow() -> None: ...

    assert (slow.spec.timeout, slow.spec.parallel, slow.spec.person) == (1.5, 2, False)


async def test_verify_finds_out_what_happened() -> None:
    paid = {"k1": {"receipt": 7}}

    def sync_verify(ctx: RunContext[Any], arguments: dict[str, Any]) -> object:
        return paid.get(ctx.key) if arguments == {"x": 1} else None

    async def async_verify(ctx: RunContext[Any], arguments: dict[str, Any]) -> object:
        return sync_verify(ctx, arguments)

    for verify in (sync_verify, async_verify):

        @tool(verify=verify)
        def pay(x: int) -> None:
            """Pay."""

        assert await pay.happened('{"x": 1}', CONTEXT) == ToolOutcome('{"receipt":7}', '{"receipt":7}')
        assert await pay.happened('{"x": 1}', RunContext(None, key="k2")) is None


@pytest.mark.parametrize(("error", "kind"), [(OSError("down"), "raised"), (ToolFailed("unknown", "?"), "unknown")])
async def test_verify_that_fails_says_so(error: Exception, kind: str) -> None:
    def verify(ctx: RunContext[Any], arguments: dict[str, Any]) -> None:
        raise error

    with pytest.raises(ToolFailed) as caught:
        await FunctionTool(verify_nothing, verify=verify).happened("{}", CONTEXT)
    assert caught.value.type == kind


async def test_without_verify_nobody_knows() -> None:
    with pytest.raises(ToolFailed, match="no way to find out"):
        await FunctionTool(verify_nothing).happened("{}", CONTEXT)


def verify_nothing() -> None:
    """Do nothing."""
