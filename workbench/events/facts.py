"""Facts of calls, made of what came from outside: every text is cleaned, every field is sure to be of its kind.

Their kinds would see to both as well, at three times the cost; they are asked only to say what is wrong.
"""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import asdict
from pydantic import ValidationError

from workbench.events.bodies.calls import ModelAnswered, ToolReturned
from workbench.events.event import first_complaint
from workbench.events.frozen import trusted
from workbench.events.media import Media
from workbench.events.messages import Answer, ToolOutcome
from workbench.events.parts import Call, Usage
from workbench.events.text import recorded

Fact = TypeVar("Fact", ModelAnswered, ToolReturned)
_USUAL = ("tool_calls", "stop")
_CALLS, _MEDIA = frozenset({Call}), frozenset({Media})


def answered(call: str, answer: Answer, ms: int) -> ModelAnswered:
    """The fact that a model gave `answer` to `call` within `ms` milliseconds.

    Raises:
        ValueError: the answer holds what is no answer; a sentence that names the field.
    """
    calls, usage, cached = answer.calls, answer.usage, answer.cached
    model, raw = answer.model, answer.raw
    try:
        fields = {
            "call": call,
            "text": recorded(answer.text) if answer.text != "" else "",
            "thinking": recorded(answer.thinking) if answer.thinking != "" else "",
            "calls": calls,
            "usage": usage,
            "finish": answer.finish if answer.finish in _USUAL else recorded(answer.finish),
            "partial": False,
            "cached": cached,
            "model": None if model is None else recorded(model),
            "ms": ms,
            "raw": None if raw is None else recorded(raw),
            "extra": None,
        }
        sound = type(usage) is Usage and type(cached) is bool
        if sound and type(calls) is tuple and _CALLS.issuperset(map(type, calls)):
            return trusted(ModelAnswered, fields)
    except ValueError:
        pass
    return _checked(ModelAnswered, call, ms, answer)


def returned(call: str, outcome: ToolOutcome, ms: int) -> ToolReturned:
    """The fact that a tool gave `outcome` to `call` within `ms` milliseconds.

    Raises:
        ValueError: as in `answered`.
    """
    data, media = outcome.data, outcome.media
    try:
        content, given = recorded(outcome.content), None if data is None else recorded(data)
        if type(media) is tuple and _MEDIA.issuperset(map(type, media)):
            fields = {"call": call, "content": content, "data": given, "ms": ms, "extra": None, "media": media}
            return trusted(ToolReturned, fields)
    except ValueError:
        pass
    return _checked(ToolReturned, call, ms, outcome)


def _checked(kind: type[Fact], call: str, ms: int, given: Answer | ToolOutcome) -> Fact:
    try:
        return kind(call=call, ms=ms, **asdict(given))
    except ValidationError as error:
        raise ValueError(first_complaint(error)) from error
