"""Values that checks look at: the arguments of a call, and fields of a result or of what the agent collected. Pure."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, cast

from workbench.events import Check
from workbench.gates.conditions import COMPARISONS, MISSING, Key, as_text, compared, same
from workbench.gates.grammar import BadCondition, parse_keys
from workbench.gates.moments import decoded, inside
from workbench.gates.pattern import SHOWN, found, problem_of

_FINDS, _LACKS = "=~", "!~"
SIGNS = (*COMPARISONS, _FINDS, _LACKS)
"""What may stand alone in an object instead of a value: `{">": 100}`."""


def contains(wanted: object, value: object) -> bool:
    """Whether `value` has all that `wanted` says.

    An object must have its keys, a list its items in their order and number; an object with a sign as its only key
    compares; anything else must be equal, where a text that is a number equals that number.
    """
    if isinstance(wanted, dict):
        fields = cast("dict[str, object]", wanted)
        sign = next(iter(fields)) if len(fields) == 1 else ""
        if sign in SIGNS:
            return _compares(sign, value, fields[sign])
        if not isinstance(value, dict):
            return False
        there = cast("dict[str, object]", value)
        return all(name in there and contains(one, there[name]) for name, one in fields.items())
    if isinstance(wanted, list):
        ours, theirs = cast("list[object]", wanted), cast("list[object]", value)
        return isinstance(value, list) and len(ours) == len(theirs) and all(map(contains, ours, theirs))
    return same(wanted, value)


def _compares(sign: str, value: object, other: object) -> bool:
    if sign in (_FINDS, _LACKS):
        return bool(found(as_text(other), as_text(value))) is (sign == _FINDS)
    return compared(sign, value, other)


def problem_of_arguments(wanted: object) -> str | None:
    """Why `wanted` can match nothing, in words; None where it can."""
    if isinstance(wanted, dict):
        fields = cast("dict[str, object]", wanted)
        if len(fields) == 1 and (finds := {_FINDS, _LACKS} & set(fields)):
            return problem_of(as_text(fields[finds.pop()]))
        parts = list(fields.values())
    else:
        parts = cast("list[object]", wanted) if isinstance(wanted, list) else []
    return next((problem for part in parts if (problem := problem_of_arguments(part))), None)


@lru_cache(maxsize=256)
def _keys(path: str) -> tuple[Key, ...] | None:
    try:
        return parse_keys(path)
    except BadCondition:
        return None


def value_at(path: str, whole: object) -> object:
    """The value at `path` inside `whole`; MISSING where there is none, or the path is none."""
    keys = _keys(path)
    return MISSING if keys is None else inside(whole, keys)


def shown_by(check: Check, value: object) -> str:
    """The words of a field's `value` that satisfy the check's pattern and schema, "" where it does not."""
    if value is MISSING or value is None or value in ("", [], {}):
        return ""
    text = as_text(value)
    if check.pattern is not None:
        text = found(check.pattern, text)
    if check.json_schema is not None and not _fits(value, check.json_schema):
        return ""
    return text.strip()[:SHOWN]


def _fits(value: object, schema: str) -> bool:
    """Whether the value is valid. A schema that is none, or that points elsewhere, is satisfied by nothing."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError, ValidationError
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    nowhere: Registry[Any] = Registry()
    try:
        validator: Any = Draft202012Validator(json.loads(schema), registry=nowhere)
        return bool(validator.is_valid(value))
    except (SchemaError, ValidationError, Unresolvable, ValueError, TypeError, AttributeError, RecursionError):
        return False


def problem_of_schema(schema: Any) -> str | None:
    """Why `schema` cannot judge a value, in words; None where it can."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return f"not a JSON schema: {error.message}"
    return _problem_inside(schema)


def _problem_inside(schema: object) -> str | None:
    """Patterns that could take for ever, and references that leave the schema."""
    if isinstance(schema, list):
        return next((problem for one in cast("list[object]", schema) if (problem := _problem_inside(one))), None)
    if not isinstance(schema, dict):
        return None
    for name, part in cast("dict[str, object]", schema).items():
        problem = _problem_inside(part)
        if name == "pattern" and isinstance(part, str):
            problem = problem_of(part)
        elif name == "$ref" and not str(part).startswith("#"):
            problem = f"it refers to {part}; write that out instead"
        if problem:
            return problem
    return None


def collected(claims: str | None) -> object:
    """What an answer says it collected, as a JSON value; MISSING where it holds none."""
    return MISSING if claims is None else decoded(claims)
