"""Two runs compared: their conversations aligned by role and tool, and what came of each side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from workbench.debugger.alignment import Sign, align, word_marks
from workbench.debugger.figures import Figure, Result, figures, result_of
from workbench.events import (
    AnswerRead,
    CallFailed,
    Event,
    ModelAnswered,
    Recast,
    RunStarted,
    Said,
    ToolReturned,
)
from workbench.events.text import from_json
from workbench.state import State, as_edited

Role = Literal["system", "developer", "user", "assistant", "call", "result"]
RowMark = Literal["same", "left", "right", "changed"]


class Side(msgspec.Struct, frozen=True):
    """A run to compare: a branch up to a place in it, and the state it has there.

    Attributes:
        name: how it was named (`3fa2/main@40`).
    """

    name: str
    title: str
    events: Sequence[Event]
    state: State


class Item(msgspec.Struct, frozen=True):
    """One thing of a conversation: something said, one call of a tool, one result.

    Attributes:
        name: the tool of a call or result.
        text: as edited; a call's arguments with sorted keys; a failure begins with its type.
    """

    seq: int
    actor: str
    role: Role
    text: str
    name: str = ""
    failed: bool = False

    @property
    def kind(self) -> str:
        """What it may be paired with."""
        return f"{self.role} {self.name}".rstrip()


class Row(msgspec.Struct, frozen=True):
    """A stretch that both have (`same`), one item of one side, or two that are paired and differ (`changed`)."""

    mark: RowMark
    left: tuple[Item, ...] = ()
    right: tuple[Item, ...] = ()

    @property
    def words(self) -> list[tuple[Sign, str]]:
        """What stayed and what changed in a `changed` row."""
        return word_marks(self.left[0].text, self.right[0].text) if self.mark == "changed" else []


class Comparison(msgspec.Struct, frozen=True):
    """Two runs side by side.

    Attributes:
        shared: how many events at the start are the very same, as a fork shares them with its parent.
        rows: the conversations in order; two stretches never stand together.
        first: the row where they part; None where they never do.
    """

    left: Side
    right: Side
    left_result: Result
    right_result: Result
    shared: int
    rows: tuple[Row, ...]
    first: int | None

    @property
    def equal(self) -> bool:
        """Whether the conversations, the outcomes and the verdicts are the same, whatever time and money they took."""
        ours, theirs = self.left_result, self.right_result
        return self.first is None and (ours.outcome, ours.criteria) == (theirs.outcome, theirs.criteria)

    @property
    def alike(self) -> int:
        """How many messages both have before they part."""
        return sum(len(row.left) for row in self.rows[: self.first])

    @property
    def figures(self) -> list[Figure]:
        """The summary, side by side."""
        return figures(self.left_result, self.right_result)

    def plain(self) -> dict[str, Any]:
        """The comparison as JSON values; stretches that both have are only counted."""
        return {
            "left": _plain_side(self.left, self.left_result),
            "right": _plain_side(self.right, self.right_result),
            "equal": self.equal,
            "shared_events": self.shared,
            "first_divergence": None if self.first is None else self._divergence(self.first),
            "rows": [_plain_row(row) for row in self.rows],
        }

    def _divergence(self, first: int) -> dict[str, Any]:
        row = self.rows[first]
        return {
            "row": first,
            "after": self.alike,
            "left": row.left[0].seq if row.left else None,
            "right": row.right[0].seq if row.right else None,
        }

    def __str__(self) -> str:
        if self.first is None:
            return "They are equal." if self.equal else "The conversations are equal; what came of them differs."
        row = self.rows[self.first]
        here, there = [f"{items[0].kind} @{items[0].seq}" if items else "nothing" for items in (row.left, row.right)]
        equal = "1 equal message" if self.alike == 1 else f"{self.alike} equal messages"
        return f"They part after {equal}: {self.left.name} has {here}, {self.right.name} has {there}."


def compare(left: Side, right: Side) -> Comparison:
    """The comparison of two runs, related or not."""
    ours, theirs = items_of(left.events, left.state), items_of(right.events, right.state)
    rows = tuple(_rows(ours, theirs))
    first = next((place for place, row in enumerate(rows) if row.mark != "same"), None)
    shared = 0
    for one, other in zip(left.events, right.events, strict=False):
        if one != other:
            break
        shared += 1
    return Comparison(
        left,
        right,
        result_of(left.events, left.state, len(ours)),
        result_of(right.events, right.state, len(theirs)),
        shared,
        rows,
        first,
    )


def items_of(events: Iterable[Event], state: State) -> list[Item]:
    """The conversation of a run, as the edits of `state` let it read; results stand in the order of their calls."""
    players = {spec.name for spec in state.started.actors if spec.role == "user"} if state.started else set[str]()
    items: list[Item] = []
    prompts: dict[str, str] = {}
    results: dict[str, int] = {}
    spoken: dict[str, int] = {}
    for event in events:
        event = as_edited(event, state.edits.get(event.seq, ()))
        body = event.body
        match body:
            case RunStarted():
                prompts = {one.name: one.system for one in body.actors if one.system}
                items += [Item(event.seq, name, "system", prompt) for name, prompt in prompts.items()]
            case Recast() if prompts.get(body.spec.name, "") != body.spec.system:
                prompts[body.spec.name] = body.spec.system
                items.append(Item(event.seq, body.spec.name, "system", body.spec.system))
            case Said():
                items.append(Item(event.seq, event.actor, body.role, body.shown))
            case ModelAnswered():
                if body.text or not body.calls:
                    spoken[body.call] = len(items)
                    role = "user" if event.actor in players else "assistant"
                    items.append(Item(event.seq, event.actor, role, body.text))
                for call in body.calls:
                    items.append(Item(event.seq, event.actor, "call", sorted_json(call.arguments), call.name))
                for place, call in enumerate(body.calls, 1):
                    results[f"{body.call}.{place}"] = len(items)
                    items.append(Item(0, event.actor, "result", "", call.name))
            case ToolReturned() | CallFailed() if body.call in results:
                failed = isinstance(body, CallFailed)
                text = f"{body.error}: {body.message}" if isinstance(body, CallFailed) else body.shown
                place = results.pop(body.call)
                items[place] = replace(items[place], seq=event.seq, text=text, failed=failed)
            case AnswerRead() if body.how != "text" and body.call in spoken:
                place = spoken[body.call]
                if items[place].seq not in state.edits:
                    status = f" [{body.status}]" if body.status else ""
                    items[place] = replace(items[place], text=body.output + status)
            case _:
                continue
    return [item for item in items if item.seq]


def sorted_json(arguments: str) -> str:
    """The arguments as JSON with sorted keys, so that their order makes no difference; as written if they are none."""
    try:
        return json.dumps(from_json(arguments), ensure_ascii=False, sort_keys=True)
    except ValueError:
        return arguments


def _rows(left: list[Item], right: list[Item]) -> Iterator[Row]:
    pairs = align([_key(item) for item in left], [_key(item) for item in right])

    def equal(pair: tuple[int | None, int | None]) -> bool:
        i, j = pair
        return i is not None and j is not None and _key(left[i]) == _key(right[j])

    for same, stretch in groupby(pairs, equal):
        rows = [(left[:0] if i is None else [left[i]], right[:0] if j is None else [right[j]]) for i, j in stretch]
        if same:
            yield Row("same", tuple([ours[0] for ours, _ in rows]), tuple([theirs[0] for _, theirs in rows]))
            continue
        for ours, theirs in rows:
            yield Row("changed" if ours and theirs else "left" if ours else "right", tuple(ours), tuple(theirs))


def _key(item: Item) -> tuple[str, str]:
    return item.kind, f"✗{item.text}" if item.failed else item.text


def _plain_side(side: Side, result: Result) -> dict[str, Any]:
    return {"name": side.name, "title": side.title} | msgspec.to_builtins(result)


def _plain_row(row: Row) -> dict[str, Any]:
    if row.mark == "same":
        return {
            "mark": "same",
            "count": len(row.left),
            "left": [row.left[0].seq, row.left[-1].seq],
            "right": [row.right[0].seq, row.right[-1].seq],
        }
    sides = {"left": _plain_item(row.left), "right": _plain_item(row.right)}
    return {"mark": row.mark, **sides} | ({"words": row.words} if row.mark == "changed" else {})


def _plain_item(items: tuple[Item, ...]) -> dict[str, Any] | None:
    return msgspec.to_builtins(items[0]) if items else None
