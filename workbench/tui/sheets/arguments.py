"""A call's arguments as the fields of a form, by the tool's own schema, and back to JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from workbench.errors import UsedWrongly
from workbench.events.text import from_json

_MISSING = object()


class Argument(NamedTuple):
    """One argument.

    Attributes:
        note: its type, whether it is required, what the schema says of it.
        text: its value as it is written in a field: a text as it is, anything else as JSON.
        value: its value; `_MISSING` where the call does not give it.
        types: the JSON types that the schema allows; empty where it does not say.
    """

    name: str
    note: str
    text: str
    value: object
    types: frozenset[str]
    required: bool


def arguments_of(parameters: str, arguments: str) -> list[Argument] | None:
    """The fields of a call: those of the schema, then what else is given. None where only raw JSON would do."""
    schema, given = _object(parameters) or {}, _object(arguments)
    properties: dict[str, Any] = schema.get("properties") or {}
    if given is None or not (properties or given):
        return None
    required: Sequence[str] = schema.get("required") or ()
    found: list[Argument] = []
    for name in dict.fromkeys([*properties, *given]):
        described = properties.get(name)
        told = cast(dict[str, Any], described) if isinstance(described, dict) else {}
        value = given.get(name, _MISSING)
        types = _types(told)
        parts = [
            " or ".join(sorted(types - {"null"}))
            or ("" if name in properties or not properties else "not in the tool's schema"),
            "required" if name in required else "",
            f"one of {', '.join(map(str, told['enum']))}" if isinstance(told.get("enum"), list) else "",
            str(told.get("description", "")),
        ]
        note = " · ".join(part for part in parts if part)
        found.append(Argument(name, note, _written(value), value, types, name in required))
    return found


def arguments_from(fields: Sequence[Argument], texts: Sequence[str], before: str) -> str:
    """The arguments that `texts` say, as JSON; exactly `before` where nothing was changed.

    Raises:
        UsedWrongly: a field is not what its type says; names it.
    """
    if all(field.text == text for field, text in zip(fields, texts, strict=True)):
        return before
    values = {field.name: _read(field, text) for field, text in zip(fields, texts, strict=True)}
    return json.dumps({name: value for name, value in values.items() if value is not _MISSING}, ensure_ascii=False)


def _read(field: Argument, text: str) -> object:
    if text == field.text:
        return field.value
    if not text.strip() and not (field.required and "string" in field.types):
        return _MISSING
    if field.types == frozenset(("string",)):
        return text
    if isinstance(field.value, str) and (not field.types or "string" in field.types):
        return text  # what is a text now stays one: "64.50" is not made a number
    try:
        return from_json(text)
    except ValueError as error:
        if "string" in field.types:
            return text
        wanted = " or ".join(sorted(field.types)) or "JSON"
        raise UsedWrongly(f"{field.name}: {text[:40]!r} is not {wanted}; write it as JSON") from error


def _written(value: object) -> str:
    if value is _MISSING:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _types(schema: dict[str, Any]) -> frozenset[str]:
    """The JSON types that a property may have."""
    named = schema.get("type")
    if isinstance(named, str):
        return frozenset((named,))
    if isinstance(named, list):
        return frozenset(str(one) for one in cast(list[object], named))
    choices = schema.get("anyOf") or schema.get("oneOf") or ()
    found = [_types(cast(dict[str, Any], one)) for one in choices if isinstance(one, dict)]
    return frozenset[str]().union(*found) if all(found) else frozenset()


def _object(text: str) -> dict[str, Any] | None:
    try:
        value: object = from_json(text)
    except ValueError:
        return None
    return cast(dict[str, Any], value) if isinstance(value, dict) else None
