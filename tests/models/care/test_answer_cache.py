"""The very same request is answered from what was kept, wherever that is; whatever differs is asked for."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.models.asking import WEATHER, ask, request
from workbench.errors import ModelFailed
from workbench.events import Call, Usage
from workbench.events.messages import Answer, Delta, Message, ModelRequest
from workbench.events.text import register_secret
from workbench.models.care.answer_cache import Cached, InMemory, InRedis, Kept, key_of
from workbench.store.answers import AnswerFile

SAID = Answer(
    text="It is 42.",
    thinking="hm",
    calls=(Call(name="t", arguments='{"a":1}', given="c1"),),
    usage=Usage(input=3, output=4),
    model="m-1",
    raw="{}",
)


class Once:
    """Answers the first time; then it would fail."""

    name: str = "openai:m"

    def __init__(self) -> None:
        self.asked = 0

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        self.asked += 1
        if self.asked > 1:
            raise ModelFailed("overloaded", "not twice")
        yield Delta(text=SAID.text)
        yield SAID


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("no redis-server is installed")
    pytest.importorskip("redis", reason="the extra 'redis' is not installed")
    socket = tmp_path / "r.sock"
    words = [server, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if "eady to accept connections" in line or "ready to accept connections" in line:
            break
    with process:
        yield f"unix://{socket}"
        process.terminate()


async def twice(kept: Kept, again: Kept) -> None:
    model = Once()
    first, _ = await ask(Cached(model, kept, "http://there"))
    assert first == SAID
    second, shown = await ask(Cached(model, again, "http://there"))
    assert second == msgspec.structs.replace(SAID, cached=True, usage=Usage(input=0, output=0))
    assert shown == [Delta(text=SAID.text)]
    assert model.asked == 1
    with pytest.raises(ModelFailed, match="not twice"):
        await ask(Cached(model, again, "http://elsewhere"))


async def test_in_memory():
    kept = InMemory()
    await twice(kept, kept)


async def test_in_a_file_also_for_the_next_process(tmp_path: Path):
    await twice(AnswerFile(tmp_path / "sessions" / "answers.db"), AnswerFile(tmp_path / "sessions" / "answers.db"))


@pytest.mark.slow
async def test_in_redis(redis_url: str):
    await twice(InRedis(redis_url), InRedis(redis_url))


async def test_an_answer_that_only_calls_shows_nothing_before():
    kept = InMemory()
    said = Answer(calls=(Call(name="t"),))
    kept.put(key_of("openai:m", "", request()), msgspec.json.encode(said, enc_hook=lambda part: part.model_dump()))
    answer, shown = await ask(Cached(Once(), kept, ""))
    assert answer.calls == said.calls
    assert shown == []


async def test_what_is_kept_holds_no_key_and_no_half_of_a_character():
    register_secret("the-key-of-the-house")
    said = Answer(text="It is the-key-of-the-house. \ud800", raw='{"x":"the-key-of-the-house"}')

    class Leaks:
        name: str = "openai:m"

        async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
            yield said

    kept = InMemory()
    answer, shown = await ask(Cached(Leaks(), kept, ""))
    assert (answer, shown) == (said, [])
    again, _ = await ask(Cached(Once(), kept, ""))
    assert (again.text, again.raw) == ("It is [redacted]. \ufffd", '{"x":"[redacted]"}')


class Broken:
    """A place that cannot be reached."""

    def get(self, key: str) -> bytes | None:
        raise OSError("no route")

    def put(self, key: str, answer: bytes) -> None:
        raise OSError("no route")


async def test_a_cache_that_cannot_be_reached_costs_nothing_but_the_saving():
    answer, shown = await ask(Cached(Once(), Broken(), ""))
    assert answer == SAID
    assert [delta.note for delta in shown] == [
        "the cache of answers cannot be read: OSError",
        "",
        "the cache of answers cannot be written: OSError",
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"system": "be brief"},
        {"settings": {"temperature": 1}},
        {"tools": (WEATHER,)},
        {"structured": True},
        {"model": "another"},
        {"messages": (Message("user", "Bye"),)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_every_difference_makes_another_request(other: dict[str, Any]):
    assert key_of("openai:m", "", msgspec.structs.replace(request(), **other)) != key_of("openai:m", "", request())


def test_whose_call_it_is_makes_no_difference():
    mine = request(Message("user", "Hello", seq=3), call="agent.1")
    theirs = request(Message("user", "Hello", seq=9), call="agent.7", attempt=2, actor="another")
    assert key_of("openai:m", "", mine) == key_of("openai:m", "", theirs)
