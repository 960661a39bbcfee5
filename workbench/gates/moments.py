"""What a condition can see: a command that is about to be performed, or an event that was recorded. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import cast

import msgspec

from workbench.budget import spent
from workbench.events import (
    CallFailed,
    CriterionJudged,
    Event,
    ModelAnswered,
    ModelCalled,
    Said,
    ToolCalled,
    ToolReturned,
)
from workbench.gates.conditions import MISSING, Key
from workbench.state import CallModel, CallTool, CheckOutput, Conclude, State
from workbench.state.telling import Lookup

Gated = CallModel | CallTool | CheckOutput | Conclude
"""The commands that conditions are asked about."""

SEEN = ModelAnswered | ToolReturned | CallFailed | CriterionJudged | Said
"""The bodies of the events that conditions are asked about."""


class Made(msgspec.Struct, frozen=True):
    """A tool call, as it was asked for or made. `effect` and `attempt` where it was made."""

    tool: str
    arguments: str
    effect: str | None = None
    attempt: int | None = None


class AtRest:
    """The run as it stands: nothing happens. The other moments are this one and more."""

    def __init__(self, state: State) -> None:
        self._state = state

    def happens(self, word: str, name: str) -> bool:
        return False

    def repeats(self) -> int:
        return 0

    def value(self, field: str, keys: tuple[Key, ...]) -> object:
        return inside(self._field(field, bool(keys)), keys)

    def _field(self, field: str, structured: bool) -> object:
        """The value of a field; `structured` where something inside of it is asked for."""
        state = self._state
        match field:
            case "cost" | "tokens":
                used = spent(state.meters, field)
                return MISSING if used is None else used
            case "requests" | "tool_calls" | "input_tokens" | "output_tokens":
                return getattr(state.meters, field)
            case "iteration":
                return state.meters.iterations
            case "status":
                return state.status
            case "output":
                return state.output
            case "criteria":
                return {name: verdict.met for name, verdict in state.verdicts.items()}
            case _:
                return MISSING


class AtCommand(AtRest):
    """A command is about to be performed.

    `repeated` counts how often a tool call was made before, this one with it.
    """

    def __init__(self, state: State, command: Gated, repeated: Callable[[CallTool], int]) -> None:
        super().__init__(state)
        self._command, self._repeated = command, repeated

    def happens(self, word: str, name: str) -> bool:
        match self._command:
            case CallModel():
                return word in ("think", "model")
            case CallTool(tool=tool):
                return word == "call" or (word == "tool" and name in ("", tool))
            case Conclude():
                return word == "output"  # once for an answer: its check before that is no other one
            case _:
                return False

    def repeats(self) -> int:
        return self._repeated(self._command) if isinstance(self._command, CallTool) else 0

    def _field(self, field: str, structured: bool) -> object:
        command = self._command
        match field:
            case "actor":
                return command.actor
            case "model":
                return self._state.specs[command.actor].model
            case "phase":
                return command.phase
            case "attempt" if not isinstance(command, Conclude):
                return command.attempt
            case "tool" | "args" | "effect" if isinstance(command, CallTool):
                return _of_call(Made(command.tool, command.arguments, command.effect), field)
            case "iteration" if isinstance(command, CallModel):
                new = command.attempt == 1 and self._state.specs[command.actor].role == "agent"
                return self._state.meters.iterations + new
            case _:
                return super()._field(field, structured)


class AtEvent(AtRest):
    """An event was recorded; `state` is one after it."""

    def __init__(self, state: State, event: Event, lookup: Lookup) -> None:
        super().__init__(state)
        self._event, self._body, self._lookup = event, event.body, lookup
        self._made: Made | None = None

    def happens(self, word: str, name: str) -> bool:
        body = self._body
        match word:
            case "error":
                return isinstance(body, CallFailed)
            case "flips":
                return isinstance(body, CriterionJudged) and body.name == name
            case "output":
                return isinstance(body, ModelAnswered) and not body.calls
            case "think" | "model":
                return isinstance(body, ModelAnswered) or (isinstance(body, CallFailed) and self._call() is None)
            case _:
                call = self._call()
                return call is not None and name in ("", call.tool)

    def _field(self, field: str, structured: bool) -> object:
        body = self._body
        match field:
            case "result" if isinstance(body, ToolReturned):
                return decoded(body.data or body.content) if structured else body.content
            case "result" if isinstance(body, CallFailed) and self._call() is not None:
                return body.message
            case "error" if isinstance(body, CallFailed):
                return body.error
            case "text" if isinstance(body, ModelAnswered | Said):
                return body.text
            case "model" if isinstance(body, ModelAnswered):
                return self._state.specs[self._event.actor].model
            case "actor":
                return self._event.actor
            case "tool" | "args" | "effect" | "attempt":
                return _of_call(self._call(), field)
            case "phase":
                return next((word for word in ("output", "think", "result") if self.happens(word, "")), MISSING)
            case _:
                return super()._field(field, structured)

    def _call(self) -> Made | None:
        """The tool call that this event is about, None where it is about none."""
        body = self._body
        if self._made is None and isinstance(body, ToolReturned | CallFailed):
            self._made = call_of(self._event, body.call, self._lookup)
        elif isinstance(body, ToolCalled):
            return Made(body.tool, body.arguments, body.effect, body.attempt)
        return self._made


def call_of(event: Event, call: str, lookup: Lookup) -> Made | None:
    """The tool call `call`, whose fact is `event`, from the events before it; None where it is a model's."""
    answer, _, place = call.rpartition(".")
    for seq in range(event.seq - 1, 0, -1):
        before = lookup(seq)
        match before.body:
            case _ if before.actor != event.actor:  # calls of two actors can have one id
                continue
            case ModelCalled(call=asked) if asked == call:
                return None
            case ToolCalled(call=begun) as body if begun == call:
                return Made(body.tool, body.arguments, body.effect, body.attempt)
            case ModelAnswered(call=given, calls=calls) if given == answer:
                wanted = calls[int(place) - 1]
                return Made(wanted.name, wanted.arguments)
            case _:
                continue
    return None


def decoded(text: str) -> object:
    """The JSON value of `text`, numbers as int or Decimal; MISSING where it is no JSON."""
    try:
        value: object = json.loads(text, parse_float=Decimal, parse_constant=str)
        return value
    except (ValueError, ArithmeticError, RecursionError):
        return MISSING


def _of_call(made: Made | None, field: str) -> object:
    if made is None:
        return MISSING
    if field == "args":
        value = decoded(made.arguments)
        return made.arguments if value is MISSING else value
    value = getattr(made, field)
    return MISSING if value is None else value


def inside(value: object, keys: tuple[Key, ...]) -> object:
    """The value at `keys` inside of `value`, MISSING where there is none."""
    for key in keys:
        if isinstance(value, dict):
            value = cast("dict[str, object]", value).get(str(key), MISSING)
        elif isinstance(value, list) and str(key).isdecimal():
            items = cast("list[object]", value)
            value = items[int(key)] if int(key) < len(items) else MISSING
        else:
            return MISSING
    return value
