"""Which result answers which call, where ids repeat, are empty, or are missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.exchange.messages import AGENT_ROLES, RESULT_ROLES, calls_of
from workbench.exchange.shapes import Fields
from workbench.exchange.untrusted import an_object


def pair(messages: list[Fields]) -> dict[int, tuple[int, int]]:
    """Place of each result that answers a call → place of the message that asked, and which of its calls (from 0).

    A result belongs to the nearest message before it that asked for something, unless it says that it is the other
    side's. Among that message's calls, equal ids count first, then equal names, then the order.
    """
    pairs: dict[int, tuple[int, int]] = {}
    for place, message in enumerate(messages):
        waiting = dict(enumerate(calls_of(message)))
        if not waiting:
            continue
        results = _results_after(place, messages)
        for fits in _FITS:
            for later in [later for later in results if later not in pairs]:
                found = next((which for which, call in waiting.items() if fits(messages[later], call)), None)
                if found is not None:
                    del waiting[found]
                    pairs[later] = (place, found)
    return pairs


def _results_after(place: int, messages: list[Fields]) -> list[int]:
    side = "assistant" if messages[place]["role"] in AGENT_ROLES else "user"
    results: list[int] = []
    for later in range(place + 1, len(messages)):
        message = messages[later]
        if message["role"] in AGENT_ROLES or calls_of(message):
            break
        if message["role"] in RESULT_ROLES and message.get("requestor") in (None, side):
            results.append(later)
    return results


def _same_id(result: Fields, call: Fields) -> bool:
    given: Any = result.get("tool_call_id")
    return isinstance(given, str) and given == call.get("id")


def _same_name(result: Fields, call: Fields) -> bool:
    name: Any = result.get("name")
    return isinstance(name, str) and name == an_object(call.get("function")).get("name", call.get("name"))


def _in_order(result: Fields, call: Fields) -> bool:
    return True


_FITS: tuple[Callable[[Fields, Fields], bool], ...] = (_same_id, _same_name, _in_order)
