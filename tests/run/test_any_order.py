"""Verbs, answers, failures, kills and full disks in any order: what must be true of a run is true after each."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.memory import Memory
from tests.playbook import started, wants
from workbench.budget import exceeded
from workbench.context import ModelRetry
from workbench.decide import decide
from workbench.errors import DiskFull, Impossible, ModelFailed, ToolFailed
from workbench.events import (
    CallFailed,
    Cap,
    Follow,
    Mode,
    ModelAnswered,
    ModelCalled,
    Said,
    Settled,
    ToolCalled,
    ToolReturned,
    Usage,
)
from workbench.events.messages import Answer, Delta, ModelRequest, ToolOutcome
from workbench.run import Ports, Run, check, state_at
from workbench.state import State, Transcript, apply, fold
from workbench.state.snapshot import FORM, freeze, thaw

TOOLS = ("lookup", "save", "charge", "unheard_of")
Saying = str | tuple[str, ...]
answers: st.SearchStrategy[Saying] = st.one_of(
    st.sampled_from(["fine", "fails", "cut off", "hangs", "raises"]),
    st.lists(st.sampled_from(TOOLS), min_size=1, max_size=3).map(tuple),
)
deeds = st.sampled_from(["returns", "returns", "fails", "retries", "raises", "hangs", "waits"])
modes = st.sampled_from(["step", "next", "finish", "run"])
names = st.sampled_from(
    ["iterations", "requests", "requests@agent", "tool_calls", "tool_calls:charge", "tokens", "output_tokens", "cost"]
)
follows = st.sampled_from(["stop", "pause", "warn", "wrap_up", "deny_tools"])


class World:
    """A model and tools that do what they were told to do next, and else what they always do.

    `done` lists the effects that really happened, each with the length of the log at that time.
    """

    name = "fake"

    def __init__(self) -> None:
        self.log = Memory()
        self.said: list[Saying] = []
        self.deeds: list[str] = []
        self.habit: Iterator[Saying] = itertools.cycle([("charge", "lookup"), "fine", ("save", "charge", "charge")])
        self.done: list[tuple[int, str]] = []

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        does = self.said.pop(0) if self.said else next(self.habit)
        yield Delta(text="so ")
        match does:
            case "fails":
                raise ModelFailed("overloaded", "too busy", retryable=True)
            case "raises":
                raise ValueError("a bug")
            case "hangs":
                await asyncio.Event().wait()
            case "cut off":
                return
            case "fine":
                yield Answer(text="so it is", usage=Usage(input=3, output=2))
            case _:
                yield wants(*does)

    async def call(self, name: str, arguments: str, context: Any) -> ToolOutcome:
        assert name != "unheard_of", "what an agent was not given is never run"
        self.done.append((self.log.last_seq, context.call if name == "charge" else ""))
        match self.deeds.pop(0) if self.deeds else "returns":
            case "fails":
                raise ToolFailed("timeout", "took too long")
            case "retries":
                raise ModelRetry("not like this")
            case "raises":
                raise KeyError("a bug")
            case "hangs":
                await asyncio.Event().wait()
            case "waits":
                await asyncio.sleep(0)
            case _:
                pass
        return ToolOutcome("done")


class AnyOrder(RuleBasedStateMachine):
    """One run, and everything that people, providers, tools, disks and kernels may do to it."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.world = World()
        self.ports = Ports(model=lambda name: self.world, tools=self.world)
        self.driving: asyncio.Task[None] | None = None
        self.seen: list[State] = []

    @initialize(
        lines=st.lists(st.sampled_from(["hello", "go on"]), max_size=3),
        mode=modes,
        caps=st.dictionaries(names, st.integers(0, 40).map(str), max_size=1),
        tools=st.lists(deeds, max_size=6),
        at=follows,
    )
    def start(self, lines: list[str], mode: Mode, caps: dict[Any, str], tools: list[str], at: Follow) -> None:
        self.world.deeds = tools
        limits = tuple(Cap(name=name, limit=limit, at=at) for name, limit in caps.items())
        self.run = self.begin(started=started(lines=lines, mode=mode, caps=limits))
        self.drive()

    def begin(self, **setting: Any) -> Run:
        """A new run."""
        return Run.start(self.world.log, self.ports, **setting)

    def opened(self, log: Memory) -> Run:
        """The run as another process finds it."""
        return Run.open(log, self.ports)

    # -- what happens ---------------------------------------------------------------------------------------------

    def drive(self) -> None:
        """Drive it if nobody does, and let everything take some turns."""

        async def some_turns() -> None:
            if self.driving is None:
                self.driving = asyncio.create_task(self.run.drive())
            for _ in range(30):
                await asyncio.sleep(0)

        self.loop.run_until_complete(some_turns())
        if self.driving is not None and self.driving.done():
            self.driving.result()
            self.driving = None
            assert self.run.trouble or not self.run.state.under_way, "nobody would ever finish it"

    def idle(self) -> bool:
        return self.driving is None

    @rule(more=st.lists(answers, max_size=4), tools=st.lists(deeds, max_size=4))
    def the_world_will(self, more: list[Saying], tools: list[str]) -> None:
        self.world.said += more
        self.world.deeds += tools

    @precondition(idle)
    @rule()
    def go_on(self) -> None:
        self.drive()

    @precondition(idle)
    @rule(mode=modes)
    def release(self, mode: Mode) -> None:
        try:
            self.run.release(mode)
        except DiskFull:
            return
        self.drive()

    @rule(words=st.sampled_from(["wait", "please"]))
    def say(self, words: str) -> None:
        try:
            self.run.say(words)
        except DiskFull:
            return
        self.drive()

    @rule()
    def pause(self) -> None:
        try:
            self.run.pause()
        except Impossible:
            assert self.idle()
        self.drive()

    @rule()
    def cancel(self) -> None:
        try:
            self.run.cancel()
        except Impossible:
            return
        self.drive()
        assert self.idle(), "what is broken off ends"

    @rule(name=names, limit=st.none() | st.integers(0, 99).map(str), at=st.none() | follows)
    def limit(self, name: str, limit: str | None, at: Follow | None) -> None:
        try:
            self.run.limit(name, limit, at=at)
        except DiskFull:
            return

    def doubts(self) -> bool:
        return bool(self.run.state.doubtful)

    @precondition(doubts)
    @rule(ruling=st.sampled_from(["ran", "not_run", "again", "leave"]), which=st.integers(0, 3))
    def settle(self, ruling: Literal["ran", "not_run", "again", "leave"], which: int) -> None:
        doubtful = self.run.state.doubtful
        try:
            self.run.settle(doubtful[which % len(doubtful)].call, ruling, "it ran")
        except (DiskFull, Impossible):
            return

    @rule(room=st.integers(0, 3))
    def the_disk_fills(self, room: int) -> None:
        self.world.log.room = room

    @rule()
    def there_is_room(self) -> None:
        self.world.log.room = None

    @rule()
    def the_driver_is_broken_off(self) -> None:
        self.stop()

    @rule(data=st.data())
    def the_process_is_killed(self, data: st.DataObject) -> None:
        """After any event; what had been done by then stays done."""
        now = self.world.log.last_seq
        last = data.draw(st.just(now) | st.integers(1, now))
        self.stop()
        log = self.world.log.cut(last)
        if data.draw(st.booleans()):
            seq = data.draw(st.integers(1, last))
            log.put_snapshot(seq, FORM, freeze(state_at(log, seq)))
        self.world.log = log
        self.world.done = [(seq, call) for seq, call in self.world.done if seq <= last]
        self.seen = [state for state in self.seen if state.seq <= last]
        self.run = self.opened(log)

    def stop(self) -> None:
        """End the task that drives, as the end of its process would."""
        if self.driving is None:
            return
        self.driving.cancel()
        self.loop.run_until_complete(asyncio.gather(self.driving, return_exceptions=True))
        self.driving = None

    def teardown(self) -> None:
        self.stop()
        self.loop.close()
        if hasattr(self, "run"):
            self.the_log_is_the_whole_truth()

    # -- what is always true --------------------------------------------------------------------------------------

    @invariant()
    def what_is_shown_is_what_was_recorded(self) -> None:
        assert self.run.state == fold(self.world.log.events())
        self.seen.append(self.run.state)

    @invariant()
    def it_never_stands_still_without_a_reason(self) -> None:
        if self.idle() and not self.run.trouble and not self.run.state.under_way:
            state = self.run.state
            assert state.held or state.ended or self.run.waiting or decide(state)

    @invariant()
    def no_effect_happens_twice_without_a_ruling(self) -> None:
        again = Counter(
            event.body.call
            for event in self.world.log.events()
            if isinstance(event.body, Settled) and event.body.ruling == "again"
        )
        done = Counter(call for _, call in self.world.done if call)
        assert all(times <= 1 + again[call] for call, times in done.items())

    def the_log_is_the_whole_truth(self) -> None:
        events = list(self.world.log.events())
        whole = fold(events)
        assert check(events) == whole, "a recording replays"
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert all(one.at <= next_one.at for one, next_one in itertools.pairwise(events))
        state = State()
        for event in events:
            intended = event.body
            if isinstance(intended, ModelCalled | ToolCalled) and event.by == "engine":
                command = next(one for one in decide(state) if one.key == intended.call)
                assert exceeded(state, command) is None, "a cap is a cap"
            state = apply(state, event)
            assert state.started is not None
            thawed = thaw(freeze(state), state.started)
            assert thawed is not None
            assert fold(events[event.seq :], thawed) == whole
        for earlier in self.seen:
            assert earlier == fold(events[: earlier.seq]), "an older state never changes"
        for actor in whole.actors.values():
            self.transcript_is_sound(actor.log)
            told = [*actor.log.refs(), *[ref for ref, _ in actor.waiting]]
            said = [event.seq for event in events if isinstance(event.body, Said)]
            assert [seq for seq in told if seq in said] == said, "what was said is heard once, in order"

    def transcript_is_sound(self, log: Transcript) -> None:
        """Each call of an answer has one result, in call order, before anything else is told."""
        refs = iter(log.refs())
        for ref in refs:
            body = self.world.log.get(ref).body
            if isinstance(body, ModelAnswered) and body.calls and ref != log.refs()[-1]:
                results = [self.world.log.get(next(refs)).body for _ in body.calls]
                assert all(isinstance(result, ToolReturned | CallFailed) for result in results)
                assert [getattr(result, "call", "") for result in results] == [
                    f"{body.call}.{place}" for place in range(1, len(body.calls) + 1)
                ]
            else:
                assert isinstance(body, Said | ModelAnswered)


@pytest.mark.slow
def test_whatever_happens_in_whatever_order():
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=60,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
