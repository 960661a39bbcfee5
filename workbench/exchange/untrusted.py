"""JSON that others wrote: decoded without surprises, and looked at without trusting its shape."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any, cast

from workbench.events.text import DEEPEST, is_deep


def decode_json(text: str) -> Any:
    """The value of a JSON text. NaN and infinities, which JSON does not have, become null.

    Raises:
        ValueError: it is not JSON (`json.JSONDecodeError`, with the place), or nested or long beyond reason.
    """
    try:
        value = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError:
        raise ValueError("it holds a number too long to read") from None
    if is_deep(value):
        raise ValueError(f"it is nested more than {DEEPEST} levels deep")
    return value


def _no_number(_: str) -> None:
    """What stands for NaN and infinities."""


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def an_object(value: Any) -> dict[str, Any]:
    """`value` if it is an object, else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def a_list(value: Any) -> list[Any]:
    """`value` if it is a list, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def a_text(value: Any, default: str = "") -> str:
    """`value` if it is a string, else `default`."""
    return value if isinstance(value, str) else default


def a_count(value: Any) -> int | None:
    """`value` if it is a count that fits 53 bits, else None."""
    return value if type(value) is int and 0 <= value < 1 << 53 else None


def a_number(value: Any) -> float | None:
    """`value` if it is a number from 0 to 10^13, else None."""
    return float(value) if type(value) in (int, float) and 0 <= value <= 1e13 else None


def a_time(value: Any) -> float | None:
    """Seconds since 1970 for an ISO date and time (UTC where no zone is given) or a number of s or ms, else None."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            value = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            return None
    seconds = a_number(value)
    return seconds / 1000 if seconds is not None and seconds > 1e11 else seconds
