"""Caps while a run is driven: each way to go on at each cap, and no interleaving that exceeds one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.memory import Memory
from tests.playbook import LOOKUP, Stage, agent, cap, says, started, wants
from workbench.budget import date_of, exceeded, used
from workbench.decide import decide
from workbench.errors import UsedWrongly
from workbench.events import (
    Cap,
    CapReached,
    Event,
    Follow,
    ModelAnswered,
    ModelCalled,
    Price,
    Said,
    StandIn,
    Tallied,
    Tally,
    ToolCalled,
    Usage,
)
from workbench.events.messages import Answer, Delta, ModelRequest
from workbench.run import Ports, Run, check
from workbench.state import State, apply, fold

DOLLAR = Price(input="1000", output="1000")
PRICED = agent("agent", LOOKUP).model_copy(update={"price": DOLLAR})
CAPS: dict[str, str] = {
    "iterations": "2",
    "requests": "2",
    "tool_calls": "1",
    "tool_calls:lookup": "1",
    "input_tokens": "45",
    "output_tokens": "520",
    "tokens": "700",
    "cost": "0.65",
    "seconds": "1",
    "requests_per_minute": "2",
    "iterations@agent": "2",
    "session.requests": "4",
    "day.cost": "0.66",
}
"""Each cap at a limit that the run below reaches before its third answer."""


def longwinded(tools: int = 1) -> list[Answer]:
    """A run that would never end by itself; each answer is 200 tokens long."""
    return [
        Answer(calls=wants(*["lookup"] * tools).calls, usage=Usage(input=20, output=200), finish="tool_calls")
        for _ in range(9)
    ]


def together(log: Memory, session: Tally, day: Tally, date: str = "1970-01-01") -> Tallied:
    """What others used, and what the run itself has by now."""
    mine = fold(log.events()).meters

    def added(others: Tally) -> Tally:
        sums = {name: getattr(others, name) + getattr(mine, name) for name in Tally.model_fields if name != "cost"}
        return Tally(cost=str(Decimal(others.cost) + mine.cost), **sums)

    return Tallied(session=added(session), day=added(day), date=date)


async def driven(name: str, at: Any, *, limit: str | None = None, to: StandIn | None = None) -> tuple[Stage, Run]:
    """Such a run under one cap."""
    stage = Stage(*longwinded())
    stage.models["fake:small"] = stage.model
    ticks = iter(range(10_000))
    ports = Ports(
        model=lambda name: stage.models[name],
        tools=stage.tools,
        clock=lambda: 1.0,
        monotonic=lambda: next(ticks) / 10,
        price=lambda name: DOLLAR,
        tally=lambda _: together(stage.log, Tally(requests=2), Tally(cost="0.01")),
    )
    kept = Cap(name=name, limit=limit or CAPS[name], at=at, to=to)
    run = Run.start(stage.log, ports, started(PRICED, lines=["go"], caps=(kept,)), gates=stage.gates)
    await run.drive()
    return stage, run


def marks(stage: Stage) -> list[str]:
    """The lines of the log that tell how the cap was met."""
    kinds = ("cap_reached", "recast", "held", "run_ended")
    return [line for line in stage.lines if line.startswith(kinds) or line.endswith(" budget")]


@pytest.mark.parametrize("name", CAPS)
async def test_stop_ends_the_run(name: str):
    stage, run = await driven(name, "stop")
    assert marks(stage) == ["run_ended budget"]
    assert run.state.ended is not None
    assert run.state.ended.reason
    assert check(stage.log.events()) == run.state


@pytest.mark.parametrize("name", CAPS)
async def test_pause_holds_it_and_a_higher_limit_lets_it_go_on(name: str):
    stage, run = await driven(name, "pause")
    assert [line.split()[:2] for line in marks(stage)] == [["held", "budget"]]
    before = run.state.meters.requests, run.state.meters.tool_calls
    run.limit(name, "1000")
    run.release()
    await run.drive()
    assert (run.state.meters.requests, run.state.meters.tool_calls) > before


@pytest.mark.parametrize("name", CAPS)
async def test_warn_says_so_once_and_goes_on(name: str):
    stage, run = await driven(name, "warn")
    assert len([line for line in stage.lines if line.startswith("cap_reached")]) == 1
    assert run.waiting
    assert run.state.meters.tool_calls == 9


@pytest.mark.parametrize("name", CAPS)
async def test_degrade_goes_on_with_the_other_model(name: str):
    stage, run = await driven(name, "degrade", to=StandIn(model="fake:small", price=Price(input="0", output="0")))
    assert [line.split()[0] for line in marks(stage)] == ["cap_reached", "recast"]
    assert run.waiting
    assert run.state.specs["agent"].model == "fake:small"
    reached = next(event for event in stage.log.events() if isinstance(event.body, CapReached))
    assert reached.by == "rule"
    assert run.state.meters.cost == fold(stage.log.events(0, reached.seq)).meters.cost, "the other one is free"


@pytest.mark.parametrize("name", CAPS)
async def test_deny_tools_goes_on_without_them(name: str):
    stage, run = await driven(name, "deny_tools")
    assert run.waiting
    assert run.state.meters.tool_calls < 9
    assert len([line for line in stage.lines if line.startswith("cap_reached")]) == 1
    assert [line for line in stage.lines if line.endswith(" budget")], "calls are refused, and the model is told so"
    assert stage.model.requests[-1].no_tools == (name != "tool_calls:lookup")
    assert stage.model.requests[-1].tools, "what was said of tools stays clear"


@pytest.mark.parametrize("name", CAPS)
async def test_wrap_up_asks_for_one_last_answer_within_the_cap(name: str):
    roomy = {"input_tokens": "560", "output_tokens": "730", "tokens": "1500", "cost": "1.5", "day.cost": "1.5"}
    stage, run = await driven(name, "wrap_up", limit=roomy.get(name))
    states = [fold(stage.log.events(0, seq)) for seq in range(1, stage.log.last_seq + 1)]
    (reached,) = [event for event in stage.log.events() if isinstance(event.body, CapReached)]
    asked = [event for event in stage.log.events(reached.seq) if isinstance(event.body, ModelCalled)]
    assert len(asked) == 1
    assert stage.model.requests[-1].no_tools
    (said,) = [event for event in stage.log.events() if isinstance(event.body, Said) and event.body.role == "system"]
    assert said.seq in run.state.actors["agent"].log.refs()
    assert not [event for event in stage.log.events(reached.seq) if isinstance(event.body, ToolCalled)]
    assert stage.last == "run_ended budget"
    limit = Decimal(roomy.get(name) or CAPS[name])
    if name != "seconds":
        most = max(spent for state in states if (spent := used(state, name)) is not None)
        assert most <= limit, "the last answer is within the cap"


async def test_a_cap_that_is_reached_again_after_another_limit_is_a_cap_again():
    stage, run = await driven("tool_calls", "warn")
    run.limit("tool_calls", "9")
    run.say("more")
    stage.model.lines = [*longwinded(), "", *longwinded()]
    await run.drive()
    assert len([line for line in stage.lines if line.startswith("cap_reached")]) == 2


async def test_the_model_that_goes_on_is_named_exactly_where_it_is_needed():
    _, run = await driven("requests", "pause")
    run.limit("requests", "5", at="degrade", model="fake:small")
    assert run.state.standbys["requests"] == StandIn(model="fake:small", price=DOLLAR)
    pairs: list[tuple[Follow | None, str | None]] = [("degrade", None), ("warn", "fake:small"), (None, "fake:small")]
    for at, model in pairs:
        with pytest.raises(UsedWrongly, match="names the model"):
            run.limit("requests", "5", at=at, model=model)


async def test_an_answer_whose_request_bounds_nothing_gets_what_is_left():
    stage = Stage("short")
    run = stage.start(PRICED, lines=["go"], caps=(cap("cost", "0.25"),))
    await run.drive()
    (called,) = [event.body for event in stage.log.events() if isinstance(event.body, ModelCalled)]
    assert called.reserve is not None
    assert stage.model.requests[0].settings == {"max_tokens": called.reserve.max_tokens}
    assert called.reserve.input + called.reserve.output == 250
    assert run.state.meters.cost == Decimal("0.002"), "what was set aside is given back"


async def test_what_others_used_is_asked_for_before_each_call_and_told_where_it_changed():
    stage = Stage(wants("lookup"), wants("lookup"), "done", "again")
    others = iter([1, 1, 1, 4, 4, 4, 4])

    def now() -> float:
        return 90_000.0 if len(stage.tools.done) > 1 else 1.0

    def tally(_: int) -> Tallied:
        return together(stage.log, Tally(), Tally(requests=next(others)), date_of(now()))

    ports = Ports(model=lambda name: stage.model, tools=stage.tools, clock=now, tally=tally)
    run = Run.start(stage.log, ports, started(lines=["go"], caps=(cap("day.requests", 99),)))
    await run.drive()
    tallied = [event for event in stage.log.events() if isinstance(event.body, Tallied)]
    assert [event.body.day.requests for event in tallied if isinstance(event.body, Tallied)] == [1, 5, 6]
    kinds = [event.body.kind for event in stage.log.events()]
    assert kinds[tallied[1].seq] == "model_called", "others had used more before it was asked the second time"
    assert used(run.state, "day.requests") == 7
    seen = stage.log.last_seq
    others = iter([4])
    await run.drive()
    assert stage.log.last_seq == seen, "what is known already is not recorded again"


async def test_two_runs_that_go_on_at_the_same_time_share_a_cap():
    logs = [Memory(), Memory()]

    def tally(_: int) -> Tallied:
        meters = [fold(log.events()).meters for log in logs]
        return Tallied(session=Tally(), day=Tally(requests=sum(one.requests for one in meters)), date="1970-01-01")

    runs: list[Run] = []
    for log in logs:
        stage = Stage(*longwinded(), log=log)
        ports = Ports(model=lambda name, model=stage.model: model, tools=stage.tools, clock=lambda: 1.0, tally=tally)
        runs.append(Run.start(log, ports, started(lines=["go"], caps=(cap("day.requests", 5),), mode="next")))
    for _ in range(6):
        for run in runs:
            await run.drive()
            if run.state.held is not None:
                run.release("next")
    assert sum(run.state.meters.requests for run in runs) == 5
    assert [run.state.ended and run.state.ended.outcome for run in runs] == ["budget", "budget"]
    for log, run in zip(logs, runs, strict=True):
        assert check(log.events()) == run.state


async def test_room_in_a_shared_cap_is_looked_for_and_taken_while_nobody_else_does():
    held: list[str] = []
    done: list[str] = []

    class Watched(Memory):
        def append(self, events: Sequence[Event], *, durable: bool = False) -> None:
            done.extend(f"called {held}" for event in events if isinstance(event.body, ModelCalled | ToolCalled))
            super().append(events, durable=durable)

    @contextmanager
    def alone():
        held.append("alone")
        yield
        held.pop()

    def tally(_: int) -> Tallied:
        done.append(f"asked {held}")
        return together(log, Tally(), Tally())

    log = Watched()
    stage = Stage(wants("lookup"), "done", lookup=says("found"), log=log)
    ports = Ports(model=lambda name: stage.model, tools=stage.tools, clock=lambda: 1.0, tally=tally, alone=alone)
    run = Run.start(log, ports, started(lines=["go"], caps=(cap("day.requests", 9),)))
    await run.drive()
    taken = ["asked ['alone']", "called ['alone']"]
    assert done == ["asked []", *taken * 3]
    done.clear()
    plain = Run.start(log := Watched(), ports, started(lines=["go"], caps=(cap("requests", 1),)))
    await plain.drive()
    assert set(done) == {"called []"}, "a run that shares no cap asks nobody"


class Heard:
    """Hears how far calls are."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def recorded(self, events: Sequence[Event]) -> None: ...
    def streamed(self, call: str, delta: Delta) -> None: ...
    def progressed(self, call: str, words: str) -> None:
        self.words.append(words)


async def test_a_run_waits_while_calls_of_others_hold_what_it_lacks():
    stage = Stage("done")
    held = iter([990, 990, 990, 0])
    waited: list[float] = []

    def tally(_: int) -> Tallied:
        return Tallied(session=Tally(), day=Tally(), date="1970-01-01", day_aside=Tally(input_tokens=next(held, 0)))

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        assert not stage.model.requests

    ports = Ports(model=lambda name: stage.model, tools=stage.tools, clock=lambda: 1.0, tally=tally, sleep=sleep)
    run = Run.start(stage.log, ports, started(lines=["go"], caps=(cap("day.tokens", 1000),)))
    run.watch(heard := Heard())
    await run.drive()
    assert len(waited) == 2
    said = "0 of 1000 tokens in this workspace today used, 990 set aside; the next call needs"
    assert [words.rpartition(" ")[0] for words in heard.words] == [f"waits for calls of other runs: {said}"]
    assert (len(stage.model.requests), run.state.held, run.state.ended) == (1, None, None)
    assert [event.body.day_aside.input_tokens for event in stage.log.events() if isinstance(event.body, Tallied)] == [
        990,
        0,
    ]
    assert check(stage.log.events()) == run.state


async def test_a_run_that_waits_for_others_holds_where_it_is_asked_to():
    stage = Stage("done")

    async def sleep(_: float) -> None:
        run.pause()

    def tally(_: int) -> Tallied:
        return Tallied(session=Tally(), day=Tally(), date="1970-01-01", day_aside=Tally(input_tokens=990))

    ports = Ports(model=lambda name: stage.model, tools=stage.tools, clock=lambda: 1.0, tally=tally, sleep=sleep)
    run = Run.start(stage.log, ports, started(lines=["go"], caps=(cap("day.tokens", 1000),)))
    await run.drive()
    assert run.state.held is not None
    assert (run.state.held.gate, stage.model.requests) == ("pause", [])
    run.limit("day.tokens", "9999")
    run.release()
    await run.drive()
    assert len(stage.model.requests) == 1


# --- no interleaving exceeds a cap -----------------------------------------------------------------------------------


Turn = tuple[int, int, float]
"""How often others go on before the answer, how many tools it calls, and how much of what it may say it says."""


class Talkative:
    """A model whose answers have any length that their request allows, and any number of calls."""

    name = "fake"

    def __init__(self, turns: dict[str, list[Turn]]) -> None:
        self._turns = turns

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        waits, tools, share = self._turns[request.actor].pop(0) if self._turns[request.actor] else (0, 0, 1.0)
        for _ in range(waits):
            await asyncio.sleep(0)
        calls = wants(*["lookup"] * tools).calls
        size = -(-(len(request.system) + sum(len(message.text) for message in request.messages)) // 4)
        usage = Usage(input=size + 1, output=int(share * request.settings.get("max_tokens", 300)))
        yield Answer(text="" if calls else "so", calls=calls, usage=usage)


async def _slow(arguments: str, context: Any) -> str:
    await asyncio.sleep(0)
    return "found"


limits = st.fixed_dictionaries(
    {},
    optional={
        "iterations": st.integers(0, 9),
        "requests": st.integers(0, 9),
        "requests@agent": st.integers(0, 5),
        "tool_calls": st.integers(0, 6),
        "tool_calls:lookup@b": st.integers(0, 3),
        "input_tokens": st.integers(0, 900),
        "output_tokens": st.integers(0, 900),
        "tokens": st.integers(0, 2000),
        "tokens@b": st.integers(0, 900),
        "cost": st.integers(0, 3),
        "session.tokens": st.integers(0, 2000),
        "day.cost": st.integers(0, 3),
    },
)


turns = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(0, 1)), max_size=8)


@pytest.mark.slow
@given(
    caps=limits,
    at=st.sampled_from(["stop", "pause", "wrap_up"]),
    said=st.fixed_dictionaries({"agent": turns, "b": turns, "c": turns}),
)
def test_no_interleaving_of_parallel_calls_exceeds_any_cap(caps: dict[str, int], at: Any, said: dict[str, list[Turn]]):
    log = Memory()
    stage = Stage(lookup=says("found"))
    stage.tools.deeds["lookup"] = _slow
    model = Talkative({name: list(some) for name, some in said.items()})
    ports = Ports(
        model=lambda name: model,
        tools=stage.tools,
        tally=lambda _: together(log, Tally(input_tokens=100), Tally(cost="0.5"), "2026-11-24"),
        clock=lambda: 1_764_000_000.0,
    )
    priced = {"price": DOLLAR}
    actors = [agent(name, LOOKUP).model_copy(update=priced) for name in ("agent", "b", "c")]
    kept = tuple(Cap(name=name, limit=str(limit), at=at) for name, limit in caps.items())
    run = Run.start(log, ports, started(*actors, caps=kept))
    for name in ("agent", "b", "c"):
        run.say("go on then", actor=name)

    async def drive() -> None:
        await run.drive()
        if run.state.held is not None:  # going on changes nothing: a cap is no suggestion
            run.release()
            await run.drive()

    asyncio.run(drive())
    state = State()
    for event in log.events():
        if isinstance(event.body, ModelCalled | ToolCalled):
            call = event.body.call
            command = next(one for one in decide(state) if one.key == call)
            assert exceeded(state, command) is None
        state = apply(state, event)
        for name, limit in caps.items():
            others = {"session.tokens": 100, "day.cost": Decimal("0.5")}.get(name, 0)
            assert (used(state, name) or 0) <= max(limit, others), f"{name} at event {event.seq}"
    assert check(log.events()) == state
    assert not [event for event in log.events() if isinstance(event.body, ModelAnswered) and event.body.partial]
