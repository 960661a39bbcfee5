"""What the model saw: the exact request at a call, and what is new, edited or gone since the call before."""

from __future__ import annotations

import json

import pytest

from tests.memory import Memory
from tests.playbook import Stage, agent, wants
from workbench.debugger.looking import Looking
from workbench.debugger.view import View
from workbench.errors import Impossible
from workbench.events import Call, ModelCalled
from workbench.state import State, Transcript


async def recorded(*lines: str, edit: tuple[int, str] | None = None) -> Memory:
    """A run with one tool call in its first turn; `edit` changes a text while the run waits between the turns."""
    stage = Stage(wants(Call(name="lookup", arguments='{"order":"A-1"}')), "It is on its way.", "Goodbye.")
    run = stage.start(agent(system="Be kind.", settings='{"temperature":0.5}'))
    run.say("Where is A-1?")
    await run.drive()
    if edit is not None:
        run.change(edit[0], "text", edit[1])
    for line in lines:
        run.say(line)
        await run.drive()
    return stage.log


def calls(log: Memory) -> list[int]:
    return [event.seq for event in log.events() if isinstance(event.body, ModelCalled)]


def marks(view: View) -> list[str]:
    return [f"{one.mark} {one.message.role}" for one in view.seen]


async def test_the_first_call_is_all_new() -> None:
    log = await recorded()
    view = Looking(log).seen(calls(log)[0])
    assert marks(view) == ["added user"]
    assert (view.call, view.attempt, view.before, view.head_before) == ("agent.1", 1, None, None)
    assert (view.head.system, view.head.settings) == ("Be kind.", {"temperature": 0.5})
    assert [tool.name for tool in view.head.tools] == ["lookup", "save", "charge"]


async def test_a_later_call_keeps_what_the_one_before_had() -> None:
    log = await recorded("Thanks.")
    first, second, third = calls(log)
    view = Looking(log).seen(second)
    assert marks(view) == ["kept user", "added assistant", "added tool"]
    assert view.messages[1].calls[0].arguments == '{"order":"A-1"}'
    assert view.before == first
    assert marks(Looking(log).seen(third)) == [
        "kept user", "kept assistant", "kept tool", "added assistant", "added user"
    ]  # fmt: skip


async def test_an_edit_shows_as_changed_and_only_from_then_on() -> None:
    log = await recorded("Thanks.", edit=(2, "Where is A-2?"))
    before, changed = Looking(log).seen(calls(log)[1]), Looking(log).seen(calls(log)[2])
    assert before.messages[0].text == "Where is A-1?"
    first = changed.seen[0]
    assert (first.mark, first.message.text) == ("changed", "Where is A-2?")
    assert first.was is not None
    assert first.was.text == "Where is A-1?"
    assert (changed.count("changed"), changed.count("kept"), changed.count("added")) == (1, 2, 2)


async def test_another_prompt_is_told_beside_the_one_before() -> None:
    stage = Stage("one", "two")
    run = stage.start(agent(system="Be kind."))
    run.say("a")
    await run.drive()
    run.recast(run.state.specs["agent"].model_copy(update={"system": "Be curt."}))
    run.say("b")
    await run.drive()
    view = Looking(stage.log).seen(calls(stage.log)[1])
    assert view.head.system == "Be curt."
    assert view.head_before is not None
    assert view.head_before.system == "Be kind."


async def test_a_message_that_the_call_before_had_alone_is_dropped_where_it_stood() -> None:
    log = await recorded("Thanks.")
    second, third = calls(log)[1:]

    class Forgetful(Looking):
        """A branch whose newest request lacks the first message that the one before had."""

        def state_at(self, seq: int) -> State:
            state = super().state_at(seq).__copy__()
            if seq == third:
                actor = state.own("agent")
                actor.log = Transcript(actor.log.refs(1), actor.log.contents()[1:])
            return state

    view = Forgetful(log).seen(third)
    assert view.count("dropped") == 1
    assert [one.message.role for one in view.seen if one.mark == "dropped"] == ["user"]
    assert view.seen[0].mark == "dropped"
    assert len(view.messages) == len(view.seen) - 1
    assert second == view.before


async def test_tokens_are_the_providers_or_an_estimate_that_says_so() -> None:
    log = await recorded()
    answered, unanswered = Looking(log).seen(calls(log)[0]), Looking(log.cut(calls(log)[0])).seen(calls(log)[0])
    assert answered.tokens == "1"
    assert unanswered.input_tokens is None
    assert unanswered.tokens == f"≈{unanswered.estimate}"
    assert unanswered.seen[0].tokens == 4  # 13 characters
    assert unanswered.head.system_tokens == 2


async def test_the_raw_request_is_json_of_all_that_was_asked() -> None:
    log = await recorded()
    raw = json.loads(Looking(log).seen(calls(log)[1]).raw())
    assert raw["system"] == "Be kind."
    assert [tool["name"] for tool in raw["tools"]] == ["lookup", "save", "charge"]
    assert raw["settings"] == {"temperature": 0.5}
    assert raw["messages"] == [
        {"role": "user", "text": "Where is A-1?"},
        {
            "role": "assistant",
            "text": "",
            "calls": [{"name": "lookup", "arguments": '{"order":"A-1"}'}],
            "ids": ["agent.1.1"],
        },
        {"role": "tool", "text": "found", "call": "agent.1.1", "name": "lookup"},
    ]


async def test_only_a_model_call_saw_anything() -> None:
    log = await recorded()
    with pytest.raises(Impossible, match="event 2 is no model call"):
        Looking(log).seen(2)
