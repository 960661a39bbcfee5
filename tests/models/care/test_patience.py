"""A model that says nothing, or nothing more, or is never done, is waited for so long and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.models.asking import ask, request
from workbench.errors import ModelFailed
from workbench.events import Call
from workbench.events.messages import Answer, Delta, ModelRequest
from workbench.models.care.patience import SIGN_OF_LIFE, Patient, Timeouts

SOON = 0.01
LONG = 60.0


class Slow:
    """Says its pieces, and hangs after the last; `closed` once somebody had it stop."""

    name: str = "openai:slow"
    takes_schemas = True

    def __init__(self, *pieces: Delta | Answer | Exception, hangs: bool = True, ever: bool = False) -> None:
        self.pieces, self.hangs, self.ever, self.closed = pieces, hangs, ever, False

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        try:
            for piece in self.pieces:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
            while self.ever:
                await asyncio.sleep(0)
                yield SIGN_OF_LIFE
            if self.hangs:
                await asyncio.Event().wait()
        finally:
            self.closed = True


@pytest.mark.parametrize(
    ("model", "timeouts", "words", "partial"),
    [
        (Slow(), Timeouts(first_token=SOON), "openai:slow said nothing for 0.01 seconds: ask again", ""),
        (
            Slow(Delta(text="It "), Delta(text="is")),
            Timeouts(first_token=LONG, between_tokens=SOON),
            "openai:slow said nothing more for 0.01 seconds: ask again",
            "It is",
        ),
        (
            Slow(Delta(text="It "), ever=True),
            Timeouts(whole_call=SOON),
            "openai:slow was not done with its answer after 0.01 seconds: ask again",
            "It ",
        ),
    ],
    ids=["first token", "between tokens", "whole call"],
)
async def test_time_is_up(model: Slow, timeouts: Timeouts, words: str, partial: str):
    with pytest.raises(ModelFailed) as failed:
        await ask(Patient(model, timeouts))
    assert (failed.value.type, failed.value.message, failed.value.partial) == ("timeout", words, partial)
    assert failed.value.retryable
    assert model.closed


CALLS = tuple([Call(name="f")] * 1001)


@pytest.mark.parametrize(
    ("pieces", "words", "partial"),
    [
        ([Delta(thinking="x" * 400)] * 3, "openai:slow answered with more than any model says", ""),
        ([Delta(text="x" * 999), Delta(text="yz")], "openai:slow answered with more than any model says", None),
        ([SIGN_OF_LIFE] * 126, "openai:slow answered with more than any model says", ""),
        ([Answer(text="ok", calls=CALLS)], "openai:slow answered with more than 1,000 tool calls at once", "ok"),
    ],
    ids=["thoughts", "words", "pieces", "calls"],
)
async def test_an_answer_without_end_ends(pieces: list[Delta | Answer], words: str, partial: str | None):
    model = Slow(*pieces)
    with pytest.raises(ModelFailed) as failed:
        await ask(Patient(model, Timeouts(), most=1000))
    assert (failed.value.type, failed.value.message, failed.value.retryable) == ("bad_answer", words, False)
    assert failed.value.partial == ("x" * 999 + "yz" if partial is None else partial)
    assert model.closed


async def test_as_many_calls_as_there_may_be_come_through():
    whole = Answer(calls=CALLS[1:])
    assert await ask(Patient(Slow(*[SIGN_OF_LIFE] * 125, whole, hangs=False), Timeouts(), most=1000)) == (whole, [])


async def test_an_answer_in_time_comes_through_without_the_signs_of_life():
    model = Slow(SIGN_OF_LIFE, Delta(text="hi"), SIGN_OF_LIFE, Answer(text="hi"), hangs=False)
    patient = Patient(model, Timeouts(whole_call=LONG))
    assert patient.takes_schemas
    assert [piece async for piece in patient.ask(request())] == [Delta(text="hi"), Answer(text="hi")]


async def test_what_the_model_raises_is_not_taken_for_our_own_timeout():
    with pytest.raises(TimeoutError):
        await ask(Patient(Slow(TimeoutError("its own")), Timeouts()))


async def test_a_cancellation_reaches_the_model():
    model = Slow(Delta(text="hi"))
    task = asyncio.create_task(ask(Patient(model, Timeouts())))
    for _ in range(5):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert model.closed
