"""Values of checks: what arguments must contain, and which words of a field satisfy a pattern and a schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.criteria.values import (
    collected,
    contains,
    problem_of_arguments,
    problem_of_schema,
    shown_by,
    value_at,
)
from workbench.events import Check
from workbench.gates.conditions import MISSING
from workbench.gates.moments import decoded


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ({}, {"a": 1}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2, "c": 3}]}),
        ({"a": 129}, {"a": "129.00"}),
        ({"a": {">": 100}}, {"a": "129.00"}),
        ({"a": {"=~": "^re_"}}, {"a": "RE_17"}),
        ({"a": {"!~": "^re_"}}, {"a": "ch_17"}),
        ({"a": {"contains": "x"}}, {"a": ["x", "y"]}),
        ({"a": {"in": ["x", "y"]}}, {"a": "x"}),
        ({"a": None}, {"a": None}),
    ],
)
def test_what_a_call_contains(wanted: Any, value: Any):
    assert contains(wanted, value)


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ({"a": 1}, {}),
        ({"a": 1}, [1]),
        ({"a": 1}, "a"),
        ({"a": [1]}, {"a": [1, 2]}),
        ({"a": [1]}, {"a": 1}),
        ({"a": True}, {"a": 1}),
        ({"a": {"=~": "^re_"}}, {"a": "ch_17"}),
        ({"a": {"!~": "^re_"}}, {"a": "re_17"}),
        ({"a": {"<": 100}}, {"a": 100}),
    ],
)
def test_what_it_does_not(wanted: Any, value: Any):
    assert not contains(wanted, value)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), nested, max_leaves=8))
def test_every_value_contains_itself(value: Any):
    there = decoded(json.dumps(value))
    assert contains(there, there)


@pytest.mark.parametrize("wanted", [{"a": {"=~": "("}}, {"a": [{"b": {"!~": "(a+)+"}}]}])
def test_patterns_that_cannot_serve_are_named(wanted: Any):
    assert problem_of_arguments(wanted) is not None


@pytest.mark.parametrize("wanted", [{}, {"a": {"=~": "x"}}, {"a": [1, "("], "b": {">": 1}}])
def test_patterns_that_can(wanted: Any):
    assert problem_of_arguments(wanted) is None


def test_a_path_leads_into_a_value():
    whole = {"order": {"items": [{"price": 3}]}}
    assert value_at("order.items[0].price", whole) == 3
    assert value_at("order.items[1].price", whole) is MISSING
    assert value_at("not a path", whole) is MISSING
    assert value_at("order", MISSING) is MISSING


def check(**fields: Any) -> Check:
    schema = fields.pop("json_schema", None)
    return Check(field="it", json_schema=None if schema is None else json.dumps(schema), **fields)


@pytest.mark.parametrize(
    ("one", "value", "words"),
    [
        (check(), "x", "x"),
        (check(), 5, "5"),
        (check(), False, "false"),
        (check(), None, ""),
        (check(), MISSING, ""),
        (check(), [], ""),
        (check(pattern=r"\d+"), "no 17", "17"),
        (check(pattern=r"\d+"), "none", ""),
        (check(json_schema={"type": "integer", "minimum": 3}), 5, "5"),
        (check(json_schema={"type": "integer", "minimum": 3}), 2, ""),
        (check(json_schema={"enum": ["a"]}, pattern="a"), "a", "a"),
        (check(json_schema={"$ref": "https://nowhere.invalid/x"}), 5, ""),
        (check(json_schema={"type": 17}), 5, ""),
    ],
)
def test_the_words_of_a_field(one: Check, value: Any, words: str):
    assert shown_by(one, value) == words


def test_a_schema_that_is_no_json_is_satisfied_by_nothing():
    assert shown_by(Check(field="it", json_schema="no json"), 5) == ""


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "nonsense"}, "not a JSON schema"),
        ({"anyOf": [{"pattern": "(a+)+"}]}, "repeat inside a repeat"),
        ({"properties": {"a": {"$ref": "https://nowhere.invalid/x"}}}, "it refers to https://nowhere.invalid/x"),
    ],
)
def test_schemas_that_are_refused(schema: dict[str, Any], words: str):
    assert words in (problem_of_schema(schema) or "")


@pytest.mark.parametrize(
    "schema",
    [{}, {"$ref": "#/$defs/a", "$defs": {"a": {"type": "string", "pattern": "^a"}}}, {"enum": [[1], {"pattern": 3}]}],
)
def test_schemas_that_serve(schema: dict[str, Any]):
    assert problem_of_schema(schema) is None


def test_what_was_collected_is_json_or_nothing():
    assert collected(None) is MISSING
    assert collected("{") is MISSING
    assert collected('{"a": 1}') == {"a": 1}
