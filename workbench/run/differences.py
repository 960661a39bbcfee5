"""Where two values differ first, by the path of the leaf."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import msgspec

from workbench.events.text import from_json
from workbench.safe_text import clipped

_WIDE = 120
_BEFORE = 40


class Difference(msgspec.Struct, frozen=True):
    """The first leaf at which a replay differs from its recording.

    Attributes:
        leaf: its path, `messages[3].content`; "call" where the recording has nothing in this place.
        recorded, now: both sides, in JSON and whole; "nothing" where a side has none.
        source: the call of the recording that stands in this place; "" where none does.
        change: the event of the recording at which somebody changed what is otherwise here; 0 where none did.
    """

    leaf: str
    recorded: str
    now: str
    source: str = ""
    change: int = 0

    @property
    def usable(self) -> bool:
        """Whether something was recorded in this place that can be used."""
        return bool(self.source or self.change)

    @property
    def sides(self) -> tuple[str, str]:
        """Both sides, shortened to where they part."""
        return shortened(self.recorded, self.now)

    @property
    def told(self) -> tuple[str, str]:
        """Both sides as people read them, whole: words as they are, other values as indented JSON."""
        return _told(self.recorded), _told(self.now)

    def __str__(self) -> str:
        recorded, now = self.sides
        return f"differs at {self.leaf}: recorded {recorded}, now {now}"


def first_leaf(recorded: Any, now: Any) -> tuple[str, Any, Any] | None:
    """Path and both sides of the first leaf that differs; None where none does."""
    return next(leaves(recorded, now), None)


def leaves(recorded: Any, now: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Path and both sides of every leaf that differs, in the recording's order.

    A side that has no such leaf is `MISSING`.
    """
    if isinstance(recorded, dict) and isinstance(now, dict):
        left, right = cast(dict[str, Any], recorded), cast(dict[str, Any], now)
        for key in [*left, *[key for key in right if key not in left]]:
            yield from leaves(left.get(key, MISSING), right.get(key, MISSING), f"{path}.{key}" if path else str(key))
        return
    if isinstance(recorded, list) and isinstance(now, list):
        ours, theirs = cast(list[Any], recorded), cast(list[Any], now)
        for place in range(max(len(ours), len(theirs))):
            mine, other = [side[place] if place < len(side) else MISSING for side in (ours, theirs)]
            yield from leaves(mine, other, f"{path}[{place}]")
        return
    # 1, 1.0 and true are equal in Python, and not to whoever is asked.
    one, another = cast(object, recorded), cast(object, now)
    if one is not another and (type(one) is not type(another) or one != another):
        yield path, one, another


def _told(text: str) -> str:
    value = decoded(text)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


MISSING = object()
"""What stands for a leaf that one side does not have."""


def in_json(value: Any) -> str:
    """The value as JSON text; `nothing` where there is none."""
    return "nothing" if value is MISSING else json.dumps(value, ensure_ascii=False)


def shortened(recorded: str, now: str, *, wide: int = _WIDE, before: int = _BEFORE) -> tuple[str, str]:
    """Both texts, where they are long only `wide` characters around the first one at which they part.

    Args:
        before: so many characters of what both have stand before it.
    """
    if max(len(recorded), len(now)) <= wide:
        return recorded, now
    shorter = min(len(recorded), len(now))
    parts = next((place for place in range(shorter) if recorded[place] != now[place]), shorter)
    start = max(0, parts - before)
    return _stretch(recorded, start, wide), _stretch(now, start, wide)


def _stretch(text: str, start: int, wide: int) -> str:
    begin = "…" if start else ""
    return begin + clipped(text[start:], wide - len(begin))


def decoded(text: str) -> Any:
    """The JSON value of `text`, so that leaves inside of it can be named; the text where it is none."""
    try:
        return from_json(text)
    except ValueError:
        return text
