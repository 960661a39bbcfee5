"""One model call as it went over the wire: the body that was sent, made again and checked, and what came back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from workbench.errors import WorkbenchError
from workbench.events import ActorSpec, AnswerChanged, CallFailed, Event, ModelAnswered, ModelCalled, RequestChanged
from workbench.events.messages import Message, ModelRequest
from workbench.events.wire import Wire, digest_of, wire_of

Rebuild = Callable[[str, ModelRequest, Wire], dict[str, Any]]
"""Makes the body of a request to `provider:model` again; raises a `WorkbenchError` where it cannot."""

_PAGE = 64
_DIFFERS = (
    "the request is not letter for letter the one that was sent: a program, another version of Workbench or other "
    "settings of the provider made that one"
)


class Events(Protocol):
    """A branch whose events can be read."""

    def events(self, after: int = 0, upto: int | None = None) -> Sequence[Event]: ...


class Exchanged(msgspec.Struct, frozen=True):
    """What went over the wire.

    Attributes:
        form: the dialect; url: where it went.
        request: the body, without any key; None where it cannot be made again.
        status: the HTTP status of a refusal; 0 where there was none.
        answer: the provider's document, its stream folded; None where nothing came.
        note: what must be known of it, such as that the request is not exactly what was sent; else empty.
    """

    form: str
    url: str
    request: dict[str, Any] | None
    status: int
    answer: Any
    note: str = ""

    def plain(self) -> dict[str, Any]:
        """It as JSON values; what is empty is left out."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value not in (None, "", 0)}


def exchanged(
    recorded: Events,
    seq: int,
    call: str,
    name: str,
    request: ModelRequest,
    rebuild: Rebuild,
) -> Exchanged | None:
    """What went over the wire at the intent `seq` of the model call `call`; None where nothing of it was kept.

    Args:
        name: `provider:model`.
        request: what it was asked.
    """
    fact = outcome(recorded, seq, call)
    wire = None if fact is None else wire_of(fact.raw, fact if isinstance(fact, ModelAnswered) else None)
    if wire is None:
        return None
    try:
        body = rebuild(name, request, wire)
    except WorkbenchError as problem:
        return Exchanged(wire.form, wire.url, None, wire.status, wire.answer, str(problem))
    note = "" if digest_of(body) == wire.sent else _DIFFERS
    return Exchanged(wire.form, wire.url, body, wire.status, wire.answer, note)


def request_of(
    spec: ActorSpec, messages: Sequence[Message], output_schema: str | None, *, no_tools: bool = False
) -> ModelRequest:
    """What an actor's model was asked, as far as a provider is told of it."""
    return ModelRequest(
        model=spec.model.partition(":")[2],
        system=spec.system,
        messages=messages,
        tools=spec.tools,
        settings=json.loads(spec.settings),
        structured=spec.structured,
        output_schema=output_schema,
        actor=spec.name,
        no_tools=no_tools,
    )


def outcome(recorded: Events, seq: int, call: str) -> ModelAnswered | CallFailed | None:
    """The fact that the intent `seq` of `call` had; None where there is none, or the call was made anew before."""
    found = [event.body for event in attempt(recorded, seq, call)]
    last = found[-1] if found else None
    return last if isinstance(last, ModelAnswered | CallFailed) else None


def attempt(recorded: Events, seq: int, call: str) -> list[Event]:
    """What came of the intent `seq` of `call`: what middleware changed, in order, then its fact, if it has one."""
    found: list[Event] = []
    while events := recorded.events(seq, seq + _PAGE):
        for event in events:
            body = event.body
            if isinstance(body, ModelCalled) and body.call == call:
                return found
            if isinstance(body, RequestChanged | AnswerChanged | ModelAnswered | CallFailed) and body.call == call:
                found.append(event)
                if isinstance(body, ModelAnswered | CallFailed):
                    return found
        seq += _PAGE
    return found
