"""Tables of `workbench.toml`: what is wrong is said by field, never with what was written there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from workbench.errors import BadFile
from workbench.tables import Address, Table, read_table

FILE = Path("workbench.toml")


class Inner(Table):
    port: int


class Form(Table):
    where: Address
    kind: Literal["a", "b"] | Annotated[str, Field(min_length=3)] = "a"
    inner: Inner | None = None
    several: tuple[Inner, ...] = ()


GOOD: dict[str, Any] = {"where": "https://h/"}


def test_what_fits():
    assert read_table(Form, GOOD | {"inner": {"port": 1}}, FILE, "t").inner == Inner(port=1)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("secret", "t: should be a table, [t]"),
        ({}, "t.where: is missing"),
        ({"where": "secret"}, "t.where: should be a whole http or https address"),
        (GOOD | {"wear": "secret"}, "t.wear: there is no such field; did you mean 'where'?"),
        (GOOD | {"inner": {"pot": 1, "port": 1}}, "t.inner.pot: there is no such field"),
        (GOOD | {"several": [{"port": 1}, {}]}, "t.several.1.port: is missing"),
        (GOOD | {"inner": {"port": "secret"}}, "t.inner.port: should be a valid integer"),
        (GOOD | {"kind": 3}, "t.kind: should be 'a' or 'b'"),
    ],
)
def test_what_does_not_fit_is_said_by_field(told: object, words: str):
    with pytest.raises(BadFile) as wrong:
        read_table(Form, told, FILE, "t")
    assert str(wrong.value).startswith(f"workbench.toml: {words}")
    assert "secret" not in str(wrong.value)
