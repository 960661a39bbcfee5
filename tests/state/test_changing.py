"""Edits, reversals and another cast: what is told from here on, and what stays as it was."""

from __future__ import annotations

import pytest

from tests.playbook import (
    CHARGE,
    Told,
    agent,
    answered,
    asked,
    called,
    failed,
    read,
    returned,
    started,
    state_after,
    story,
)
from workbench.decide import decide
from workbench.errors import StoreError
from workbench.events import Body, Call, Edited, Heard, Noted, Recast, Reverted, Said
from workbench.state import CallTool, State, as_edited, content_of, edited_body, head_of

HELLO = Said(text="hello")
ANSWER = answered("agent.1", "", Call(name="lookup", arguments='{"q":1}'), Call(name="charge"))
ASKS = (HELLO, asked(), ANSWER)
DONE = (*ASKS, called("agent.1.1"), called("agent.1.2", "charge"))


def edit(target: int, body: Body, field: str, value: str, call: str = "") -> Edited:
    """An edit as a run records it, with the content that the message then has."""
    content = content_of(edited_body(body, field, value, call))
    return Edited.model_validate(
        {"target": target, "field": field, "value": value, "call": call, "content": f"{content:016x}"}
    )


def chain(state: State) -> int:
    return state.actors["agent"].log.chain


def test_an_edited_message_is_told_as_if_it_had_been_said_so():
    edited = state_after(HELLO, edit(2, HELLO, "text", "good day"))
    assert chain(edited) == chain(state_after(Said(text="good day")))
    assert chain(edited) != chain(state_after(HELLO))
    assert edited.actors["agent"].log.refs() == [2]


def test_a_reversal_tells_it_as_it_was():
    changed = (HELLO, edit(2, HELLO, "text", "good day"))
    state = state_after(*changed, Reverted(edit=3, content=f"{content_of(HELLO):016x}"))
    assert chain(state) == chain(state_after(HELLO))
    assert state.edits == {2: ()}


def test_a_reversal_of_nothing_changes_nothing():
    changed = (HELLO, edit(2, HELLO, "text", "good day"))
    state = state_after(*changed, Reverted(edit=99))
    assert (state.actors, state.edits) == (state_after(*changed).actors, state_after(*changed).edits)


def test_edited_arguments_are_those_of_the_call():
    state = state_after(*ASKS, edit(4, ANSWER, "arguments", '{"q":2}', "agent.1.1"))
    command = decide(state)[0]
    assert isinstance(command, CallTool)
    assert command.arguments == '{"q":2}'
    back = Reverted(edit=5, content=f"{content_of(ANSWER):016x}", arguments='{"q":1}')
    again = decide(state_after(*ASKS, edit(4, ANSWER, "arguments", '{"q":2}', "agent.1.1"), back))[0]
    assert isinstance(again, CallTool)
    assert again.arguments == '{"q":1}'
    assert chain(state_after(*ASKS, edit(4, ANSWER, "arguments", "{}", "agent.1.1"), back)) == chain(state_after(*ASKS))


def test_an_edited_result_counts_before_it_is_told():
    """The first of two results is edited while the second is still awaited."""
    early = (*DONE, returned("agent.1.1", "41"))
    edited = state_after(*early, edit(7, returned("agent.1.1", "41"), "content", "42"), returned("agent.1.2"))
    straight = state_after(*DONE, returned("agent.1.1", "42"), Noted(text="x"), returned("agent.1.2"))
    assert chain(edited) == chain(straight)


def test_an_edited_word_counts_while_it_waits():
    waiting: tuple[Told, ...] = (HELLO, asked(), Said(text="wait"))
    edited = state_after(*waiting, edit(4, Said(text="wait"), "text", "stop"), answered("agent.1", "x"), read())
    straight = state_after(HELLO, asked(), Said(text="stop"), Noted(text="x"), answered("agent.1", "x"), read())
    assert chain(edited) == chain(straight)


def test_only_who_was_told_is_told_anew():
    two = started(agent(), agent("other"))
    bodies: tuple[Told, ...] = (two, HELLO, ("other", HELLO))
    before, after = state_after(*bodies), state_after(*bodies, edit(2, HELLO, "text", "good day"))
    assert after.actors["other"] is not before.actors["agent"]
    assert after.actors["other"] == before.actors["other"]
    assert after.actors["agent"] != before.actors["agent"]


def test_another_cast_plays_on():
    recast = agent("agent", CHARGE, system="be brief").model_copy(update={"model": "fake:new"})
    state = state_after(started(agent(), agent("other")), HELLO, Recast(spec=recast))
    assert state.specs["agent"] == recast
    assert state.specs["other"].model == "fake:other"
    assert state.actors["agent"].head == head_of(recast)
    assert state.actors["agent"].log.refs() == [2]
    assert state_after(HELLO, Recast(spec=recast)).specs["agent"] == recast


def test_a_recast_of_nobody_who_takes_part_is_a_mistake():
    with pytest.raises(StoreError, match=r"does not hold together after event 2 .*stranger"):
        state_after(HELLO, Recast(spec=agent("stranger")))


def test_events_read_as_edited():
    event = story(("agent", HELLO, "human"))[0]
    assert as_edited(event, ()) is event
    first = state_after(HELLO, edit(2, HELLO, "text", "good day"), edit(2, HELLO, "text", "good night"))
    assert as_edited(event, first.edits[2]).body == Said(text="good night")
    assert event.body == HELLO


@pytest.mark.parametrize(
    ("body", "field", "other"),
    [
        (HELLO, "text", "x"),
        (answered("agent.1", "hi"), "text", "x"),
        (returned("agent.1.1"), "content", "x"),
        (failed("agent.1.1"), "message", "x"),
    ],
)
def test_the_digest_of_a_message_is_that_of_its_words(body: Body, field: str, other: str):
    changed = edited_body(body, field, other)
    assert getattr(changed, field) == other
    assert content_of(changed) != content_of(body)
    assert content_of(edited_body(changed, field, getattr(body, field))) == content_of(body)


@pytest.mark.parametrize("body", [Noted(text="x"), Heard(source=1), asked()])
def test_what_is_no_message_has_no_content(body: Body):
    with pytest.raises(TypeError, match="is no message"):
        content_of(body)


def test_one_actors_call_is_edited_and_no_others():
    two = started(agent("other"), agent())
    state = state_after(two, *ASKS, edit(4, ANSWER, "arguments", '{"q":2}', "agent.1.1"))
    assert state.actors["other"].wants == ()
    assert [want.arguments for want in state.actors["agent"].wants] == ['{"q":2}', "{}"]
