"""A model that fails is asked again after a wait, and then another in its place; people and deaths in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from tests.playbook import FREE, Line, OneByOne, Stage, agent, asked, cap
from workbench.debugger.words import standing
from workbench.errors import Impossible, ModelFailed
from workbench.events import Held, ModelAnswered, Price, Released, Retry, StandIn, WaitBegan, WriterTook
from workbench.events.messages import Answer, Delta, ModelRequest
from workbench.run import Run
from workbench.run.check import Divergence, check
from workbench.state import Recovery, State, fold

BUSY = ModelFailed("overloaded", "too busy", retryable=True)
LATER = ModelFailed("rate_limited", "slow down", retryable=True, retry_after=7.0)
WRONG = ModelFailed("bad_request", "not like that")
RETRY = Retry(attempts=3, first=1.0, longest=3.0)


class Bad(Stage):
    """A stage whose model answers one by one, and whose waits take no time but are noted."""

    def __init__(self, *lines: Line) -> None:
        super().__init__()
        self.slept: list[float] = []
        self.asleep = asyncio.Event()
        self.model = OneByOne(*lines)
        self.models["fake:agent"] = self.model
        self.ports = replace(self.ports, sleep=self._sleep, chance=lambda: 0.0)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def forever(self, seconds: float) -> None:
        """A wait that ends only when somebody ends it."""
        self.slept.append(seconds)
        self.asleep.set()
        await asyncio.Event().wait()

    def sleepless(self) -> Bad:
        """The same, whose waits never end by themselves."""
        self.ports = replace(self.ports, sleep=self.forever)
        return self

    @property
    def tale(self) -> list[str]:
        """The log after what the user said."""
        return self.lines[2:]


def begin(stage: Bad, retry: Retry = RETRY, **more: Any) -> Run:
    return stage.start(agent(retry=retry, **more), lines=["go"])


async def test_a_failed_call_is_waited_out_longer_each_time_and_made_again():
    stage = Bad(BUSY, BUSY, BUSY, "done")
    run = begin(stage)
    await run.drive()
    assert stage.tale == [
        "model_called agent.1",
        "call_failed agent.1 overloaded",
        "wait_began agent.1 1/3 1 s: overloaded",
        "wait_ended engine: agent.1 elapsed",
        "model_called agent.1 again 2",
        "call_failed agent.1 overloaded",
        "wait_began agent.1 2/3 2 s: overloaded",
        "wait_ended engine: agent.1 elapsed",
        "model_called agent.1 again 3",
        "call_failed agent.1 overloaded",
        "wait_began agent.1 3/3 3 s: overloaded",
        "wait_ended engine: agent.1 elapsed",
        "model_called agent.1 again 4",
        "model_answered agent.1 done",
        "answer_read agent.1 done",
    ]
    assert stage.slept == [1.0, 2.0, 3.0]
    assert run.state.meters.requests == 4
    assert run.state.meters.iterations == 1
    assert run.state.actors["agent"].recovery is None
    assert isinstance(check(stage.log.events()), State)


async def test_chance_makes_a_wait_shorter_and_the_log_keeps_what_was_drawn():
    stage = Bad(BUSY, "done")
    stage.ports = replace(stage.ports, chance=lambda: 1.0)
    await begin(stage).drive()
    assert stage.slept == [0.75]
    began = next(event for event in stage.log.events() if isinstance(event.body, WaitBegan))
    assert isinstance(began.body, WaitBegan)
    assert began.body.until == pytest.approx(began.at + 0.75, abs=1.0)
    assert isinstance(check(stage.log.events()), State)


async def test_what_the_provider_asks_for_is_what_is_waited():
    stage = Bad(LATER, "done")
    await begin(stage).drive()
    assert stage.slept == [7.0]


async def test_a_wait_that_would_be_too_long_is_not_begun():
    stage = Bad(LATER, "done")
    run = begin(stage, Retry(attempts=3, seconds=6.0))
    await run.drive()
    assert stage.last == "run_ended error"
    assert stage.slept == []
    assert run.state.ended is not None
    assert run.state.ended.retryable


async def test_retries_spent_end_the_run_and_going_on_counts_anew():
    stage = Bad(BUSY, BUSY, BUSY, "done")
    run = begin(stage, Retry(attempts=1))
    await run.drive()
    assert stage.last == "run_ended error"
    run.release("run")
    await run.drive()
    assert stage.lines[-5:] == [
        "wait_began agent.1 1/1 1 s: overloaded",
        "wait_ended engine: agent.1 elapsed",
        "model_called agent.1 again 4",
        "model_answered agent.1 done",
        "answer_read agent.1 done",
    ]
    assert isinstance(check(stage.log.events()), State)


async def test_what_asking_again_cannot_mend_is_not_asked_again():
    stage = Bad(WRONG, "done")
    await begin(stage).drive()
    assert stage.tale == ["model_called agent.1", "call_failed agent.1 bad_request", "run_ended error"]


async def test_a_log_of_before_there_were_retries_never_asks_again():
    stage = Bad(BUSY, "done")
    await begin(stage, Retry()).drive()
    assert stage.last == "run_ended error"


async def test_what_had_been_shown_before_the_failure_is_kept_with_it():
    stage = Bad([Delta(text="It is "), ModelFailed("cut_off", "gone", retryable=True)], "It is 42")
    run = begin(stage)
    await run.drive()
    assert [getattr(event.body, "partial", "") for event in stage.log.events() if event.body.kind == "call_failed"] == [
        "It is "
    ]
    assert stage.last == "answer_read agent.1 It is 42"
    assert len(stage.model.requests[1].messages) == 1, "what broke off is not told to the model"


async def asleep() -> tuple[Bad, Run, asyncio.Task[None]]:
    """A run that waits to ask its busy model again, and who drives it."""
    stage = Bad(BUSY, "done").sleepless()
    run = begin(stage)
    driving = asyncio.create_task(run.drive())
    await stage.asleep.wait()
    return stage, run, driving


async def test_a_person_who_is_in_a_hurry_skips_the_wait():
    stage, run, driving = await asleep()
    run.hurry()
    await driving
    assert "wait_ended human: agent.1 skipped" in stage.lines
    assert stage.last == "answer_read agent.1 done"
    with pytest.raises(Impossible, match="nothing waits"):
        run.hurry()


async def test_a_pause_ends_the_wait_and_holds_before_the_new_attempt():
    stage, run, driving = await asleep()
    run.pause()
    await driving
    assert stage.lines[-2:] == ["wait_ended human: agent.1 stopped", "held pause agent.1"]
    run.release("run")
    await run.drive()
    assert stage.last == "answer_read agent.1 done"


async def test_breaking_off_ends_the_wait_too():
    stage, run, driving = await asleep()
    run.cancel()
    await driving
    assert stage.lines[-2:] == ["wait_ended human: agent.1 stopped", "held pause agent.1"]


async def test_the_end_of_the_process_leaves_a_wait_that_the_next_one_takes_up():
    stage = Bad(BUSY, "done").sleepless()
    driving = asyncio.create_task(begin(stage).drive())
    await stage.asleep.wait()
    driving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await driving
    assert stage.last == "wait_began agent.1 1/3 1 s: overloaded"
    stage.ports = replace(stage.ports, sleep=stage._sleep, clock=lambda: 7.25)
    run = stage.reopen()
    assert stage.last.startswith("writer_took")
    await run.drive()
    assert stage.tale[3:] == [
        "writer_took",
        "wait_began agent.1 1/3 0 s: overloaded",
        "wait_ended engine: agent.1 elapsed",
        "model_called agent.1 again 2",
        "model_answered agent.1 done",
        "answer_read agent.1 done",
    ]
    assert isinstance(check(stage.log.events()), State)


async def test_what_is_left_of_a_wait_is_waited_by_the_next_process():
    stage = Bad(LATER, "done").sleepless()
    driving = asyncio.create_task(begin(stage).drive())
    await stage.asleep.wait()
    driving.cancel()
    await asyncio.wait([driving])
    began = next(event.body for event in stage.log.events() if isinstance(event.body, WaitBegan))
    stage.ports = replace(stage.ports, sleep=stage._sleep, clock=lambda: began.until - 2.5)
    await stage.reopen().drive()
    assert stage.slept[-1] == 2.5
    assert stage.last == "answer_read agent.1 done"


async def orphaned(stage: Bad) -> Run:
    """The run as the next process finds it, when this one died in a wait of 7 seconds after 4.5 of them."""
    driving = asyncio.create_task(begin(stage.sleepless()).drive())
    await stage.asleep.wait()
    driving.cancel()
    await asyncio.wait([driving])
    began = next(event.body for event in stage.log.events() if isinstance(event.body, WaitBegan))
    stage.ports = replace(stage.ports, sleep=stage._sleep, clock=lambda: began.until - 2.5)
    return stage.reopen()


async def test_what_is_said_or_released_before_a_wait_goes_on_does_not_forget_it():
    stage = Bad(LATER, "done")
    run = await orphaned(stage)
    run.say("and be quick")
    run.release()
    await run.drive()
    assert stage.slept[-1] == 2.5
    assert "wait_began agent.1 1/3 2.5 s: rate_limited" in stage.lines
    assert stage.last == "answer_read agent.1 done"
    assert isinstance(check(stage.log.events()), State)


class Pausing(OneByOne):
    """A model, and a run that is paused whenever it is asked."""

    run: Run | None = None

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        if self.run is not None and not self.run.pausing:
            self.run.pause()
        async for piece in super().ask(request):
            yield piece


async def paused_when_asked(*lines: Line) -> tuple[Bad, Run]:
    """A run that was paused when its model was first asked."""
    stage = Bad(*lines)
    stage.models["fake:agent"] = stage.model = model = Pausing(*lines)
    model.run = begin(stage)
    await model.run.drive()
    return stage, model.run


async def test_a_pause_after_a_failure_forgets_neither_the_wait_nor_the_count():
    stage, run = await paused_when_asked(BUSY, BUSY, BUSY, BUSY, "done")
    for retry in (1, 2, 3):
        assert stage.last == "held pause agent.1 wait"
        assert standing(run.state) == "PAUSED before it waits to ask the model again"
        run.say("hurry")
        run.release()
        await run.drive()
        assert [line for line in stage.lines if line.startswith("wait_began")][-1].startswith(
            f"wait_began agent.1 {retry}/3"
        )
    assert standing(run.state) == "PAUSED", "the retries are spent: going on asks anew"
    run.release()
    await run.drive()
    assert stage.lines[-2:] == ["model_answered agent.1 done", "held pause agent.1 output"]
    assert isinstance(check(stage.log.events()), State)


async def test_a_person_answers_as_the_model_before_a_wait_begins():
    stage, run = await paused_when_asked(BUSY)
    run.stand_in(ModelAnswered(call="agent.1", text="mine", model="human"), mode="run")
    await run.drive()
    assert stage.last == "answer_read agent.1 mine"
    assert isinstance(check(stage.log.events()), State)


async def test_logs_of_old_forget_the_failure_where_a_pause_before_a_wait_is_released():
    stage, _ = await paused_when_asked(BUSY)
    *before, held = stage.log.events()
    assert isinstance(held.body, Held)
    old = msgspec.structs.replace(held, body=held.body.model_copy(update={"due": False}))
    released = msgspec.structs.replace(held, seq=held.seq + 1, body=Released())
    assert fold([*before, old, released]).actors["agent"].trouble is None
    assert fold([*before, held, released]).actors["agent"].trouble is not None


async def test_another_model_need_not_wait_and_the_same_one_must():
    for model, slept in (("fake:second", 7.0), ("fake:agent", 2.5)):
        stage = Bad(LATER, "done")
        stage.models["fake:second"] = OneByOne("done")
        run = await orphaned(stage)
        run.recast(run.state.specs["agent"].model_copy(update={"model": model, "system": "Be brief."}))
        run.release()
        await run.drive()
        assert stage.slept[-1] == slept
        assert stage.last == "answer_read agent.1 done"
        assert isinstance(check(stage.log.events()), State)


async def test_logs_of_old_forget_a_wait_where_something_was_released():
    stage = Bad(LATER, "done")
    await orphaned(stage)
    old = [
        msgspec.structs.replace(event, body=WriterTook(process="pid 1")) if event.body.kind == "writer_took" else event
        for event in stage.log.events()
    ]
    assert isinstance(fold(old).actors["agent"].recovery, Recovery)
    released = msgspec.structs.replace(old[-1], seq=old[-1].seq + 1, body=Released())
    assert fold([*old, released]).actors["agent"].recovery is None


async def test_a_person_answers_as_the_model_that_is_waited_for():
    stage = Bad(LATER)
    run = await orphaned(stage)
    run.stand_in(ModelAnswered(call="agent.1", text="mine"), mode="run")
    await run.drive()
    assert stage.tale[4:] == [
        "wait_began agent.1 1/3 2.5 s: rate_limited",
        "wait_ended human: agent.1 skipped",
        "released run agent.1",
        "model_called agent.1 again 2",
        "model_answered agent.1 mine",
        "answer_read agent.1 mine",
    ]
    assert stage.slept == [7.0]
    assert isinstance(check(stage.log.events()), State)


async def test_it_goes_on_from_every_event_at_which_the_process_may_have_died():
    whole = Bad(BUSY, LATER, "done")
    await begin(whole).drive()
    for upto in range(1, whole.log.last_seq + 1):
        stage = Bad(*(["done"] if upto > 9 else [BUSY, "done"]))
        stage.log = whole.log
        run = stage.reopen(upto)
        await run.drive()
        assert stage.last == "answer_read agent.1 done", upto
        assert isinstance(check(stage.log.events()), State), upto
        assert run.state == fold(stage.log.events())


async def test_stepping_holds_before_the_new_attempt():
    stage = Bad(BUSY, "done")
    run = stage.start(agent(retry=RETRY), lines=["go"], mode="step")
    await run.drive()
    run.release("step")
    await run.drive()
    assert stage.lines[-2:] == ["wait_ended engine: agent.1 elapsed", "held step agent.1"]
    run.release("step")
    await run.drive()
    assert stage.lines[-2:] == ["model_answered agent.1 done", "held step agent.1 output"]


async def test_a_new_attempt_is_a_request_that_a_cap_can_refuse():
    stage = Bad(BUSY, "done")
    await stage.start(agent(retry=RETRY), lines=["go"], caps=(cap("requests", 1),)).drive()
    assert stage.lines[-2:] == ["wait_ended engine: agent.1 elapsed", "run_ended budget"]


async def test_what_is_said_during_the_wait_is_heard_by_the_new_attempt():
    stage, run, driving = await asleep()
    run.say("and be quick")
    run.hurry()
    await driving
    assert [message.text for message in stage.model.requests[1].messages] == ["go", "and be quick"]
    assert len(stage.model.requests) == 2
    assert isinstance(check(stage.log.events()), State)


async def test_another_model_takes_over_when_retries_are_spent():
    stage = Bad(BUSY, BUSY)
    stage.models["fake:second"] = OneByOne(WRONG)
    stage.models["fake:third"] = third = OneByOne("I can")
    price = Price(input="1", output="2")
    run = begin(
        stage,
        Retry(attempts=1),
        fallbacks=(StandIn(model="fake:second", price=FREE), StandIn(model="fake:third", price=price)),
    )
    await run.drive()
    assert stage.tale[4:] == [
        "model_called agent.1 again 2",
        "call_failed agent.1 overloaded",
        "recast rule: fake:second",
        "model_called agent.1 again 3",
        "call_failed agent.1 bad_request",
        "recast rule: fake:third",
        "model_called agent.1 again 4",
        "model_answered agent.1 I can",
        "answer_read agent.1 I can",
    ]
    spec = run.state.specs["agent"]
    assert (spec.model, spec.price, spec.fallbacks) == ("fake:third", price, ())
    assert third.requests[0].model == "third"
    assert isinstance(check(stage.log.events()), State)


async def test_when_nobody_is_left_to_take_over_the_run_ends():
    stage = Bad(BUSY)
    stage.models["fake:second"] = OneByOne(BUSY)
    await begin(stage, Retry(), fallbacks=(StandIn(model="fake:second"),)).drive()
    assert stage.last == "run_ended error"


async def test_a_recording_whose_waits_or_models_are_not_the_rules_diverges():
    stage = Bad(BUSY, "done")
    await begin(stage).drive()
    events = list(stage.log.events())
    waited = [
        msgspec.structs.replace(event, body=event.body.model_copy(update={"of": 9}))
        if isinstance(event.body, WaitBegan)
        else event
        for event in events
    ]
    found = check(waited)
    assert isinstance(found, Divergence)
    assert (found.kind, found.leaf) == ("wait_began", "of")
    hasty = [event for event in events if not event.body.kind.startswith("wait")]
    found = check(hasty)
    assert isinstance(found, Divergence)
    assert found.kind == asked().kind
