"""What a model is asked, as values that can be compared; and where a recorded request is not the one of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.errors import NO_SENSE
from workbench.events import AnswerRead, Event, ModelAnswered, ModelCalled, Request
from workbench.events.messages import Message
from workbench.run.differences import Difference, decoded, first_leaf, in_json
from workbench.state import State, as_edited
from workbench.state.telling import Lookup, Refs, Telling
from workbench.state.transcript import Transcript


def request_of(state: State, actor: str, lookup: Lookup) -> dict[str, Any]:
    """What the actor's model is asked in `state`, as plain values: its prompt, tools and settings, then the messages.

    Args:
        lookup: finds the events that its messages come from, as they were recorded.
    """

    spec = state.specs[actor]
    head: dict[str, Any] = {
        "model": spec.model,
        "system": spec.system,
        "tools": [
            {"name": tool.name, "description": tool.description, "parameters": decoded(tool.parameters)}
            for tool in spec.tools
        ],
        "settings": decoded(spec.settings),
        "structured": spec.structured,
        "no_tools": bool(state.toolless(actor)),
    }
    schema = state.output_schema(actor)
    if schema is not None:
        head["output_schema"] = decoded(schema)
    return head | {"messages": _messages(state, state.actors[actor].log, lookup)}


def _messages(state: State, refs: Refs, lookup: Lookup) -> list[dict[str, Any]]:
    """The messages that events are, as the edits of the run let them read."""

    def told(seq: int) -> Event:
        return as_edited(lookup(seq), state.edits.get(seq, ()))

    return [_message(one) for one in Telling(refs, told, [], {})]


def _message(message: Message) -> dict[str, Any]:
    plain: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.calls:
        plain["calls"] = [{"name": call.name, "arguments": decoded(call.arguments)} for call in message.calls]
    if message.failed:
        plain["failed"] = True
    if message.media:
        plain["media"] = [media.model_dump(mode="json", exclude_defaults=True) for media in message.media]
    return plain


def told_otherwise(events: Sequence[Event], state: State, event: Event, recorded: Request) -> Difference | None:
    """The first message in which a recorded request is not the one that the rules make of the events before it.

    Where the log has other messages in the request than the rules, both are shown. Where it has the same, one of them
    says something else now than when the model was asked: the log keeps no more of that than a digest.

    Args:
        events: the whole recording.
        state: that before the request.
        event: the recorded `model_called`.

    Returns:
        None where no message differs, or the recorded request makes no sense.
    """
    now = state.actors[event.actor].log
    try:
        refs = _recorded_refs(events, recorded, event.seq)
        if refs == now.refs():
            return None if recorded.chain == f"{now.chain:016x}" else _says_otherwise(events, state, now, recorded)
        lookup = _lookup_in(events)
        was = {"messages": _messages(state, refs, lookup)}
        leaf = first_leaf(was, {"messages": _messages(state, now, lookup)})
    except NO_SENSE:  # a damaged request is shown as it stands
        return None
    if leaf is not None:
        return Difference(leaf[0], in_json(leaf[1]), in_json(leaf[2]))
    # Events that say the same as others would not have shown.
    places = zip(refs, now.refs(), strict=False)
    place, one, other = next((place, *both) for place, both in enumerate(places) if both[0] != both[1])
    return Difference(f"messages[{place}]", in_json(f"event {one}"), in_json(f"event {other}"))


def goes_on(events: Sequence[Event], now: Transcript, recorded: Request) -> bool:
    """Whether a recorded request is the one that it is told as a change of, and the messages that are new by the rules.

    That one may say other words than there are now.
    """
    base = events[(recorded.base or 0) - 1].body
    try:
        told = int(base.request.chain, 16) if isinstance(base, ModelCalled) else 0
        return int(recorded.chain, 16) == now.chain_behind(recorded.keep, told)
    except ValueError:  # a damaged digest
        return False


def _lookup_in(events: Sequence[Event]) -> Lookup:
    return lambda seq: events[seq - 1]


def _recorded_refs(events: Sequence[Event], request: Request, seq: int) -> list[int]:
    """The events whose messages the request had, by those that it is told as a change of."""
    told = [request]
    while (base := told[-1].base) is not None:
        body = events[base - 1].body
        if not 0 < base < seq or not isinstance(body, ModelCalled):
            raise ValueError("a request is told as a change of an earlier one")
        seq = base
        told.append(body.request)
    refs: list[int] = []
    for one in reversed(told):
        refs = [*refs[: one.keep], *one.add]
    return refs


def _says_otherwise(events: Sequence[Event], state: State, now: Transcript, recorded: Request) -> Difference:
    """Which of the messages that were new in the request is not what it was; those before it were found to be."""
    messages = _messages(state, now, _lookup_in(events))
    new = range(recorded.keep, len(messages))
    open_to_doubt = [place for place in new if not _is_vouched_for(events, now[place])] or list(new) or [0]
    then = "other words (the log keeps only a digest of them)"
    first = open_to_doubt[0]
    if len(open_to_doubt) == 1:
        message = messages[first]
        if message.get("calls"):
            return Difference(f"messages[{first}]", in_json(then), in_json(message))
        return Difference(f"messages[{first}].content", in_json(then), in_json(message["content"]))
    where = f"messages[{first}] to [{open_to_doubt[-1]}], one of them"
    return Difference(where, in_json(then), in_json([messages[place] for place in open_to_doubt]))


def _is_vouched_for(events: Sequence[Event], ref: int) -> bool:
    """Whether other events, which were compared before, say that the message is what it was.

    The calls of an answer were made as it asked for them, and a plain answer was read as what it says.
    """
    body = events[ref - 1].body
    if not isinstance(body, ModelAnswered):
        return False
    if body.calls and not body.text:
        return True
    readings = [one.body for one in events[ref:] if isinstance(one.body, AnswerRead)]
    return any((one.call, one.how, one.output) == (body.call, "text", body.text) for one in readings)
