"""Results find their calls although ids repeat, are empty, or are missing."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.exchange.pairing import pair


def asks(*ids: Any) -> dict[str, Any]:
    calls = [{"id": given, "function": {"name": f"tool{place}"}} for place, given in enumerate(ids)]
    return {"role": "assistant", "tool_calls": calls}


def gives(id: Any = None, **more: Any) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id, "content": ""} | more


SAYS = {"role": "assistant", "content": "hm"}
USER = {"role": "user", "content": "hm"}


@pytest.mark.parametrize(
    ("messages", "pairs"),
    [
        ([asks("a", "b"), gives("b"), gives("a")], {1: (0, 1), 2: (0, 0)}),
        ([asks("a"), gives("a"), asks("a"), gives("a")], {1: (0, 0), 3: (2, 0)}),
        ([asks("", "", ""), gives(""), gives(""), gives("")], {1: (0, 0), 2: (0, 1), 3: (0, 2)}),
        ([asks(None, None), gives(name="tool1"), gives()], {1: (0, 1), 2: (0, 0)}),
        ([asks("a", "b"), gives("?"), gives("a")], {1: (0, 1), 2: (0, 0)}),
        ([asks("a"), gives("a"), gives("a")], {1: (0, 0)}),
        ([asks("a"), SAYS, gives("a")], {}),
        ([asks("a"), USER, gives("a")], {2: (0, 0)}),
        ([gives("a"), asks("a")], {}),
        (
            [USER | {"tool_calls": [{"id": "u", "name": "tap"}]}, gives("u"), asks("u"), gives("u")],
            {1: (0, 0), 3: (2, 0)},
        ),
    ],
)
def test_results_find_their_calls(messages: list[dict[str, Any]], pairs: dict[int, tuple[int, int]]) -> None:
    assert pair(messages) == pairs
