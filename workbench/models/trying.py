"""What of a model works from here: one small call, one tool call, one stream."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from time import monotonic

import msgspec
from msgspec.structs import replace

from workbench.errors import ModelFailed
from workbench.events import ToolSpec
from workbench.events.messages import Answer, Delta, Message, Model, ModelRequest
from workbench.events.text import from_json

_ADD = ToolSpec(
    name="add",
    description="Adds two whole numbers.",
    parameters=json.dumps(
        {
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
            "required": ["a", "b"],
        }
    ),
    effect="read",
)
_ATTEMPTS = 3
"""A model may miss once: what is asked is whether it can."""
_LONGEST = 512


class Tried(msgspec.Struct, frozen=True):
    """How one thing went.

    Attributes:
        what: `call`, `tool call` or `stream`.
        works: it did.
        words: what came, or why nothing did; untrusted.
        ms: how long it took.
    """

    what: str
    works: bool
    words: str
    ms: int


async def try_model(model: Model, name: str) -> AsyncIterator[Tried]:
    """Try `model`, which goes by `name` (`provider:model`), and tell of each thing as it is done."""
    for what, attempt in (("call", _call), ("tool call", _tool_call), ("stream", _stream)):
        begun = monotonic()
        works, words = False, ""
        for _ in range(_ATTEMPTS):
            try:
                works, words = await attempt(model, name.partition(":")[2])
            except ModelFailed as failure:
                works, words = False, str(failure)
                break
            if works:
                break
        yield Tried(what, works, words, round((monotonic() - begun) * 1000))


async def _asked(model: Model, request: ModelRequest) -> tuple[Answer, list[Delta]]:
    deltas: list[Delta] = []
    async for piece in model.ask(request):
        if isinstance(piece, Answer):
            return piece, deltas
        deltas.append(piece)
    raise ModelFailed("cut_off", "the answer ended before it was whole")


async def _call(model: Model, name: str) -> tuple[bool, str]:
    asked = Message("user", "Say hello in one word.")
    answer, _ = await _asked(model, ModelRequest(name, "", (asked,), settings={"max_tokens": _LONGEST}))
    usage = answer.usage
    counted = f"{usage.input} + {usage.output} tokens" if usage.output is not None else "tokens not counted"
    return True, f"answered as {answer.model or name}, {counted}"


async def _tool_call(model: Model, name: str) -> tuple[bool, str]:
    asked = Message("user", "What is 19 + 23? Use the tool.")
    request = ModelRequest(name, "", (asked,), tools=(_ADD,), settings={"max_tokens": _LONGEST})
    try:
        answer, _ = await _asked(model, replace(request, settings=request.settings | {"tool_choice": "required"}))
    except ModelFailed as failure:
        if failure.type not in ("unsupported_setting", "bad_request"):
            raise
        # Some cannot be made to call a tool, but call one where it helps.
        answer, _ = await _asked(model, request)
    if not answer.calls:
        return False, "answered in words, and called nothing"
    call = answer.calls[0]
    try:
        given = from_json(call.arguments)
    except ValueError:
        return False, f"called {call.name} with arguments that are no JSON"
    if call.name != _ADD.name or not isinstance(given, dict) or not {"a", "b"} <= given.keys():
        return False, f"called {call.name} with {call.arguments}"
    return True, f"called {call.name}({call.arguments})"


async def _stream(model: Model, name: str) -> tuple[bool, str]:
    asked = Message("user", "Count from 1 to 20.")
    answer, deltas = await _asked(model, ModelRequest(name, "", (asked,), settings={"max_tokens": _LONGEST}))
    pieces = sum(bool(delta.text or delta.thinking) for delta in deltas)
    if not pieces:
        return False, "nothing came before the answer's end"
    return True, f"{pieces} pieces, {len(answer.text) + len(answer.thinking)} characters"
