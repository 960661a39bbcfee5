"""Old stored forms of bodies, lifted one version at a time by pure functions.

`LIFTS[kind, version]` takes the JSON object of that version and gives that of the next. Lifts are added, never edited.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from workbench.errors import StoreError

Lift = Callable[[dict[str, Any]], dict[str, Any]]


def _may_be_asked_again(summary: dict[str, Any]) -> dict[str, Any]:
    return summary | {"again": True}


LIFTS: dict[tuple[str, int], Lift] = {("summary_asked", 1): _may_be_asked_again}


def upcast(
    kind: str, version: int, wanted: int, stored: bytes | str, lifts: dict[tuple[str, int], Lift] = LIFTS
) -> str:
    """JSON of `stored`, an object of `version`, as `wanted` has it.

    Raises:
        StoreError: a version newer than this Workbench, or one that no lift leads away from.
    """
    if version > wanted:
        raise StoreError(
            f"the log holds {kind!r} events of form {version}; this Workbench knows up to {wanted}; update it"
        )
    fields: dict[str, Any] = json.loads(stored)
    for step in range(version, wanted):
        lift = lifts.get((kind, step))
        if lift is None:
            raise StoreError(f"the log holds {kind!r} events of form {step}, and nothing says how to read them")
        fields = lift(fields)
    return json.dumps(fields)
