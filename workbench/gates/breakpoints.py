"""Breakpoints: a gate that holds where an expression says so, or does there what a rule says.

A hit on a command holds that command; a hit on an event, or on the run as it stands, holds the next one. What was
hit is kept here until the command passes or a person has released the hold, so a gate may be asked again and again.
Which breakpoints there are is said by a set that several runs may share; what was hit in a run is its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

from workbench.events import AnswerRead, Edited, Event, Held, ModelAnswered, ModelCalled, Released, ToolCalled
from workbench.gates.breakpoint_set import Breakpoint, BreakpointSet
from workbench.gates.conditions import Moment
from workbench.gates.moments import SEEN, AtCommand, AtEvent, AtRest, Gated
from workbench.gates.repetition import Repetition
from workbench.gates.rules import MOST_IN_A_ROW, Deed, deed_after, deed_at, endless, read_action
from workbench.gates.vocabulary import About
from workbench.state import CallModel, CallTool, Command, Hold, State, Ungated
from workbench.state.telling import Lookup

MOST_TRACES = 1000


class Hit(msgspec.Struct, frozen=True):
    """A traced breakpoint was hit: at event `seq`, or before the command `key` that would follow it."""

    number: int
    text: str
    seq: int
    key: str = ""


class _Stop(msgspec.Struct, frozen=True):
    """A breakpoint that was hit and holds."""

    number: int
    text: str
    once: bool


class _Visit(msgspec.Struct):
    """One attempt of one command: which breakpoints were asked about it, which of them hold it, and what rules do.

    `acted`: the rules that were asked, which is once even where the arguments change.
    """

    attempt: int
    arguments: str
    asked: set[int]
    stops: list[_Stop]
    acted: set[int]
    deed: Deed | None = None


class Breakpoints(BreakpointSet):
    """The breakpoints of one run, in order, and the gate that they are.

    `follow` says where events are found; without it only commands are seen.
    """

    def __init__(self, kept: BreakpointSet | Iterable[Breakpoint] = ()) -> None:
        """`kept` are those of another time, or a set to share.

        Raises:
            BadCondition: one of them says nothing.
        """
        super().__init__(kept)
        self._traces: deque[Hit] = deque(maxlen=MOST_TRACES)
        self._restart(None, 0)

    def _restart(self, lookup: Lookup | None, seq: int) -> None:
        self._lookup, self._seen = lookup, seq
        self._repetition = Repetition(lookup)
        self._visits: dict[str, _Visit] = {}
        self._due: list[_Stop] = []
        self._shown = 0
        self._true: set[int] = set()
        self._edits: list[Deed] = []
        self._streak = 0

    def follow(self, lookup: Lookup, state: State) -> None:
        """From now on look at the run whose events `lookup` finds, and which stands at `state`.

        `lookup` must also find events that are folded into a state that the gate is asked about and not committed
        yet. What was true of the run before is no hit.
        """
        self._restart(lookup, state.seq)
        self._true = {number for number in self._all if self._stands(number, state)}

    def take_traces(self) -> list[Hit]:
        """What was traced since this was last asked (the newest 1000)."""
        traces = list(self._traces)
        self._traces.clear()
        return traces

    # -- the gates --------------------------------------------------------------------------------------------

    def act(self, state: State, command: Command) -> Deed | Hold | None:
        """What a rule does in the place of `command`, or with what was recorded before it.

        It is given again until the log shows that it was done. A command that a person let pass is left alone.
        """
        if not self._actions and not self._edits:
            return None
        self.catch_up(state)
        if self._edits:
            return self._edits[0]
        if not isinstance(command, CallModel | CallTool) or state.grant == command.key:
            return None
        visit = self._visit(command)
        if visit.deed is None and self._lookup is not None:
            visit.deed = self._rule(visit, state, command, self._lookup)
        if visit.deed is not None and isinstance(command, CallModel) and self._streak >= MOST_IN_A_ROW:
            return endless(visit.deed.number, command)
        return visit.deed

    def _rule(self, visit: _Visit, state: State, command: CallModel | CallTool, lookup: Lookup) -> Deed | None:
        """The deed of the first rule that is hit and can do something."""
        moment = self._moment(state, command)
        for one in self:
            action = self._actions.get(one.number)
            if action is not None and one.number not in visit.acted:
                visit.acted.add(one.number)
                if self._hit(one, "command", moment, state.seq, command.key):
                    deed = deed_at(action, one.number, command, state, lookup)
                    if deed is not None:
                        return deed
        return None

    def gate(self, state: State, command: Command) -> Hold | None:
        """The hold of the breakpoints that `command`, or what was recorded before it, hits. See `workbench.gates`."""
        self.catch_up(state)
        if not (self._all or self._due or self._visits):
            return None
        granted = command.key != "" and state.grant == command.key
        stops = self._asked(state, command, granted)
        if granted:
            self._due, self._shown = [], 0
            return None
        stops = [*self._live(self._due), *stops]
        if not stops:
            return None
        reasons = dict.fromkeys([f"breakpoint {stop.number}: {stop.text}" for stop in stops])
        after_result = isinstance(command, CallModel) and command.after_result
        phase = "result" if after_result else command.phase
        return Hold("break", "; ".join(reasons), command.key, phase, getattr(command, "call", None))

    def catch_up(self, state: State) -> None:
        """Take in the events up to `state` that were not seen yet; after a commit, so that traces are told at once."""
        if self._lookup is None:
            return
        if self._all or self._due or self._visits:
            for seq in range(self._seen + 1, state.seq + 1):
                self._take(state, self._lookup(seq), self._lookup)
            for one in self:
                self._edge(one, state)
        self._seen = state.seq

    def _asked(self, state: State, command: Command, granted: bool) -> list[_Stop]:
        """The stops of `command`; each breakpoint is asked once in each attempt, and only tells where it is granted."""
        if isinstance(command, Ungated):
            return []
        visit, moment = self._visit(command), self._moment(state, command)
        for one in self:
            if one.action or one.number in visit.asked or (granted and not one.trace):
                continue
            visit.asked.add(one.number)
            visit.stops += self._hit(one, "command", moment, state.seq, command.key)
        return self._live(visit.stops)

    def _visit(self, command: Command) -> _Visit:
        attempt, arguments = getattr(command, "attempt", 1), getattr(command, "arguments", "")
        visit = self._visits.get(command.key)
        if visit is None or (visit.attempt, visit.arguments) != (attempt, arguments):
            acted = visit.acted if visit is not None and visit.attempt == attempt else set[int]()
            visit = self._visits[command.key] = _Visit(attempt, arguments, set(), [], acted)
        return visit

    def _moment(self, state: State, command: Gated) -> AtCommand:
        return AtCommand(state, command, lambda call: self._repetition.of(call, state.seq))

    def _take(self, state: State, event: Event, lookup: Lookup) -> None:
        body = event.body
        if isinstance(body, ModelAnswered):
            self._streak = self._streak + 1 if body.model == "rule" else 0
        if isinstance(body, SEEN):
            moment = AtEvent(state, event, lookup)
            for one in self:
                hit = self._hit(one, "event", moment, event.seq)
                action = read_action(one.action) if hit and one.action else None
                deed = None if action is None else deed_after(action, one.number, event)
                self._edits += [] if deed is None else [deed]
                self._due += hit if action is None else []
        elif isinstance(body, ModelCalled | ToolCalled):
            self._visits.pop(body.call, None)
        elif isinstance(body, AnswerRead):
            self._visits.pop(f"{body.call} output", None)
        elif isinstance(body, Held):
            self._shown = len(self._due) if body.gate == "break" else 0
        elif isinstance(body, Released):
            del self._due[: self._shown]
            self._shown = self._streak = 0
        elif isinstance(body, Edited):
            self._edits = [deed for deed in self._edits if deed.bodies[0] != body]

    def _edge(self, one: Breakpoint, state: State) -> None:
        """A condition on the run is hit when it becomes true."""
        if not one.enabled:
            return
        was = one.number in self._true
        if self._stands(one.number, state) is was:
            return
        self._true ^= {one.number}
        if not was:
            self._due += self._counted_hit(one, state.seq, "")

    def _stands(self, number: int, state: State) -> bool:
        parts = self._parts[number].get("run", ())
        return bool(parts) and any(part.holds(AtRest(state)) for part in parts)

    def _hit(self, one: Breakpoint, kind: About, moment: Moment, seq: int, key: str = "") -> list[_Stop]:
        """The stop that breakpoint makes at `moment`, if it does."""
        parts = self._parts[one.number].get(kind, ())
        if one.enabled and any(part.holds(moment) for part in parts):
            return self._counted_hit(one, seq, key)
        return []

    def _counted_hit(self, one: Breakpoint, seq: int, key: str) -> list[_Stop]:
        if self._count(one.number):
            return []
        if one.once:
            self._spend(one.number)
        if one.trace:
            self._traces.append(Hit(one.number, one.text, seq, key))
            return []
        return [_Stop(one.number, one.text, one.once)]

    def _live(self, stops: list[_Stop]) -> list[_Stop]:
        """Those whose breakpoint was not taken away or switched off by a person since."""
        return [stop for stop in stops if stop.once or (stop.number in self._all and self._all[stop.number].enabled)]
