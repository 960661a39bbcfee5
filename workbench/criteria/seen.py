"""What a criterion's Python function is given of a run, and what it may answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, cast

import msgspec

from workbench.events.messages import Message
from workbench.events.text import from_json


class SeenCall(msgspec.Struct, frozen=True):
    """A tool call of the agent and what came of it. `arguments` is what the model wrote where that is no object."""

    tool: str
    arguments: Any
    result: str
    failed: bool = False


class Seen(msgspec.Struct, frozen=True):
    """A run up to an answer of its agent. Copies: changing them changes nothing.

    Attributes:
        output: what the agent said last; status: `continue`, `complete` or None.
        collected: what it says it collected, by name.
        messages: all that was said, in order (`role`, `text`, `calls`).
        calls: the tool calls that were answered, in order.
        verdicts: criterion name → True, False, or None where it is only claimed.
    """

    output: str
    status: str | None
    collected: dict[str, Any]
    messages: tuple[Message, ...]
    calls: tuple[SeenCall, ...]
    verdicts: Mapping[str, bool | None]

    def called(self, tool: str) -> list[SeenCall]:
        """The calls of one tool that did not fail."""
        return [call for call in self.calls if call.tool == tool and not call.failed]


CheckAnswer = bool | str | None
"""Whether it holds; or the words that show it, empty where nothing does."""

CheckFunction = Callable[[Seen], CheckAnswer | Awaitable[CheckAnswer]]
"""A criterion's function: it looks, and changes nothing, for it may be asked again."""


def seen_calls(messages: Iterable[Message]) -> tuple[SeenCall, ...]:
    """The calls among messages, each with its result."""
    asked: dict[str, tuple[str, Any]] = {}
    calls: list[SeenCall] = []
    for message in messages:
        asked |= {
            one: (call.name, _arguments(call.arguments)) for one, call in zip(message.ids, message.calls, strict=True)
        }
        if message.call in asked:
            tool, arguments = asked[message.call]
            calls.append(SeenCall(tool, arguments, message.text, message.failed))
    return tuple(calls)


def collected_in(claims: str | None) -> dict[str, Any]:
    """The claims of an answer as a dictionary; empty where they are none."""
    value = _arguments(claims or "{}")
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _arguments(text: str) -> Any:
    try:
        return from_json(text)
    except ValueError:
        return text
