"""What of a model works: told of each thing, whatever the model does."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.playbook import FakeModel
from workbench.errors import ModelFailed
from workbench.events import Call, Usage
from workbench.events.messages import Answer, Delta, ModelRequest
from workbench.models.trying import Tried, try_model


class Able:
    """A model that does what it is asked; `odd` is what it does in its first attempts at a tool call."""

    name = "test:able"

    def __init__(self, *odd: Answer | ModelFailed) -> None:
        self.odd = list(odd)
        self.asked: list[ModelRequest] = []

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        self.asked.append(request)
        if request.tools and self.odd:
            odd = self.odd.pop(0)
            if isinstance(odd, ModelFailed):
                raise odd
            yield odd
        elif request.tools:
            yield Answer(calls=(Call(name="add", arguments='{"a":19,"b":23}'),))
        else:
            yield Delta(text="1 ")
            yield Delta(text="2")
            yield Answer(text="1 2", usage=Usage(input=3, output=4), model="able-1")


async def tried(model: Able | FakeModel) -> list[Tried]:
    return [one async for one in try_model(model, "test:able")]


async def test_a_model_that_does_all_of_it():
    call, tool, stream = await tried(Able())
    assert (call.works, call.words) == (True, "answered as able-1, 3 + 4 tokens")
    assert (tool.what, tool.works, tool.words) == ("tool call", True, 'called add({"a":19,"b":23})')
    assert (stream.works, stream.words) == (True, "2 pieces, 3 characters")


CALLED = (
    (Answer(text="42"), "answered in words, and called nothing"),
    (Answer(calls=(Call(name="add", arguments="{"),)), "called add with arguments that are no JSON"),
    (Answer(calls=(Call(name="add", arguments='{"a":1}'),)), 'called add with {"a":1}'),
    (Answer(calls=(Call(name="sub", arguments="{}"),)), "called sub with {}"),
)


@pytest.mark.parametrize(("odd", "words"), CALLED)
async def test_a_miss_is_forgiven_twice(odd: Answer, words: str):
    assert (await tried(Able(odd, odd)))[1].works
    missed = (await tried(Able(odd, odd, odd)))[1]
    assert (missed.works, missed.words) == (False, words)


async def test_who_cannot_be_made_to_call_is_asked_to():
    able = Able(ModelFailed("unsupported_setting", "no tool_choice"))
    assert (await tried(able))[1].works
    choices = ["tool_choice" in asked.settings for asked in able.asked if asked.tools]
    assert choices == [True, False]


async def test_a_failure_is_told_once_and_the_rest_is_tried():
    call, tool, stream = await tried(Able(ModelFailed("auth", "no key")))
    assert (tool.works, tool.words) == (False, "no key")
    assert call.works
    assert stream.works


async def test_a_server_that_does_not_stream_or_ends_too_soon():
    call, _, stream = await tried(FakeModel("hello"))
    assert (call.words, stream.words) == ("answered as able, 1 + 1 tokens", "nothing came before the answer's end")
    cut, *_ = await tried(FakeModel([Delta(text="h")]))
    assert (cut.works, cut.words) == (False, "the answer ended before it was whole")
    uncounted, *_ = await tried(FakeModel(Answer(text="hello")))
    assert uncounted.words == "answered as able, tokens not counted"
