"""What a function may return, and what becomes of it."""

from __future__ import annotations

import base64
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from workbench.context import ModelRetry, RunContext
from workbench.errors import ToolFailed, UsedWrongly
from workbench.events.media import Media
from workbench.events.messages import ToolOutcome
from workbench.tools.function_tool import tool
from workbench.tools.giving import attach, outcome_of

PNG = attach(b"\x89PNG", "image/png")
PDF = attach(b"%PDF", name="bill.pdf")


class Point(BaseModel):
    x: int


@dataclass
class Pair:
    left: int
    right: Point


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("text", ToolOutcome("text")),
        (None, ToolOutcome("null", "null")),
        ({"a": Point(x=1)}, ToolOutcome('{"a":{"x":1}}', '{"a":{"x":1}}')),
        (Pair(1, Point(x=2)), ToolOutcome('{"left":1,"right":{"x":2}}', '{"left":1,"right":{"x":2}}')),
        (PNG, ToolOutcome("[image image/png, 4 B]", media=(PNG,))),
        (["a chart", PNG, PDF], ToolOutcome("a chart", media=(PNG, PDF))),
        ((PNG, {"bars": 3}), ToolOutcome('{"bars":3}', '{"bars":3}', (PNG,))),
        ([PNG, PDF], ToolOutcome(f"{PNG.words}\n{PDF.words}", media=(PNG, PDF))),
        (["a", PNG, 1], ToolOutcome("a\n1", media=(PNG,))),
        (ToolOutcome("as it is"), ToolOutcome("as it is")),
    ],
)
def test_what_is_returned(value: object, outcome: ToolOutcome):
    assert outcome_of(value, "t", nothing=False) == outcome


def test_a_generator_is_read_as_far_as_it_may_go():
    assert outcome_of((n * n for n in range(3)), "t", nothing=False) == ToolOutcome("[0,1,4]", "[0,1,4]")
    assert outcome_of(iter([PNG]), "t", nothing=False).media == (PNG,)
    with pytest.raises(ToolFailed, match="t returned a count of more than 100,000 items"):
        outcome_of(itertools.count(), "t", nothing=False)


def test_nothing_is_done_where_nothing_was_promised():
    assert outcome_of(None, "t", nothing=True) == ToolOutcome("done")


def test_what_cannot_be_written():
    with pytest.raises(ToolFailed, match="t returned object, which cannot be written as JSON"):
        outcome_of(object(), "t", nothing=False)


@pytest.mark.parametrize("error", [ModelRetry("another date"), ToolFailed("closed", "we are closed")])
async def test_an_error_that_is_returned_is_raised(error: Exception):
    @tool(effect="read")
    def visit() -> object:
        return error

    with pytest.raises(type(error), match=str(error)):
        await visit.run("{}", RunContext(None))


async def test_any_other_error_is_one_that_was_raised():
    @tool(effect="read", inline=True)
    def visit() -> object:
        return ValueError("no such day")

    with pytest.raises(ToolFailed, match="ValueError: no such day"):
        await visit.run("{}", RunContext(None))


async def test_a_function_that_gives_a_coroutine_is_awaited():
    async def later() -> dict[str, int]:
        return {"a": 1}

    @tool(effect="read")
    def now() -> Any:
        return later()

    assert json.loads((await now.run("{}", RunContext(None))).content) == {"a": 1}


def test_files_and_bytes_are_attached(tmp_path: Path):
    path = tmp_path / "chart.svg"
    path.write_bytes(b"<svg/>")
    assert attach(path) == Media(
        kind="image", mime="image/svg+xml", data=base64.b64encode(b"<svg/>").decode(), name="chart.svg"
    )
    assert attach(path, "text/plain", "other").name == "other"
    with pytest.raises(UsedWrongly, match="what type is this"):
        attach(b"?")
