"""Replays with one side live among all that may happen to a run: begun, held where they differ, chosen about, killed.

The same machine as in `test_any_change`, with what a replay adds; nothing that was served was ever done, and no effect
happens in a replay that nobody let pass.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from tests.memory import Memory
from tests.run.test_any_change import AnyChange
from workbench.errors import DiskFull, Impossible
from workbench.events import Choice, Event, Live, Released, ToolCalled
from workbench.gates import breaking
from workbench.run import Run
from workbench.run.recorded import begins_at

CHOICES: list[Choice] = ["recorded", "once", "live", "stop"]
SIDES: list[Live] = ["model", "tools"]


class AnyReplay(AnyChange):
    """A run that may become the recording of another."""

    def __init__(self) -> None:
        super().__init__()
        self.recordings: dict[int, list[Event]] = {}
        self.ports = replace(self.ports, recording=self.recorded)

    def recorded(self, branch: int, upto: int) -> list[Event]:
        """What a replay reads."""
        return self.recordings[branch][:upto]

    @precondition(AnyChange.still)
    @rule(live=st.sampled_from(SIDES), choices=st.lists(st.sampled_from(CHOICES), max_size=3))
    def begin_a_replay(self, live: Live, choices: list[Choice]) -> None:
        """Begin one, and go on to its first differences, with a choice at each."""
        events = list(self.world.log.events())
        try:
            at = begins_at(events)
        except Impossible:
            return
        branch = self.world.log.number
        self.recordings[branch] = events
        self.world.log = Memory(events[:at], number=branch + 1)
        self.world.done, self.seen = [], []
        self.run = self.follow(
            Run.fork(
                self.world.log,
                self.ports,
                parent=branch,
                parent_seq=at,
                later=events[at:],
                gates=breaking(self.points),
            )
        )
        self.run.replay(branch, len(events), live)
        for choice in choices:
            if not self.still():
                return
            if self.run.apart is not None:
                self.choose_now(choice)
            else:
                self.run.release("run")
                self.drive()

    def apart(self) -> bool:
        return self.still() and self.run.apart is not None

    @precondition(apart)
    @rule(choice=st.sampled_from(CHOICES))
    def choose(self, choice: Choice) -> None:
        self.choose_now(choice)

    def choose_now(self, choice: Choice) -> None:
        """One of the four, where it can be chosen."""
        try:
            self.run.choose(choice)
        except (DiskFull, Impossible):
            return
        self.drive()

    @invariant()
    def nothing_served_is_done_and_no_effect_happens_by_itself(self) -> None:
        replay = self.run.state.replay
        if replay is None or not replay.live:
            return
        granted: set[str] = set()
        by_rule: set[str] = set()
        for event in self.world.log.events(replay.since):
            body: Any = event.body
            if isinstance(body, Released):
                granted.add(body.grant)
            elif isinstance(body, ToolCalled) and event.by == "rule":
                by_rule.add(body.call)
        done = {call for _, call in self.world.done if call}
        assert done <= granted, "no effect happens that nobody let pass"
        assert not done & by_rule, "what was served is not done"

    @invariant()
    def nothing_is_done_again_twice(self) -> None:
        replay = self.run.state.replay
        sources = [source for source, _ in replay.redone] if replay is not None and replay.live else []
        assert len(sources) == len(set(sources))


@pytest.mark.slow
def test_whatever_happens_to_a_replay():
    run_state_machine_as_test(
        AnyReplay,
        settings=settings(
            max_examples=60,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        ),
    )
