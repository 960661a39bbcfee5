"""Replay with one side live: the gates that serve the other side from a recording, and hold where it differs.

What is served is recorded by rule, its intent and its fact at once, so nothing of it is ever in doubt. Which call of
the recording is given follows from the log alone: a replay whose process was killed goes on as it would have.
What a person did in the recording is done again on both sides: `redoing` has their changes, and where they answered
in the model's or a tool's place, that answer is served although this side is live.
"""

from __future__ import annotations

from collections.abc import Sequence

from workbench import budget
from workbench.events import Body, Redone, Said, Served
from workbench.gates import Deed, Gate, fork, question, stepping
from workbench.run.differences import MISSING, Difference, decoded, first_leaf, in_json, leaves
from workbench.run.recorded import Asked, Made, Recording
from workbench.run.redoing import Redoing
from workbench.run.requests import request_of
from workbench.state import CallModel, CallTool, Command, Hold, Replay, State
from workbench.state.telling import Lookup

DIFFERENCE, ENDS, EFFECT = "difference", "recording", "effect"
"""The gates of a replay by name: it differs, the recording has no more, an effect would really happen."""


class Replaying:
    """The gates of one replay. `lookup` finds the events of the run that replays."""

    def __init__(self, recording: Recording, lookup: Lookup) -> None:
        self.recording, self._lookup = recording, lookup
        self._redoing = Redoing(recording, lookup)
        self._last: tuple[State, Command, Difference | str | None] | None = None

    def among(self, gates: Sequence[Gate]) -> tuple[Gate, ...]:
        """`gates` with those of the replay: before anybody is asked it is compared, after all others it is served.

        What comes from the recording asks no person, and undoes and does nothing. What was changed there is changed
        before a cap is asked, which may be what was changed. Gates behind stepping ask about what is really done.
        """
        first = gates.index(budget.exceeded) if budget.exceeded in gates else 0
        early = min([gates.index(gate) for gate in (question, fork, stepping) if gate in gates], default=len(gates))
        late = gates.index(stepping) if stepping in gates else len(gates)
        asking = [self._unless_served(gate) if gate in (question, fork) else gate for gate in gates[early:late]]
        before = (*gates[:first], self._redo, *gates[first:early])
        made = [self._unless_served(gate) for gate in gates[late + 1 :]]
        return (*before, self.compare, *asking, self._effect, *gates[late : late + 1], *made, self._serve)

    def difference(self, state: State, command: Command) -> Difference | None:
        """Where `command` differs from what was recorded in its place; None where it does not, or nothing is compared.

        What the recording has nothing for is no difference where it simply ends.
        """
        due = self._redoing.due(state, command)
        if isinstance(due, Difference):
            return due
        found = self._look(state, command)
        return found if isinstance(found, Difference) else None

    def said_next(self, state: State) -> Said | None:
        """What a person said next in the recording; None where nobody said any more, or nothing is replayed any more.

        Whoever speaks in a replay speaks in the place of what was recorded.
        """
        replay = state.replay
        if replay is None or replay.live == "both" or not self.recording.events:
            return None
        recorded = self.recording.words(self.recording.begin)
        since = [self._lookup(seq) for seq in range(replay.since + 1, state.seq + 1)]
        spoken = sum(isinstance(event.body, Said) and event.by == "human" for event in since)
        return recorded[spoken] if spoken < len(recorded) else None

    # -- the gates --------------------------------------------------------------------------------------------

    def compare(self, state: State, command: Command) -> Hold | None:
        """Hold what differs from the recording until somebody chooses. A release alone does not let it pass."""
        replay = state.replay
        due = self._redo(state, command)
        if isinstance(due, Hold):
            return due
        if replay is None or not self._is_replayed(replay, command) or command.key in (*replay.passed, *replay.alone):
            return None
        phase, call = command.phase, getattr(command, "call", None)
        found = self._look(state, command)
        if isinstance(found, Difference):
            return Hold(DIFFERENCE, f"the replay {found}", command.key, phase, call)
        if found is None:
            why = self.recording.ending or "it has no answer to this request"
            return Hold(ENDS, f"the recording ends here: {why}", command.key, phase, call)
        return None

    def _redo(self, state: State, command: Command) -> Hold | Deed | None:
        """What somebody changed in the recording before such a command is changed, or held until somebody chooses."""
        due = self._redoing.due(state, command)
        if isinstance(due, Difference):
            call = getattr(command, "call", None)
            return Hold(DIFFERENCE, f"the replay {due}", command.key, command.phase, call)
        return due

    def _effect(self, state: State, command: Command) -> Hold | None:
        """Where tools are live, an effect happens only where a person lets it."""
        if state.replay is None or state.replay.live not in ("tools", "both") or self._source(state, command):
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
            return _given(command, source, asked, asked.answer.model_copy(update=told))
        made = self.recording.made(source)
        assert made is not None
        assert isinstance(command, CallTool)
        return _given(command, source, made, made.fact.model_copy(update={"call": command.call, "ms": 0}))

    # -- looking ----------------------------------------------------------------------------------------------

    def _is_replayed(self, replay: Replay, command: Command) -> bool:
        """Whether the recording is asked about such a command: its side is not live, or somebody answered it there."""
        if isinstance(command, CallModel):
            asked = self.recording.asked(command.call) if replay.live == "model" else None
            return replay.live == "tools" or (asked is not None and asked.own)
        if isinstance(command, CallTool):
            made = self.recording.made(command.call) if replay.live == "tools" else None
            return replay.live == "model" or (made is not None and made.own)
        return False

    def _source(self, state: State, command: Command) -> str:
        """The call of the recording whose fact `command` is to be given; "" where it is to be performed."""
        replay = state.replay
        if replay is None or not self._is_replayed(replay, command) or command.key in replay.alone:
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
            if replay is not None and self._is_replayed(replay, command):
                if isinstance(command, CallModel):
                    found = self._request(state, command)
                elif isinstance(command, CallTool):
                    found = self._tool(replay, command)
            self._last = state, command, found
        return self._last[2]

    def _tool(self, replay: Replay, command: CallTool) -> Difference | str | None:
        """The call in this place if it is the same, else the first same one that was not given yet."""
        now = {"tool": command.tool, "arguments": decoded(command.arguments)}
        # What was about to be given to this very call, when a fork left in between, is still to be given.
        given = {source for call, source in replay.served if call != command.call}
        here = None if command.call in given else self.recording.made(command.call)
        leaf = ("call", MISSING, now) if here is None else first_leaf(here.plain, now)
        if leaf is None:
            return command.call
        others = self.recording.every_made if replay.live == "model" else {}
        for call, made in others.items():
            if call not in given and _actor(call) == command.actor and first_leaf(made.plain, now) is None:
                return call
        if here is None and self.recording.is_behind(command):
            return None
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


def _given(command: CallModel | CallTool, source: str, was: Asked | Made, fact: Body) -> Deed:
    """What is recorded where `command` is given the fact of the call `source`."""
    served = Served(call=command.call, source=source), command.intent(), fact
    return Deed(0, command.actor, (Redone(source=was.seq), *served) if was.own else served)


def _actor(call: str) -> str:
    """Whose tool call it is; ids are `ACTOR.N.I`."""
    return call.rsplit(".", 2)[0]
