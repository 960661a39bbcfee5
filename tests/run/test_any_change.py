"""What people change, among all that may happen to a run: edits, reverts, stand-ins, partial answers, rules, forks.

The same machine as in `test_any_order`, with more verbs; what must be true of a run stays true after each.
"""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from tests.run.test_any_order import AnyOrder
from workbench.decide import decide
from workbench.errors import DiskFull, Impossible
from workbench.events import CallFailed, Event, ModelAnswered, ToolReturned, Usage
from workbench.gates import Breakpoints, breaking
from workbench.run import Run, check
from workbench.run.editable import EditedField, editable
from workbench.run.inheritance import first_use, undone
from workbench.state import CallModel, CallTool, fold

RULES = (
    "tool save do skip",
    "tool lookup do return ruled",
    'tool charge do set args {"n": 1}',
    'result contains "done" do set result changed by rule',
    "model if iteration == 2 do model I am a rule.",
    "model if iteration > 3 do model call lookup",
)
rules = st.sampled_from(RULES)
words = st.sampled_from(["", "other words", "more"])


class AnyChange(AnyOrder):
    """A run with breakpoints, and a person who changes what happens."""

    def begin(self, **setting: Any) -> Run:
        self.points = Breakpoints()
        return self.follow(Run.start(self.world.log, self.ports, gates=breaking(self.points), **setting))

    def opened(self, log: Any) -> Run:
        return self.follow(Run.open(log, self.ports, gates=breaking(self.points)))

    def follow(self, run: Run) -> Run:
        self.points.follow(run.told, run.state)
        return run

    @rule(text=rules)
    def make_a_rule(self, text: str) -> None:
        if text not in [one.words for one in self.points]:
            self.points.add(text)

    @rule()
    def no_rules(self) -> None:
        self.points.clear()

    def still(self) -> bool:
        return self.idle() and not self.run.trouble

    def unused(self) -> list[tuple[Event, EditedField, str]]:
        """What could be edited in place: nobody was told it yet."""
        events = list(self.world.log.events())
        fields: tuple[EditedField, ...] = ("text", "content", "message")
        found: list[tuple[Event, EditedField, str]] = []
        for event in events:
            if first_use(events, event) is None:
                found.extend((event, field, "") for field in fields if editable(event, field) is not None)
            if isinstance(event.body, ModelAnswered):
                calls = [f"{event.body.call}.{place}" for place in range(1, len(event.body.calls) + 1)]
                unused = [call for call in calls if first_use(events, event, call) is None]
                found.extend((event, "arguments", call) for call in unused)
        return found

    @precondition(still)
    @rule(which=st.integers(0, 50), text=words)
    def edit(self, which: int, text: str) -> None:
        there = self.unused()
        if not there:
            return
        event, field, call = there[which % len(there)]
        try:
            self.run.change(event.seq, field, f'{{"words": "{text}"}}' if call else text, call=call)
        except (DiskFull, Impossible):
            return

    @precondition(still)
    @rule(which=st.integers(0, 50))
    def revert(self, which: int) -> None:
        unused = {event.seq for event, _, _ in self.unused()}
        there = [one.seq for target, edits in self.run.state.edits.items() if target in unused for one in edits]
        if not there:
            return
        try:
            self.run.revert(there[which % len(there)])
        except DiskFull:
            return

    @precondition(still)
    @rule(skips=st.booleans(), text=words)
    def stand_in(self, skips: bool, text: str) -> None:
        command = next((one for one in decide(self.run.state) if isinstance(one, CallModel | CallTool)), None)
        if command is None or getattr(command, "doubt", False):
            return
        fact = (
            ModelAnswered(call=command.call, text=text, usage=Usage(input=0, output=0), model="human")
            if isinstance(command, CallModel)
            else CallFailed(call=command.call, error="skipped", message="skipped")
            if skips
            else ToolReturned(call=command.call, content=text)
        )
        try:
            self.run.stand_in(fact)
        except (DiskFull, Impossible):
            return
        self.drive()

    @precondition(still)
    @rule(ruling=st.sampled_from(["accept", "discard"]))
    def rule_on_a_partial_answer(self, ruling: Literal["accept", "discard"]) -> None:
        for actor in self.run.state.actors.values():
            if actor.partial is not None:
                try:
                    self.run.settle(actor.partial.call, ruling)
                except DiskFull:
                    return

    @precondition(still)
    @rule(data=st.data())
    def leave_a_fork(self, data: st.DataObject) -> None:
        """A fork of any place checks, and its parent is as it was."""
        parent = list(self.world.log.events())
        place = data.draw(st.integers(1, len(parent)))
        log = self.world.log.cut(place)
        stay_done = undone(parent[place:])
        run = Run.fork(log, self.ports, parent=1, parent_seq=place, later=parent[place:])
        events = list(log.events())
        assert check(events) == run.state == fold(events)
        assert run.state.undone == stay_done
        assert list(self.world.log.events()) == parent


@pytest.mark.slow
def test_whatever_people_change_in_whatever_order():
    run_state_machine_as_test(
        AnyChange,
        settings=settings(
            max_examples=60,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        ),
    )
