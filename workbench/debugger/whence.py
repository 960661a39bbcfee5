"""Where a value came from: every place in a branch that held it, in order, or that the model invented it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

import msgspec

from workbench.errors import Impossible
from workbench.events import (
    ActorSpec,
    AnswerChanged,
    CallFailed,
    Edited,
    Event,
    ModelAnswered,
    Recast,
    RequestChanged,
    RunStarted,
    Said,
    ToolCalled,
    ToolReturned,
)
from workbench.events.text import from_json

_AROUND = 32
_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d{1,4})?(?![\w])(?!\.\d)")


class Sighting(msgspec.Struct, frozen=True):
    """A place that holds the value.

    Attributes:
        seq, kind, actor: the event.
        path: its field, and the leaf where the field is JSON: `text`, `calls.1.arguments.order`, `content.items.0.id`.
        place: the same in words: `the result of find_order, items.0.id`. Untrusted.
        words: the value with some words around it, on one line.
        by_model: an agent's model wrote it (what a model that plays the user writes is the user's).
    """

    seq: int
    kind: str
    actor: str
    path: str
    place: str
    words: str
    by_model: bool = False


class Whence(msgspec.Struct, frozen=True):
    """Where a value was seen, in the order of events.

    Attributes:
        before: only events before this one were searched.
        invented: no message, prompt or result held it before the model wrote it, or nothing holds it at all.
    """

    value: str
    before: int
    sightings: tuple[Sighting, ...]

    @property
    def first(self) -> Sighting | None:
        """Where it appeared first."""
        return self.sightings[0] if self.sightings else None

    @property
    def invented(self) -> bool:
        return self.first is None or self.first.by_model

    def __str__(self) -> str:
        first = self.first
        if first is None:
            return f"{self.value!r} is in no message before event {self.before}: whoever says it invented it"
        place = f"event {first.seq}, in {first.place}: {first.words}"
        if first.by_model:
            return f"{self.value!r} is in no message before {first.actor} wrote it: invented at {place}"
        return f"{self.value!r} first appeared at {place}"


def whence(events: Iterable[Event], value: str, before: int | None = None) -> Whence:
    """Every place that holds `value`, in the order of events.

    A text is found as whole words and without regard to case; a number also where it is written another way
    (`129`, `129.00`, `1,299`).

    Args:
        events: a branch from its start.
        before: search only what came before this event; None searches all.

    Raises:
        Impossible: there is nothing to look for.
    """
    wanted = _Wanted(value)
    seen: list[Sighting] = []
    people: set[str] = set()
    changed: dict[str, AnswerChanged] = {}
    tools: dict[str, str] = {}
    last = 0
    for event in events:
        if before is not None and event.seq >= before:
            break
        last = event.seq
        if isinstance(event.body, RunStarted):
            people = {spec.name for spec in event.body.actors if spec.role == "user"}
        if isinstance(event.body, ToolCalled):
            tools[event.body.call] = event.body.tool
        if isinstance(event.body, AnswerChanged):
            changed[event.body.call] = event.body
        for path, leaf in _leaves(event):
            words = wanted.found_in(leaf)
            if words is not None:
                by = _put_there_by(event, path, changed)
                by_model = (
                    isinstance(event.body, ModelAnswered | AnswerChanged) and event.actor not in people and not by
                )
                put = f", put there by {by}" if by else ""
                place = _place(event, path, tools) + put
                seen.append(Sighting(event.seq, event.body.kind, event.actor, path + put, place, words, by_model))
    return Whence(value, last + 1 if before is None else before, tuple(seen))


def _put_there_by(event: Event, path: str, changed: Mapping[str, AnswerChanged]) -> str:
    """The middleware that put what stands at `path` of an answer there, "" where it was the model."""
    body = event.body
    change = changed.get(body.call) if isinstance(body, ModelAnswered) else None
    if change is None or change.again:
        return ""
    kept = change.was is not None and path.partition(".")[0] not in json.loads(change.was)
    return "" if kept else ", ".join(change.by)


class _Wanted:
    """The value as it is looked for."""

    def __init__(self, value: str) -> None:
        text = " ".join(_unquoted(value.strip()).split())
        if not text:
            raise Impossible("name a value to look for, such as: whence A-1007")
        self._number = _number(text)
        words = r"\s+".join(re.escape(word) for word in text.split(" "))
        before = r"(?<!\w)" if text[0].isalnum() or text[0] == "_" else ""
        after = r"(?!\w)" if text[-1].isalnum() or text[-1] == "_" else ""
        if self._number is not None:  # 129 is not in 129.50, nor in 3.129 or 2,129
            before, after = r"(?<!\w)(?<!\d[.,])", r"(?!\w)(?![.,]\d)"
        self._text = re.compile(f"{before}{words}{after}", re.IGNORECASE)

    def found_in(self, leaf: Any) -> str | None:
        """The words around the value in a text or another JSON leaf; None where it is not there."""
        if not isinstance(leaf, str):
            leaf = json.dumps(leaf)
        found = self._text.search(leaf) or self._same_number(leaf)
        return None if found is None else around(leaf, found.start(), found.end())

    def _same_number(self, text: str) -> re.Match[str] | None:
        if self._number is None:
            return None
        return next((one for one in _NUMBER.finditer(text) if _number(one[0]) == self._number), None)


def _unquoted(value: str) -> str:
    """What a JSON string says; any other text as it is."""
    if value[:1] == '"':
        try:
            return str(json.loads(value))
        except ValueError:
            return value
    return value


def _number(text: str) -> Decimal | None:
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def around(text: str, start: int, end: int) -> str:
    """The words from `start` to `end` with some around them, on one line."""
    head, tail = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    cut = ("…" if start > _AROUND else "", "…" if end + _AROUND < len(text) else "")
    return " ".join(f"{cut[0]}{head}{text[start:end]}{tail}{cut[1]}".split())


def _leaves(event: Event) -> Iterator[tuple[str, Any]]:
    """Everything that the event told somebody, by its path: texts, and the leaves of what is JSON."""
    body = event.body
    match body:
        case RunStarted():
            for spec in body.actors:
                yield from _prompt(spec, f"{spec.name}.")
        case Recast():
            yield from _prompt(body.spec, f"{body.spec.name}.")
        case Said():
            yield "text", body.text
        case ModelAnswered():
            yield "thinking", body.thinking
            yield "text", body.text
            for place, call in enumerate(body.calls, 1):
                yield from _decoded(f"calls.{place}.arguments", call.arguments)
        case RequestChanged():
            yield from _decoded("changes", body.changes)
        case AnswerChanged() if body.was is not None:
            yield from _decoded("was", body.was)
        case ToolReturned():
            yield from _decoded("content", body.content)
            if body.data is not None and body.data != body.content:
                yield from _decoded("data", body.data)
        case CallFailed():
            yield "message", body.message
        case Edited():
            if body.field in {"text", "message"}:
                yield "value", body.value
            else:
                yield from _decoded("value", body.value)
        case _:
            return


def _place(event: Event, path: str, tools: Mapping[str, str]) -> str:
    """Where `path` of the event is, in words. `tools`: the tool of each call so far."""
    body = event.body
    match body:
        case RunStarted() | Recast():
            specs = body.actors if isinstance(body, RunStarted) else (body.spec,)
            who = next((spec.name for spec in specs if path.startswith(f"{spec.name}.")), event.actor)
            inner = path.removeprefix(f"{who}.")
            if inner == "system":
                return f"the prompt of {who}"
            return f"the tools of {who}, {inner.removeprefix('tools.')}"
        case Said():
            return f"what the {body.role} said"
        case ModelAnswered():
            head, _, leaf = path.partition(".arguments")
            if not head.startswith("calls."):
                return f"the {'thinking' if path == 'thinking' else 'answer'} of {event.actor}"
            return _leaf(f"the wish for {body.calls[int(head.removeprefix('calls.')) - 1].name}", leaf)
        case RequestChanged():
            return _leaf("what middleware asked in its place", path.removeprefix("changes"))
        case AnswerChanged():
            return _leaf("the answer before middleware changed it", path.removeprefix("was"))
        case ToolReturned():
            return _leaf(f"the result of {tools.get(body.call, body.call)}", path.removeprefix("content"))
        case CallFailed():
            return f"the failure of {tools.get(body.call, 'the model')}"
        case Edited():
            return _leaf(f"an edit of event {body.target}", path.removeprefix("value"))
        case _:
            return path


def _leaf(where: str, leaf: str) -> str:
    return f"{where}, {leaf.lstrip('.')}" if leaf.strip(".") else where


def _prompt(spec: ActorSpec, path: str) -> Iterator[tuple[str, Any]]:
    yield f"{path}system", spec.system
    for tool in spec.tools:
        yield f"{path}tools.{tool.name}.description", tool.description
        yield from _decoded(f"{path}tools.{tool.name}.parameters", tool.parameters)


def _decoded(path: str, text: str) -> Iterator[tuple[str, Any]]:
    """The leaves of a JSON text, names of fields among them; the text itself where it is not JSON."""
    try:
        value = from_json(text)
    except ValueError:
        yield path, text
        return
    todo: list[tuple[str, Any]] = [(path, value)]
    while todo:
        path, value = todo.pop()
        if isinstance(value, dict):
            fields = cast(dict[str, Any], value)
            for name, inner in reversed(fields.items()):
                todo += [(f"{path}.{name}", inner), (f"{path}.{name}", name)]
        elif isinstance(value, list):
            items = cast(list[Any], value)
            todo += [(f"{path}.{place}", inner) for place, inner in reversed(list(enumerate(items)))]
        else:
            yield path, value
