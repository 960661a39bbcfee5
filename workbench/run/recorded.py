"""A recording as a replay reads it: what was asked and called, what came of it, and what people did meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cached_property
from typing import Any

import msgspec

from workbench.decide import decide
from workbench.errors import Impossible
from workbench.events import (
    CallFailed,
    Event,
    ModelAnswered,
    ModelCalled,
    Price,
    Recast,
    Redone,
    RunStarted,
    Said,
    Served,
    Settled,
    ToolCalled,
    ToolReturned,
    cost_of,
    is_free,
)
from workbench.run.differences import decoded
from workbench.run.inheritance import STOOD_IN
from workbench.run.interventions import Change, changes_in, number_of
from workbench.run.requests import request_of
from workbench.state import CallTool, fold

_ENDED = {"budget": "was stopped by a budget", "error": "failed", "stopped": "was stopped"}


class Asked(msgspec.Struct, frozen=True):
    """A model call of the recording, and the answer that counted.

    Attributes:
        price: of the model that was asked.
        own: whether somebody answered in the model's place.
    """

    seq: int
    actor: str
    called: ModelCalled
    answer: ModelAnswered
    price: Price | None = None
    own: bool = False

    @property
    def cost(self) -> Decimal | None:
        """US dollars; None where nobody knows."""
        used = self.answer.usage
        if self.own or (self.price is not None and is_free(self.price)):
            return Decimal(0)
        return None if self.price is None or None in (used.input, used.output) else cost_of(used, self.price)


class Made(msgspec.Struct, frozen=True):
    """A tool call of the recording, and what came of it. `own`: somebody answered in its place, or skipped it."""

    seq: int
    called: ToolCalled
    fact: ToolReturned | CallFailed
    own: bool = False

    @property
    def plain(self) -> dict[str, Any]:
        return {"tool": self.called.tool, "arguments": decoded(self.called.arguments)}


class Saved(msgspec.Struct, frozen=True):
    """What a replay was given of its recording.

    Attributes:
        models, tools: calls that were given again; cost: US dollars that they had cost, None where nobody knows.
        redone, changes: what people changed in the recording that was done again here, and all of it.
    """

    models: int
    tools: int
    cost: Decimal | None
    redone: int = 0
    changes: int = 0


class Recording:
    """What a branch says of each call, and what somebody changed in it. It is read when it is first asked."""

    def __init__(self, read: Callable[[], Iterable[Event]]) -> None:
        self._read = read

    @cached_property
    def events(self) -> list[Event]:
        """All of it, in order."""
        return list(self._read())

    def told(self, seq: int) -> Event:
        """The event at `seq`, as it was recorded."""
        return self.events[seq - 1]

    @cached_property
    def begin(self) -> int:
        """The event after which a replay leaves it."""
        return begins_at(self.events) if self.events else 0

    @cached_property
    def _calls(self) -> tuple[dict[str, Asked], dict[str, Made]]:
        prices: dict[str, Price | None] = {}
        called: dict[str, tuple[Event, bool]] = {}
        asked: dict[str, Asked] = {}
        made: dict[str, Made] = {}
        served = redone = False
        for event in self.events:
            body = event.body
            match body:
                case RunStarted():
                    prices = {spec.name: spec.price for spec in body.actors}
                case Recast():
                    prices[body.spec.name] = body.spec.price
                case ModelCalled() | ToolCalled():
                    called[body.call] = event, event.by in STOOD_IN and (redone or not served)
                case ModelAnswered() if body.call in called:
                    intent, own = called[body.call]
                    if isinstance(intent.body, ModelCalled):
                        price = prices.get(event.actor)
                        asked[body.call] = Asked(intent.seq, event.actor, intent.body, body, price, own)
                case Settled(ruling="discard"):
                    asked.pop(body.call, None)
                case ToolReturned() | CallFailed() if body.call in called:
                    intent, own = called[body.call]
                    if isinstance(intent.body, ToolCalled):
                        made[body.call] = Made(intent.seq, intent.body, body, own)
                case _:
                    pass
            redone = isinstance(body, Redone) or (redone and isinstance(body, Served))
            served = isinstance(body, Served)
        return asked, made

    def asked(self, call: str) -> Asked | None:
        """The model call of that id."""
        return self._calls[0].get(call)

    def made(self, call: str) -> Made | None:
        """The tool call of that id."""
        return self._calls[1].get(call)

    @property
    def every_made(self) -> dict[str, Made]:
        """All tool calls by their ids, in order."""
        return self._calls[1]

    @cached_property
    def ending(self) -> str:
        """Why a recording that was not finished has no more, in words; "" where it was, or where nothing is in it."""
        state = fold(self.events)
        ended = state.ended
        if ended is not None:
            return "" if ended.outcome in ("completed", "criteria_unmet") else f"it {_ENDED[ended.outcome]} there"
        if state.held is not None:
            return f"it was left held there ({state.held.reason or state.held.gate})"
        if state.open_calls:
            return "its process ended while this was under way"
        return "its process ended there" if decide(state) else ""

    def is_behind(self, command: CallTool) -> bool:
        """Whether the recording was broken off before such a call of its actor could have come to its end."""
        if not self.ending:
            return False
        intents = [event for event in self.events if event.actor == command.actor and _is_call(event)]
        last = max((number_of(str(getattr(event.body, "call", "")), event.actor) for event in intents), default=(0, 0))
        return number_of(command.call, command.actor) >= last

    def request(self, asked: Asked) -> dict[str, Any]:
        """What a model was asked, as plain values."""
        return request_of(fold(self.events[: asked.seq]), asked.actor, self.told)

    @cached_property
    def changes(self) -> list[Change]:
        """What somebody changed after the replay's beginning, in order."""
        return changes_in(self.events, self.begin)

    def saved(self, served: Iterable[tuple[str, str]], redone: Iterable[tuple[int, int]] = ()) -> Saved:
        """What the calls that were given again (as `Replay` has them) had used, and how much was done again."""
        sources = dict(served).values()
        costs = [asked.cost for call in sources if (asked := self.asked(call)) is not None]
        tools = sum(self.made(call) is not None for call in sources)
        known = [cost for cost in costs if cost is not None]
        cost = sum(known, Decimal(0)) if len(known) == len(costs) else None
        again = {source for source, _ in redone} & {change.seq for change in self.changes}
        return Saved(len(costs), tools, cost, len(again), len(self.changes))

    def words(self, after: int) -> list[Said]:
        """What people (not the run's own lines) said after event `after`, in order."""
        said = [event.body for event in self.events if event.seq > after and event.by == "human"]
        return [body for body in said if isinstance(body, Said)]


def _is_call(event: Event) -> bool:
    return isinstance(event.body, ModelCalled | ToolCalled)


def begins_at(events: Iterable[Event]) -> int:
    """The last event before the first model call, where a replay with one live side leaves the recording.

    Raises:
        Impossible: no model was ever called.
    """
    for event in events:
        if isinstance(event.body, ModelCalled):
            return event.seq - 1
    raise Impossible("no model was called in this recording, so there is nothing to replay live")
