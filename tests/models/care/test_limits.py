"""Requests, tokens and calls at a time, shared by all models that a line of the settings is about."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from tests.models.asking import ask, request
from workbench.events import ToolSpec, Usage
from workbench.events.messages import Answer, Delta, ModelRequest
from workbench.models.care.limits import Limited, Limits, Turnstile, estimate

QUICK = 0.05
"""Seconds of a minute, here."""


class Counting:
    """Answers, and knows how many it answered at a time at most; waits for `go` before."""

    name: str = "openai:m"

    def __init__(self, *, output: int = 1) -> None:
        self.busy = self.most = self.asked = 0
        self.output = output
        self.go = asyncio.Event()
        self.go.set()

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        self.asked += 1
        self.busy += 1
        self.most = max(self.most, self.busy)
        await self.go.wait()
        yield Answer(text="hi", usage=Usage(input=1, output=self.output))
        self.busy -= 1


def notes(deltas: list[Delta]) -> list[str]:
    return [delta.note for delta in deltas]


async def test_so_many_calls_at_a_time_whoever_makes_them():
    model = Counting()
    model.go.clear()
    turnstile = Turnstile("openai:*", Limits(concurrent=2))
    asking = [asyncio.create_task(ask(Limited(model, [turnstile]))) for _ in range(5)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert model.asked == 2
    model.go.set()
    told = [notes(deltas) for _, deltas in await asyncio.gather(*asking)]
    assert (model.asked, model.most) == (5, 2)
    assert told[:2] == [[], []]
    assert told[4] == ["waits: openai:* is asked 2 at a time"]


async def test_requests_above_the_limit_wait_and_say_so():
    limited = Limited(Counting(), [Turnstile("openai:*", Limits(requests_per_minute=2), period=QUICK)])
    told = [notes((await ask(limited))[1]) for _ in range(3)]
    assert told == [[], [], ["waits: openai:* takes 2 requests a minute"]]


async def test_tokens_are_thought_of_before_and_what_was_more_is_owed_by_the_next():
    turnstile = Turnstile("openai:*", Limits(tokens_per_minute=100), period=QUICK)
    limited = Limited(Counting(output=98), [turnstile])
    assert notes((await ask(limited))[1]) == []
    assert notes((await ask(limited))[1]) == ["waits: openai:* takes 100 tokens a minute"]


async def test_who_gives_up_waiting_takes_no_place():
    model = Counting()
    model.go.clear()
    limited = Limited(model, [Turnstile("openai:*", Limits(concurrent=1))])
    first, second, third = [asyncio.create_task(ask(limited)) for _ in range(3)]
    for _ in range(20):
        await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait([second])
    model.go.set()
    await asyncio.gather(first, third)
    assert model.asked == 2


def test_each_event_loop_has_its_own_bars():
    limited = Limited(Counting(), [Turnstile("openai:*", Limits(concurrent=1))])
    for _ in range(2):
        assert asyncio.run(ask(limited))[0].text == "hi"


def test_a_request_is_estimated_by_all_that_it_holds():
    bare = estimate(request())
    assert estimate(request(system="x" * 400)) == bare + 100
    assert estimate(request(tools=(ToolSpec(name="t", description="y" * 40, parameters="{}"),))) > bare
