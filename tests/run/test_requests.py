"""Where a recorded request is not the one that the rules make, the first message that differs is named and shown."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.playbook import Stage, Told, agent, story, wants
from tests.replayed import ORDER, OTHER
from workbench.events import DifferenceRuled, Event, ModelCalled
from workbench.run import Divergence, check
from workbench.state import State

DIGEST = '"other words (the log keeps only a digest of them)"'


async def recording() -> list[Event]:
    """A plain answer, then a call and what follows from it, then two calls at once."""
    stage = Stage("hello", wants(ORDER), "found", wants(ORDER, OTHER, text="two"), "done")
    run = stage.start(agent())
    for words in ("hi", "look", "and both"):
        run.say(words)
        await run.drive()
    return list(stage.log.events())


def found(events: list[Event]) -> tuple[str, str, str]:
    """Leaf and both sides of where a check diverges, which is at a request."""
    verdict = check(events)
    assert isinstance(verdict, Divergence)
    assert verdict.kind == "model_called"
    return verdict.leaf, verdict.difference.recorded, verdict.difference.now


def other(events: list[Event], kind: str, nth: int = 0, **fields: Any) -> list[Event]:
    """The same with other fields in the nth event of this kind."""
    places = [place for place, event in enumerate(events) if event.body.kind == kind]
    event = events[places[nth]]
    changed = replace(event, body=event.body.model_copy(update=fields))
    return [changed if one is event else one for one in events]


async def test_the_one_message_that_nothing_else_vouches_for_is_named():
    events = await recording()
    assert found(other(events, "said", text="ho")) == ("messages[0].content", DIGEST, '"ho"')
    # What was answered before was read as it says, and what was called is what was asked for.
    assert found(other(events, "said", 1, text="seek")) == ("messages[2].content", DIGEST, '"seek"')
    assert found(other(events, "tool_returned", content="lost")) == ("messages[4].content", DIGEST, '"lost"')


def let_pass(events: list[Event], *seqs: int) -> list[Event]:
    """The same, and somebody let these events pass."""
    chosen: list[Told] = [("", DifferenceRuled(choice="recorded", target=seq), "human") for seq in seqs]
    return [*events, *story(*chosen, after=len(events))]


async def test_what_was_let_pass_once_is_not_asked_about_in_every_later_request():
    events = other(await recording(), "said", 1, text="seek")
    verdict = check(events)
    assert isinstance(verdict, Divergence)
    passed = let_pass(events, verdict.seq)
    assert isinstance(check(passed), State)
    # What differs besides is found.
    twice = other(passed, "tool_returned", content="lost")
    assert found(twice) == ("messages[4].content", DIGEST, '"lost"')
    later = check(other(passed, "model_called", -1, attempt=2))
    assert isinstance(later, Divergence)
    assert later.leaf == "attempt"


async def test_a_damaged_digest_is_found_again_behind_what_was_let_pass():
    events = await recording()
    first, second = [event.seq for event in events if event.body.kind == "model_called"][:2]
    torn = asked(asked(events, 0, chain="no digest"), 1, chain="0")
    verdict = check(let_pass(torn, first))
    assert isinstance(verdict, Divergence)
    assert verdict.seq == second


async def test_where_several_may_be_it_they_are_shown():
    leaf, recorded, now = found(other(await recording(), "tool_returned", 2, content="lost"))
    assert (leaf, recorded) == ("messages[7] to [9], one of them", DIGEST)
    for words in ('"two"', '"A-2"', '"found"', '"lost"'):
        assert words in now


async def test_an_answer_is_shown_with_its_calls():
    stage = Stage(wants(ORDER), "done")
    await stage.start(agent(), lines=["go"]).drive()
    leaf, _, now = found(other(list(stage.log.events()), "model_answered", text="I look"))
    assert leaf == "messages[1] to [2], one of them"
    assert '"I look"' in now


def asked(events: list[Event], nth: int, **fields: Any) -> list[Event]:
    """The same with the nth request told otherwise."""
    body = [event.body for event in events if event.body.kind == "model_called"][nth]
    assert isinstance(body, ModelCalled)
    return other(events, "model_called", nth, request=body.request.model_copy(update=fields))


async def test_other_messages_than_those_of_the_rules_are_shown_with_what_they_say():
    events = await recording()
    last = [event for event in events if event.body.kind == "model_called"][-1].body
    assert isinstance(last, ModelCalled)
    add = last.request.add
    assert found(asked(events, -1, add=add[:-1])) == (
        "messages[9]",
        "nothing",
        '{"role": "tool", "content": "found"}',
    )
    said = next(event.seq for event in events if event.body.kind == "said")
    assert found(asked(events, -1, add=(*add[:-1], said))) == ("messages[9].role", '"user"', '"tool"')
    # An event that says the same is another one all the same.
    assert found(asked(events, -1, add=(*add[:-1], add[-2]))) == (
        "messages[9]",
        f'"event {add[-2]}"',
        f'"event {add[-1]}"',
    )


@pytest.mark.parametrize(
    ("fields", "leaf"),
    [
        ({"base": 999}, "request.base"),
        ({"base": 0}, "request.base"),
        ({"base": 1}, "request.base"),
        ({"add": (999,)}, "request.add[0]"),
        ({"add": (1,)}, "request.add[0]"),
        ({"head": "0"}, "request.head"),
    ],
)
async def test_a_request_that_makes_no_sense_is_shown_as_it_stands(fields: dict[str, Any], leaf: str):
    assert found(asked(await recording(), 2, **fields))[0] == leaf


async def test_the_same_messages_told_as_another_change_are_shown_as_that():
    events = await recording()
    second = [event.body for event in events if event.body.kind == "model_called"][1]
    assert isinstance(second, ModelCalled)
    request = second.request
    first = next(event for event in events if event.body.kind == "model_called").body
    assert isinstance(first, ModelCalled)
    whole = (*first.request.add, *request.add)
    assert found(asked(events, 1, base=None, keep=0, add=whole))[0] == "request.base"
