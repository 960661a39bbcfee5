"""JSON that servers sent, looked at without trusting its shape."""

from __future__ import annotations

from typing import Any, cast

Json = dict[str, Any]


def a_count(value: object) -> int | None:
    """`value` if it is a whole number that is not negative, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def a_string(value: object) -> str:
    """`value` if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def a_place(value: object) -> int | str:
    """Where in a list a piece belongs: its number; what is no number is told apart by its words."""
    return int(value) if isinstance(value, int) else str(value)


def an_object(value: object) -> Json:
    """`value` if it is an object, else an empty one."""
    return cast(Json, value) if isinstance(value, dict) else {}


def objects(value: object) -> list[Json]:
    """The items of a list, each as an object; nothing where it is no list."""
    return [an_object(item) for item in cast(list[object], value)] if isinstance(value, list) else []
