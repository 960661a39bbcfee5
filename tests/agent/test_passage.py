"""What middleware changes stands in the log: what was really asked, what the model really said, what it cost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from workbench import (
    Agent,
    Answer,
    CompressPrompt,
    FilterContent,
    ModelRequest,
    Next,
    NoOutput,
    RetryFailures,
    SummariseHistory,
    call_tool,
)
from workbench.agent.middleware import Processing
from workbench.agent.result import RunReport
from workbench.cli.house import House
from workbench.debugger.view import View
from workbench.debugger.whence import whence
from workbench.errors import ModelFailed
from workbench.events import AnswerChanged, ModelAnswered, ModelCalled, RequestChanged, Usage
from workbench.events.messages import Delta
from workbench.events.wire import Wire, wire_of
from workbench.run import Divergence, check
from workbench.state import fold


class Counting:
    """Gives these answers one after the other, each for ten tokens in and one out; keeps what it was asked."""

    name = "mine:counting"

    def __init__(self, *answers: str | Answer | Exception) -> None:
        self.answers, self.asked = list(answers), list[ModelRequest]()

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        answer = Answer(text=answer) if isinstance(answer, str) else answer
        yield Delta(text=answer.text)
        yield replace(answer, usage=Usage(input=10, output=1))


async def politely(request: ModelRequest, next: Next) -> Answer:
    answer = await next(request)
    return Answer(text=f"{answer.text} Have a nice day.", calls=answer.calls)


async def cached(request: ModelRequest, next: Next) -> Answer:
    return Answer(text="from the cache")


async def refusing(request: ModelRequest, next: Next) -> Answer:
    await next(request)
    raise ModelFailed("blocked", "not such words")


async def failing_over(request: ModelRequest, next: Next) -> Answer:
    try:
        return await next(request)
    except ModelFailed:
        return Answer(text="nobody is there")


async def best_of_two(request: ModelRequest, next: Next) -> Answer:
    first, second = await next(request), await next(request)
    return first if len(first.text) >= len(second.text) else second


async def undone(request: ModelRequest, next: Next) -> Answer:
    answer = await next(replace(request, system="other"))
    return replace(answer, text=answer.text.removesuffix(" Have a nice day."))


def changes(report: RunReport) -> list[RequestChanged | AnswerChanged]:
    return [event.body for event in report.events if isinstance(event.body, RequestChanged | AnswerChanged)]


async def run(model: Counting, *middleware: Any, **more: Any) -> RunReport:
    """The run of an agent with this middleware, which replays and folds to what it was."""
    agent = Agent(model, system="Bob helps.", tools=["now"], middleware=middleware, retries=0, store=None, **more)
    try:
        report: RunReport = await agent.run("Is Bob in?")
    except NoOutput as nothing:
        report = nothing.report
    assert not isinstance(check(report.events), Divergence)
    assert fold(report.events).meters == report.usage
    assert report.usage.requests == max(len(model.asked), 1)
    return report


async def test_what_changes_nothing_tells_nothing() -> None:
    report = await run(Counting("hello"), FilterContent("Zed"), CompressPrompt(), RetryFailures())
    assert changes(report) == []


async def test_a_changed_request_is_told_with_who_changed_it() -> None:
    model = Counting("Bob is in")
    report = await run(model, FilterContent("Bob"), CompressPrompt())
    asked, said = changes(report)
    assert isinstance(asked, RequestChanged)
    assert (asked.call, asked.by) == ("agent.1", ("FilterContent",))
    told = json.loads(asked.changes)
    assert (told["system"], told["messages"][0]["text"]) == ("[redacted] helps.", "Is [redacted] in?")
    assert isinstance(said, AnswerChanged)
    assert (said.by, said.was, said.usage) == (("FilterContent",), '{"text":"Bob is in"}', None)
    kinds = [event.body.kind for event in report.events]
    place = kinds.index("request_changed")
    assert kinds[place - 1 : place + 3] == ["model_called", "request_changed", "answer_changed", "model_answered"]
    assert report.usage.input_tokens == 10, "the answer that is changed keeps what it used"


async def test_an_answer_that_no_model_gave_used_nothing() -> None:
    model = Counting()
    (said,) = changes(report := await run(model, cached))
    assert isinstance(said, AnswerChanged)
    assert (said.by, said.was) == (("cached",), None)
    assert (report.usage.input_tokens, report.usage.unpriced) == (0, 0)
    answer = next(event.body for event in report.events if isinstance(event.body, ModelAnswered))
    assert (answer.text, answer.model) == ("from the cache", "rule")


async def test_each_exchange_within_a_call_is_told_and_counted() -> None:
    model = Counting(call_tool("now"), "they talked", "done")
    report = await run(model, SummariseHistory(over=2, keep=2))
    summing, summed, asked = changes(report)
    assert isinstance(summing, RequestChanged)
    assert json.loads(summing.changes)["system"] == "You sum up."
    assert isinstance(summed, AnswerChanged)
    assert (summed.by, summed.again, summed.was) == (
        ("SummariseHistory",),
        True,
        '{"text":"they talked","finish":"stop"}',
    )
    assert isinstance(asked, RequestChanged)
    assert "they talked" in asked.changes
    assert (report.usage.requests, report.usage.iterations, report.usage.input_tokens) == (3, 2, 30)


async def test_a_summary_is_not_streamed_as_if_it_were_the_answer() -> None:
    model = Counting(call_tool("now"), "they talked", "done")
    middleware = [SummariseHistory(over=2, keep=2)]
    agent = Agent(model, tools=["now"], middleware=middleware, store=None)
    async with agent.run_stream("Is Bob in?") as run:
        words = [piece async for piece in run.text() if piece]
    assert words == ["done"]
    assert [request.aside for request in model.asked] == [False, True, False]


async def test_a_failure_that_is_tried_again_is_told() -> None:
    busy = ModelFailed("overloaded", "busy", retryable=True)
    report = await run(Counting(busy, "at last"), RetryFailures(wait=0))
    failed, again = changes(report)
    assert failed.words == "RetryFailures asks the model again; the model failed: overloaded: busy"
    assert again.words == "the model is asked as it was to be"
    assert report.usage.input_tokens == 10


@pytest.mark.parametrize(
    ("middleware", "answers", "words", "used"),
    [
        (refusing, ["no no"], "refusing changed the answer; the model said: no no", 10),
        (
            failing_over,
            [ModelFailed("auth", "no key")],
            "failing_over changed the answer; the model failed: auth: no key",
            0,
        ),
        (best_of_two, ["longer", "short"], "best_of_two changed the answer; the model said: short", 20),
        (best_of_two, ["short", "longer"], "the model is asked as it was to be", 20),
    ],
)
async def test_whatever_comes_of_it_is_told_and_counted(
    middleware: Processing, answers: list[Any], words: str, used: int
) -> None:
    report = await run(Counting(*answers), middleware)
    assert changes(report)[-1].words == words
    assert report.usage.input_tokens == used


async def test_a_middleware_that_breaks_fails_the_call_and_what_the_model_said_is_kept() -> None:
    async def broken(request: ModelRequest, next: Next) -> Answer:
        await next(request)
        raise KeyError("x")

    report = await run(Counting("hello"), politely, broken)
    (said,) = changes(report)
    assert said.words == "broken changed the answer; the model said: hello"
    assert report.outcome == "error"
    assert report.usage.input_tokens == 10

    async def at_once(request: ModelRequest, next: Next) -> Answer:
        raise ModelFailed("blocked", "no")

    (said,) = changes(await run(Counting(), at_once))
    assert said.words == "at_once answered, and no model was asked"
    assert changes(await run(Counting(KeyError("y")), politely)) == [], "the model's own failure is nobody's change"


async def test_what_one_changes_and_the_next_changes_back_is_no_change_of_the_answer() -> None:
    report = await run(Counting("hello"), undone, politely)
    (asked,) = changes(report)
    assert isinstance(asked, RequestChanged)
    assert asked.by == ("undone",)


async def test_what_came_over_the_wire_stays_what_it_was() -> None:
    """`raw` refers to the words of the answer, so it must not follow them where they are changed."""
    said, long = Wire(form="openai-chat", url="http://x", answer={}), "Bob is in, and so is his brother"
    wired = Answer(text=long)
    wired = replace(wired, raw=replace(said, answer={"said": long, "half": long[:20]}).kept(wired))
    report = await run(Counting(wired), FilterContent("Bob", sent=False))
    answer = next(event.body for event in report.events if isinstance(event.body, ModelAnswered))
    assert answer.text == "[redacted] is in, and so is his brother"
    wire = wire_of(answer.raw, answer)
    assert wire is not None
    assert wire.answer == {"said": long, "half": long[:20]}


async def test_calls_that_middleware_takes_away_are_kept_in_what_the_model_said() -> None:
    async def no_tools(request: ModelRequest, next: Next) -> Answer:
        return replace(await next(request), calls=(), text="I may not.", finish="stop")

    (said,) = changes(await run(Counting(call_tool("now")), no_tools))
    assert isinstance(said, AnswerChanged)
    assert json.loads(said.was or "")["calls"] == [{"name": "now"}]


async def test_what_was_sent_is_known_where_the_answer_was_broken_off() -> None:
    hung = asyncio.Event()

    class Hangs(Counting):
        async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
            yield Delta(text="half")
            hung.set()
            await asyncio.Event().wait()

    agent = Agent(Hangs(), system="Bob helps.", middleware=[FilterContent("Bob")], store=None)
    async with agent.iter("Is Bob in?", mode="autonomous") as going:
        task = asyncio.create_task(going.result())
        await hung.wait()
        going.run.cancel()
        with pytest.raises(NoOutput):
            await task
        kinds = [event.body.kind for event in going.report().events]
    assert kinds[-4:] == ["model_called", "request_changed", "model_answered", "held"]


# --- in the debugger -------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Any]:
    """A kept session of an agent whose requests and answers are changed, opened."""
    agent = Agent(
        Counting(call_tool("now"), "Bob is in."),
        system="Bob helps.",
        tools=["now"],
        middleware=[politely, FilterContent("Bob", answered=False)],
        store=tmp_path,
    )
    agent.run_sync("Is Bob in?")
    house = House(str(tmp_path))
    session = house.open("last")
    yield session
    session.close()
    house.close()


def test_the_view_of_a_call_has_what_was_asked_and_what_was_sent(opened: Any) -> None:
    called = [event.seq for event in opened.events() if isinstance(event.body, ModelCalled)]
    seen: View = opened.seen(called[1])
    assert seen.head.system == "Bob helps."
    assert seen.sent is not None
    assert seen.sent.system == "[redacted] helps."
    assert [message.text for message in seen.instead] == ["Is [redacted] in?"]
    assert [words.partition(";")[0] for words in seen.middleware] == [
        "FilterContent changed what is asked: system prompt, 1 of 3 messages",
        "politely changed the answer",
    ]
    raw = json.loads(seen.raw())
    assert raw["messages"][0]["text"] == "Is [redacted] in?"
    assert raw["middleware"] == list(seen.middleware)


def test_whence_knows_what_middleware_wrote(opened: Any) -> None:
    found = whence(opened.events(), "nice day")
    assert not found.invented
    assert found.first is not None
    assert found.first.path == "text, put there by politely"
    assert whence(opened.events(), "is in").invented, "that the model said"
    assert whence(opened.events(), "redacted").first.kind == "request_changed"  # pyright: ignore[reportOptionalMemberAccess]
