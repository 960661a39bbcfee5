"""What a transcript's references say: the messages of a request, made from events when somebody looks at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, overload

from workbench.events import (
    AnswerRead,
    CallFailed,
    Event,
    Heard,
    HistoryCut,
    JudgeAsked,
    ModelAnswered,
    OutputRejected,
    RunStarted,
    Said,
    SummaryAsked,
    ToolReturned,
)
from workbench.events.messages import Message

Lookup = Callable[[int], Event]


class Refs(Protocol):
    """References to events, in order: a transcript, or a list."""

    def __len__(self) -> int: ...
    def __getitem__(self, place: int, /) -> int: ...


def message_of(event: Event, lookup: Lookup, names: dict[str, str]) -> Message:
    """The message that `event` is in its actor's transcript.

    Args:
        event: one that a transcript refers to.
        lookup: finds an event by its seq.
        names: tool names by call id; answers add theirs, results use them.
    """
    body = event.body
    match body:
        case Said():
            return Message(body.role, body.text, seq=event.seq, media=body.media)
        case Heard():
            source = lookup(body.source)
            said = source.body
            text = (
                said.output
                if isinstance(said, AnswerRead)
                else said.text
                if isinstance(said, Said | ModelAnswered)
                else ""
            )
            media = said.media if isinstance(said, Said) else ()
            return Message("user", text, name=source.actor, seq=event.seq, media=media)
        case ModelAnswered():
            ids = tuple(f"{body.call}.{place}" for place in range(1, len(body.calls) + 1))
            names.update(zip(ids, [call.name for call in body.calls], strict=True))
            return Message("assistant", body.text, body.thinking, body.calls, ids, seq=event.seq, raw=body.raw)
        case ToolReturned():
            name = names.get(body.call, "")
            return Message("tool", body.content, call=body.call, name=name, seq=event.seq, media=body.media)
        case CallFailed():
            return Message(
                "tool",
                body.message,
                call=body.call,
                name=names.get(body.call, ""),
                failed=True,
                seq=event.seq,
            )
        case JudgeAsked():
            return Message("user", case_of(body, lookup), seq=event.seq)
        case OutputRejected():
            return Message("user", body.message, seq=event.seq)
        case SummaryAsked():
            return Message("user", body.text, seq=event.seq)
        case HistoryCut():
            return Message("user", _in_place(body, lookup), seq=event.seq)
        case _:
            raise TypeError(f"a transcript cannot refer to {body.kind}")


def _in_place(cut: HistoryCut, lookup: Lookup) -> str:
    """What stands in the place of messages that were cut off."""
    summary = lookup(cut.summary).body if cut.summary else None
    if isinstance(summary, ModelAnswered):
        return f"What was said before this, summed up:\n\n{summary.text}"
    return f"(The first {cut.dropped} messages of this conversation are left out here.)"


_LONGEST = 20_000
"""Characters of one message that a judge is shown."""


def case_of(asked: JudgeAsked, lookup: Lookup) -> str:
    """What a judge is asked: the rubrics, then the run, each message behind the number of its event."""
    started = lookup(1).body
    assert isinstance(started, RunStarted)
    rubrics = {one.name: one.check.rubric for one in started.criteria if one.check is not None}
    lines = ["# Criteria", *[f"- {name}: {rubrics.get(name) or name}" for name in asked.criteria], "", "# The run"]
    names: dict[str, str] = {}
    for ref in asked.refs:
        message = message_of(lookup(ref), lookup, names)
        who = f"{'failure' if message.failed else 'result'} of {message.name}" if message.call else message.role
        text = message.text if len(message.text) <= _LONGEST else message.text[:_LONGEST] + " … (cut off here)"
        if text or not message.calls:
            lines.append(f"[{ref}] {'agent' if who == 'assistant' else who}: {text}")
        lines += [f"[{ref}] agent calls {call.name}: {call.arguments}" for call in message.calls]
    return "\n".join(lines)


class Telling(Sequence[Message]):
    """The messages of a transcript's references, made on demand and once. Its length costs nothing."""

    def __init__(self, refs: Refs, lookup: Lookup, known: list[Message], names: dict[str, str]) -> None:
        """`known` holds messages already made for a prefix of `refs`; it grows as more are asked for."""
        self._refs, self._lookup, self._known, self._names = refs, lookup, known, names

    def __len__(self) -> int:
        return len(self._refs)

    def _upto(self, length: int) -> None:
        for place in range(len(self._known), length):
            self._known.append(message_of(self._lookup(self._refs[place]), self._lookup, self._names))

    @overload
    def __getitem__(self, index: int) -> Message: ...
    @overload
    def __getitem__(self, index: slice) -> list[Message]: ...
    def __getitem__(self, index: int | slice) -> Message | list[Message]:
        if isinstance(index, slice):
            return [self[place] for place in range(len(self._refs))[index]]
        place = range(len(self._refs))[index]
        self._upto(place + 1)
        return self._known[place]

    def __iter__(self) -> Iterator[Message]:
        self._upto(len(self._refs))
        return iter(self._known[: len(self._refs)])
