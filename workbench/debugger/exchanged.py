"""One model call as it went over the wire: the body that was sent, made again and checked, and what came back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from workbench.errors import WorkbenchError
from workbench.events import ActorSpec, CallFailed, Event, ModelAnswered, ModelCalled
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
    spec: ActorSpec,
    messages: Sequence[Message],
    rebuild: Rebuild,
    *,
    output_schema: str | None = None,
    no_tools: bool = False,
) -> Exchanged | None:
    """What went over the wire at the intent `seq` of the model call `call`; None where nothing of it was kept.

    Args:
        spec: the actor as it was then, its settings as they were asked.
        messages: what it was asked.
        output_schema: what its answer was to keep to.
        no_tools: whether a cap had left it without tools.
    """
    fact = outcome(recorded, seq, call)
    wire = None if fact is None else wire_of(fact.raw, fact if isinstance(fact, ModelAnswered) else None)
    if wire is None:
        return None
    try:
        request = rebuild(spec.model, request_of(spec, messages, output_schema, no_tools=no_tools), wire)
    except WorkbenchError as problem:
        return Exchanged(wire.form, wire.url, None, wire.status, wire.answer, str(problem))
    note = "" if digest_of(request) == wire.sent else _DIFFERS
    return Exchanged(wire.form, wire.url, request, wire.status, wire.answer, note)


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
    while events := recorded.events(seq, seq + _PAGE):
        for event in events:
            body = event.body
            if isinstance(body, ModelAnswered | CallFailed) and body.call == call:
                return body
            if isinstance(body, ModelCalled) and body.call == call:
                return None
        seq += _PAGE
    return None
