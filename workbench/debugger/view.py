"""What the model saw at one call: the exact request, message by message, against that actor's call before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal, Protocol

import msgspec

from workbench.debugger.exchanged import Exchanged, Rebuild, attempt, exchanged, request_of
from workbench.errors import Impossible
from workbench.events import AnswerChanged, Event, ModelAnswered, ModelCalled, Part, RequestChanged, ToolSpec
from workbench.events.altered import altered
from workbench.events.messages import Message, ModelRequest
from workbench.events.text import as_json
from workbench.state import State, as_edited
from workbench.state.telling import Telling

Mark = Literal["added", "kept", "changed", "dropped"]
SIGNS: dict[Mark, str] = {"added": "+", "kept": "=", "changed": "~", "dropped": "-"}
_CHARACTERS_PER_TOKEN = 4


class Recorded(Protocol):
    """A branch that can be looked at: an opened session is one."""

    def event(self, seq: int) -> Event: ...
    def events(self, after: int = 0, upto: int | None = None) -> Sequence[Event]: ...
    def state_at(self, seq: int) -> State: ...


class SeenMessage(msgspec.Struct, frozen=True):
    """A message and how it stands to the call before.

    Attributes:
        message: as it was asked; a dropped one as it was asked before.
        was: as the call before had it, where it was changed.
    """

    mark: Mark
    message: Message
    was: Message | None = None

    @property
    def tokens(self) -> int:
        """An estimate: a token for every four characters."""
        return estimated(
            self.message.text, *[part for call in self.message.calls for part in (call.name, call.arguments)]
        )


class Head(msgspec.Struct, frozen=True):
    """What stands before the messages of a request. `settings` are the parameters by their common names."""

    model: str
    system: str
    tools: tuple[ToolSpec, ...]
    settings: dict[str, Any]
    structured: bool

    @property
    def system_tokens(self) -> int:
        """An estimate of what the system prompt takes."""
        return estimated(self.system)

    @property
    def tool_tokens(self) -> int:
        """An estimate of what the tools' descriptions take."""
        return estimated(*[part for tool in self.tools for part in (tool.name, tool.description, tool.parameters)])


class View(msgspec.Struct, frozen=True):
    """One model call as the model saw it.

    Attributes:
        seq, call, attempt, actor: which call it is.
        before: the event of that actor's call before, None at its first.
        head: prompt, tools, settings; head_before: the same at the call before where they were others.
        seen: the messages in order, dropped ones where they stood.
        input_tokens: what the provider counted; None where it did not say or has not answered.
        wire: what went over the wire; None where nothing of it was kept.
        sent: what the model was asked, where middleware made something else of it.
        middleware: what middleware did, each in a sentence; untrusted.
    """

    seq: int
    call: str
    attempt: int
    actor: str
    before: int | None
    head: Head
    head_before: Head | None
    seen: list[SeenMessage]
    input_tokens: int | None
    wire: Exchanged | None = None
    sent: ModelRequest | None = None
    middleware: tuple[str, ...] = ()

    @property
    def messages(self) -> list[Message]:
        """The messages that the actor's call asks with."""
        return [one.message for one in self.seen if one.mark != "dropped"]

    @property
    def instead(self) -> list[Message]:
        """The messages that the model was sent and that are none of the actor's: made or changed by middleware."""
        if self.sent is None:
            return []
        asked = self.messages
        return [message for message in self.sent.messages if message not in asked]

    @property
    def estimate(self) -> int:
        """An estimate of the whole request's tokens, for where the provider counted none."""
        asked = sum(one.tokens for one in self.seen if one.mark != "dropped")
        return asked + self.head.system_tokens + self.head.tool_tokens

    @property
    def tokens(self) -> str:
        """The request's tokens in words: the provider's count, or `≈` and the estimate."""
        return f"≈{self.estimate}" if self.input_tokens is None else str(self.input_tokens)

    def count(self, mark: Mark) -> int:
        """How many messages have this mark."""
        return sum(one.mark == mark for one in self.seen)

    def raw(self) -> str:
        """The request in no provider's dialect and, under `wire`, what was sent and what came, as indented JSON.

        What is at its default is left out.
        """
        head, sent = self.head, self.sent
        if sent is not None:  # what the model really saw, whatever the actor asked
            head = Head(sent.model, sent.system, sent.tools, sent.settings, sent.structured)
        request: dict[str, Any] = {"model": head.model, "system": head.system}
        request["messages"] = [_plain(message) for message in (self.messages if sent is None else sent.messages)]
        if head.tools:
            request["tools"] = [tool.model_dump(mode="json") for tool in head.tools]
        if head.settings:
            request["settings"] = head.settings
        if head.structured:
            request["structured"] = True
        if self.middleware:
            request["middleware"] = self.middleware
        if self.wire is not None:
            request["wire"] = self.wire.plain()
        return json.dumps(request, ensure_ascii=False, indent=2)


def estimated(*texts: str) -> int:
    """Tokens of texts, estimated at four characters each and rounded up."""
    return -(-sum(map(len, texts)) // _CHARACTERS_PER_TOKEN)


def view(recorded: Recorded, seq: int, rebuild: Rebuild | None = None) -> View:
    """What the model was asked at event `seq`. `rebuild` makes the body that was sent again.

    Raises:
        Impossible: it is no model call.
    """
    event = recorded.event(seq)
    body = event.body
    if not isinstance(body, ModelCalled):
        raise Impossible(f"event {seq} is no model call, so no model saw anything there")
    base = body.request.base
    events = {one.seq: one for one in recorded.events(0, seq)}
    now = recorded.state_at(seq)
    then = None if base is None else recorded.state_at(base)
    head = _head(now, event.actor)
    before = None if then is None else _head(then, event.actor)
    seen = list(_marked(now, then, event.actor, events))
    asked = [one.message for one in seen if one.mark != "dropped"]
    followed = [one.body for one in attempt(recorded, seq, body.call)]
    fact = followed[-1] if followed else None
    spec = now.specs[event.actor].model_copy(update={"settings": as_json(now.settings(event.actor))})
    muted, schema = bool(now.toolless(event.actor)), now.output_schema(event.actor)
    request = request_of(spec, asked, schema, no_tools=muted)
    changed = [one for one in followed if isinstance(one, RequestChanged)]
    sent = altered(request, changed[-1].changes) if changed else None
    return View(
        seq=seq,
        call=body.call,
        attempt=body.attempt,
        actor=event.actor,
        before=base,
        head=head,
        head_before=None if before == head else before,
        seen=seen,
        input_tokens=fact.usage.input if isinstance(fact, ModelAnswered) else None,
        wire=None if rebuild is None else exchanged(recorded, seq, body.call, spec.model, sent or request, rebuild),
        sent=sent,
        middleware=tuple([one.words for one in followed if isinstance(one, RequestChanged | AnswerChanged)]),
    )


def _head(state: State, actor: str) -> Head:
    spec = state.specs[actor]
    return Head(spec.model, spec.system, spec.tools, state.settings(actor), spec.structured)


def _told(state: State, actor: str, events: dict[int, Event]) -> dict[int, Message]:
    """The messages that the actor's model is told at a state, by their event."""

    def as_it_reads(seq: int) -> Event:
        return as_edited(events[seq], state.edits.get(seq, ()))

    refs = state.actors[actor].log.refs()
    return dict(zip(refs, Telling(refs, as_it_reads, [], {}), strict=True))


def _marked(now: State, then: State | None, actor: str, events: dict[int, Event]) -> Iterator[SeenMessage]:
    """The messages of both requests in one order: those of the newer, and dropped ones where they stood."""
    asked = _told(now, actor, events)
    before = {} if then is None else _told(then, actor, events)
    old = iter(before.items())
    for ref, message in asked.items():
        was = before.get(ref)
        if was is None:
            yield SeenMessage("added", message)
            continue
        for earlier, gone in old:
            if earlier == ref:
                break
            if earlier not in asked:
                yield SeenMessage("dropped", gone)
        yield SeenMessage("kept", message) if was == message else SeenMessage("changed", message, was)
    for earlier, gone in old:
        if earlier not in asked:
            yield SeenMessage("dropped", gone)


def _plain(message: Message) -> dict[str, Any]:
    """The message as JSON values, without what is at its default and without our own bookkeeping."""

    def part(value: Any) -> Any:
        assert isinstance(value, Part)
        return value.model_dump(mode="json", exclude_defaults=True)

    fields: dict[str, Any] = msgspec.to_builtins(message, enc_hook=part)
    told = {name: value for name, value in fields.items() if value or name in ("role", "text")}
    return {name: value for name, value in told.items() if name not in ("seq", "raw")}
