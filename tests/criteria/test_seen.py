"""What a criterion's function is given: calls with their results, and what was collected."""

from __future__ import annotations

import pytest

from workbench.criteria.seen import Seen, SeenCall, collected_in, seen_calls
from workbench.events import Call
from workbench.events.messages import Message

MESSAGES = (
    Message("user", "hi"),
    Message(
        "assistant",
        calls=(Call(name="find", arguments='{"order": "A-1"}'), Call(name="pay", arguments="{broken")),
        ids=("agent.1.1", "agent.1.2"),
    ),
    Message("tool", "sent", call="agent.1.1"),
    Message("tool", "no", call="agent.1.2", failed=True),
    Message("tool", "of nothing", call="agent.9.9"),
)


def test_calls_stand_with_what_came_of_them():
    calls = seen_calls(MESSAGES)
    assert calls == (SeenCall("find", {"order": "A-1"}, "sent"), SeenCall("pay", "{broken", "no", failed=True))
    seen = Seen("", None, {}, MESSAGES, calls, {})
    assert seen.called("find") == [calls[0]]
    assert seen.called("pay") == []


@pytest.mark.parametrize(
    ("claims", "collected"), [(None, {}), ("[1]", {}), ("{", {}), ("[" * 100_000, {}), ('{"a": 1}', {"a": 1})]
)
def test_what_was_collected(claims: str | None, collected: dict[str, int]):
    assert collected_in(claims) == collected
