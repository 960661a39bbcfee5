"""A model call as it went over the wire, beside what the model saw: made again, and checked against its digest."""

from __future__ import annotations

import json
from typing import Any

from tests.memory import Memory
from tests.playbook import Stage, agent
from workbench.debugger.exchanged import Exchanged
from workbench.debugger.looking import Looking
from workbench.errors import ModelFailed, NotFound
from workbench.events import ModelCalled
from workbench.events.messages import Answer, ModelRequest
from workbench.events.wire import Wire, digest_of

TEXT = "It rains in Oslo, and will tomorrow."
DOCUMENT = {"choices": [{"message": {"content": TEXT, "new": 1}}]}


def body(name: str, request: ModelRequest, wire: Wire) -> dict[str, Any]:
    """A dialect of a test's own."""
    if wire.form == "odd":
        raise NotFound("nobody speaks so")
    return {"model": request.model, "said": [message.text for message in request.messages]}


async def recorded(*lines: Any) -> Looking:
    """A run in which the model does these things, looked at."""
    stage = Stage(*lines)
    run = stage.start(agent())
    run.say("Weather?")
    await run.drive()
    looking = Looking(stage.log)
    looking.rebuild = body
    return looking


def calls(log: Memory | Looking) -> list[int]:
    return [event.seq for event in log.events() if isinstance(event.body, ModelCalled)]


def answer(form: str = "test", sent: dict[str, Any] | None = None) -> Answer:
    said = Answer(text=TEXT)
    sent = sent or {"model": "agent", "said": ["Weather?"]}
    raw = Wire(form, "http://x", digest_of(sent), answer=DOCUMENT).kept(said)
    return Answer(text=TEXT, raw=raw)


async def exchange(line: object) -> Exchanged | None:
    looking = await recorded(line)
    return looking.seen(calls(looking)[0]).wire


async def test_what_was_sent_and_what_came_stand_beside_what_the_model_saw():
    looking = await recorded(answer())
    seen = looking.seen(calls(looking)[0])
    assert seen.wire == Exchanged("test", "http://x", {"model": "agent", "said": ["Weather?"]}, 0, DOCUMENT)
    raw = json.loads(seen.raw())
    assert raw["messages"][0]["text"] == "Weather?"
    assert raw["wire"] == {
        "form": "test",
        "url": "http://x",
        "request": {"model": "agent", "said": ["Weather?"]},
        "answer": DOCUMENT,
    }


async def test_a_request_that_is_not_the_one_that_was_sent_says_so():
    told = await exchange(answer(sent={"other": 1}))
    assert told is not None
    assert told.request is not None
    assert told.note.startswith("the request is not letter for letter the one that was sent")


async def test_a_request_that_cannot_be_made_again_says_why():
    told = await exchange(answer("odd"))
    assert told is not None
    assert (told.request, told.note, told.answer) == (None, "nobody speaks so", DOCUMENT)


async def test_a_refusal_is_kept_too():
    refused = ModelFailed("bad_request", "no")
    refused.raw = Wire("test", "http://x", "0", status=400, answer={"error": {"message": "no"}}).kept()
    told = await exchange(refused)
    assert told is not None
    assert (told.status, told.answer) == (400, {"error": {"message": "no"}})


async def test_nothing_was_kept_of_models_that_nobody_asked_over_a_wire():
    assert await exchange("plain words") is None
    looking = await recorded(answer())
    looking.rebuild = None
    assert looking.seen(calls(looking)[0]).wire is None
