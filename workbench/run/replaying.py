"""Replay with one side live: the gates that serve the other side from a recording, and hold where it differs.

What is served is recorded by rule, its intent and its fact at once, so nothing of it is ever in doubt. Which call of
the recording is given follows from the log alone: a replay whose process was killed goes on as it would have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

import msgspec

from workbench.errors import Impossible
from workbench.events import (
    CallFailed,
    Event,
    ModelAnswered,
    ModelCalled,
    Price,
    Recast,
    RunStarted,
    Said,
    Served,
    Settled,
    ToolCalled,
    ToolReturned,
    cost_of,
    is_free,
)
from workbench.gates import Deed, Gate, fork, question, stepping
from workbench.run.differences import MISSING, Difference, decoded, first_leaf, in_json, leaves, request_of
from workbench.state import CallModel, CallTool, Command, Hold, Replay, State, as_edited, fold
from workbench.state.telling import Lookup

DIFFERENCE, ENDS, EFFECT = "difference", "recording", "effect"
"""The gates of a replay by name: it differs, the recording has no more, an effect would really happen."""


class _Asked(msgspec.Struct, frozen=True):
    """A model call of the recording, and the answer that counted. `price`: of the model that was asked."""

    seq: int
    actor: str
    called: ModelCalled
    answer: ModelAnswered
    price: Price | None = None

    @property
    def cost(self) -> Decimal | None:
        """US dollars; None where nobody knows."""
        used = self.answer.usage
        if self.price is None or used.input is None or used.output is None:
            return Decimal(0) if self.price is not None and is_free(self.price) else None
        return cost_of(used, self.price)


class _Made(msgspec.Struct, frozen=True):
    """A tool call of the recording, and what came of it."""

    called: ToolCalled
    fact: ToolReturned | CallFailed

    @property
    def plain(self) -> dict[str, Any]:
        return {"tool": self.called.tool, "arguments": decoded(self.called.arguments)}


class Saved(msgspec.Struct, frozen=True):
    """What a replay was given of its recording: calls of models and of tools, and US dollars (None: nobody knows)."""

    models: int
    tools: int
    cost: Decimal | None


class Recording:
    """What a branch says of each call, as its edits let it read. It is read when it is first asked."""

    def __init__(self, read: Callable[[], Iterable[Event]]) -> None:
        self._read = read

    @cached_property
    def events(self) -> list[Event]:
        """All of it, in order."""
        return list(self._read())

    @cached_property
    def _calls(self) -> tuple[dict[str, _Asked], dict[str, _Made]]:
        edits = fold(self.events).edits
        prices: dict[str, Price | None] = {}
        called: dict[str, tuple[int, ModelCalled | ToolCalled]] = {}
        asked: dict[str, _Asked] = {}
        made: dict[str, _Made] = {}
        for event in self.events:
            body = as_edited(event, edits.get(event.seq, ())).body
            match body:
                case RunStarted():
                    prices = {spec.name: spec.price for spec in body.actors}
                case Recast():
                    prices[body.spec.name] = body.spec.price
                case ModelCalled() | ToolCalled():
                    called[body.call] = event.seq, body
                case ModelAnswered() if isinstance(intent := called.get(body.call, (0, None))[1], ModelCalled):
                    asked[body.call] = _Asked(called[body.call][0], event.actor, intent, body, prices.get(event.actor))
                case Settled(ruling="discard"):
                    asked.pop(body.call, None)
                case ToolReturned() | CallFailed() if isinstance(
                    intent := called.get(body.call, (0, None))[1], ToolCalled
                ):
                    made[body.call] = _Made(intent, body)
                case _:
                    continue
        return asked, made

    def asked(self, call: str) -> _Asked | None:
        """The model call of that id."""
        return self._calls[0].get(call)

    def made(self, call: str) -> _Made | None:
        """The tool call of that id."""
        return self._calls[1].get(call)

    @property
    def every_made(self) -> dict[str, _Made]:
        """All tool calls by their ids, in order."""
        return self._calls[1]

    def request(self, asked: _Asked) -> dict[str, Any]:
        """What a model was asked, as plain values."""
        return request_of(fold(self.events[: asked.seq]), asked.actor, lambda seq: self.events[seq - 1])

    def saved(self, served: Iterable[tuple[str, str]]) -> Saved:
        """What the calls that were given again (as `Replay` has them) had used."""
        sources = dict(served).values()
        costs = [asked.cost for call in sources if (asked := self.asked(call)) is not None]
        tools = sum(self.made(call) is not None for call in sources)
        known = [cost for cost in costs if cost is not None]
        return Saved(len(costs), tools, sum(known, Decimal(0)) if len(known) == len(costs) else None)

    def words(self, after: int) -> list[Said]:
        """What people (not the run's own lines) said after event `after`, in order."""
        said = [event.body for event in self.events if event.seq > after and event.by == "human"]
        return [body for body in said if isinstance(body, Said)]


def begins_at(events: Iterable[Event]) -> int:
    """The last event before the first model call, where a replay with one live side leaves the recording.

    Raises:
        Impossible: no model was ever called.
    """
    for event in events:
        if isinstance(event.body, ModelCalled):
            return event.seq - 1
    raise Impossible("no model was called in this recording, so there is nothing to replay live")


class Replaying:
    """The gates of one replay. `lookup` finds the events of the run that replays."""

    def __init__(self, recording: Recording, lookup: Lookup) -> None:
        self.recording, self._lookup = recording, lookup
        self._last: tuple[State, Command, Difference | str | None] | None = None

    def among(self, gates: Sequence[Gate]) -> tuple[Gate, ...]:
        """`gates` with those of the replay: before anybody is asked it is compared, after all others it is served.

        What comes from the recording asks no person, and undoes and does nothing.
        """
        early = min([gates.index(gate) for gate in (question, fork, stepping) if gate in gates], default=len(gates))
        late = gates.index(stepping) if stepping in gates else len(gates)
        asking = [self._unless_served(gate) if gate in (question, fork) else gate for gate in gates[early:late]]
        return (*gates[:early], self.compare, *asking, self._effect, *gates[late:], self._serve)

    def difference(self, state: State, command: Command) -> Difference | None:
        """Where `command` differs from what was recorded in its place; None where it does not, or nothing is compared.

        What the recording has nothing for is no difference where it simply ends.
        """
        found = self._look(state, command)
        return found if isinstance(found, Difference) else None

    def said_next(self, state: State) -> Said | None:
        """What a person said next in the recording; None where nobody said any more, or nothing is replayed any more.

        Whoever speaks in a replay speaks in the place of what was recorded.
        """
        replay = state.replay
        if replay is None or replay.live == "both" or not self.recording.events:
            return None
        recorded = self.recording.words(begins_at(self.recording.events))
        since = [self._lookup(seq) for seq in range(replay.since + 1, state.seq + 1)]
        spoken = sum(isinstance(event.body, Said) and event.by == "human" for event in since)
        return recorded[spoken] if spoken < len(recorded) else None

    # -- the gates --------------------------------------------------------------------------------------------

    def compare(self, state: State, command: Command) -> Hold | None:
        """Hold what differs from the recording until somebody chooses. A release alone does not let it pass."""
        replay = state.replay
        if replay is None or not _replayed(replay, command) or command.key in (*replay.passed, *replay.alone):
            return None
        phase, call = command.phase, getattr(command, "call", None)
        found = self._look(state, command)
        if isinstance(found, Difference):
            return Hold(DIFFERENCE, f"the replay {found}", command.key, phase, call)
        if found is None:
            reason = "the recording ends here: it has no answer to this request"
            return Hold(ENDS, reason, command.key, phase, call)
        return None

    def _effect(self, state: State, command: Command) -> Hold | None:
        """Where tools are live, an effect happens only where a person lets it."""
        if state.replay is None or state.replay.live not in ("tools", "both"):
            return None
        if isinstance(command, CallTool) and command.effect == "effect" and state.grant != command.key:
            reason = f"{command.tool} has an effect, and would really run"
            return Hold(EFFECT, reason, command.key, command.phase, command.call)
        return None

    def _unless_served(self, gate: Gate) -> Gate:
        def asked(state: State, command: Command) -> Hold | Deed | None:
            return None if self._source(state, command) else gate(state, command)

        return asked

    def _serve(self, state: State, command: Command) -> Deed | None:
        """The recorded fact of the call that stands in the place of `command`, where it is to be given."""
        source = self._source(state, command)
        if not source:
            return None
        if isinstance(command, CallModel):
            asked = self.recording.asked(source)
            assert asked is not None
            told = {"call": command.call, "cached": True, "partial": False, "ms": 0}
            fact = asked.answer.model_copy(update=told)
            return Deed(0, command.actor, (Served(call=command.call, source=source), command.intent(), fact))
        made = self.recording.made(source)
        assert made is not None
        assert isinstance(command, CallTool)
        result = made.fact.model_copy(update={"call": command.call, "ms": 0})
        return Deed(0, command.actor, (Served(call=command.call, source=source), command.intent(), result))

    # -- looking ----------------------------------------------------------------------------------------------

    def _source(self, state: State, command: Command) -> str:
        """The call of the recording whose fact `command` is to be given; "" where it is to be performed."""
        replay = state.replay
        if replay is None or not _replayed(replay, command) or command.key in replay.alone:
            return ""
        found = self._look(state, command)
        if isinstance(found, Difference):
            return found.source if command.key in replay.passed else ""
        return found or ""

    def _look(self, state: State, command: Command) -> Difference | str | None:
        """What the recording has in the place of `command`: a call that is the same, a difference, or nothing."""
        if self._last is None or self._last[0] is not state or self._last[1] != command:
            replay = state.replay
            found: Difference | str | None = None
            if replay is not None and replay.live == "model" and isinstance(command, CallTool):
                found = self._tool(replay, command)
            elif replay is not None and replay.live == "tools" and isinstance(command, CallModel):
                found = self._request(state, command)
            self._last = state, command, found
        return self._last[2]

    def _tool(self, replay: Replay, command: CallTool) -> Difference | str:
        """The call in this place if it is the same, else the first same one that was not given yet."""
        now = {"tool": command.tool, "arguments": decoded(command.arguments)}
        # What was about to be given to this very call, when a fork left in between, is still to be given.
        given = {source for call, source in replay.served if call != command.call}
        here = None if command.call in given else self.recording.made(command.call)
        leaf = ("call", MISSING, now) if here is None else first_leaf(here.plain, now)
        if leaf is None:
            return command.call
        for call, made in self.recording.every_made.items():
            if call not in given and _actor(call) == command.actor and first_leaf(made.plain, now) is None:
                return call
        path, recorded, other = leaf
        return Difference(path, in_json(recorded), in_json(other), "" if here is None else command.call)

    def _request(self, state: State, command: CallModel) -> Difference | str | None:
        asked = self.recording.asked(command.call)
        if asked is None:
            return None
        was, now = asked.called.request, command.request
        if (was.chain, was.head) == (now.chain, now.head):
            return command.call
        known = set(state.replay.known) if state.replay is not None else set[tuple[str, str, str]]()
        for path, recorded, other in leaves(
            self.recording.request(asked), request_of(state, command.actor, self._lookup)
        ):
            found = Difference(path, in_json(recorded), in_json(other), command.call)
            if (path, *found.sides) not in known:  # what somebody chose about stays in every later request
                return found
        return command.call


def _replayed(replay: Replay, command: Command) -> bool:
    """Whether the recording is asked about such a command."""
    kind = {"model": CallTool, "tools": CallModel}.get(replay.live)
    return kind is not None and isinstance(command, kind)


def _actor(call: str) -> str:
    """Whose tool call it is; ids are `ACTOR.N.I`."""
    return call.rsplit(".", 2)[0]
