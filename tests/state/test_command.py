"""Commands say what they are, and make the intent that is recorded."""

from __future__ import annotations

from workbench.events import Request, Reserve, RunEnded, Said
from workbench.state import CallModel, CallTool, Conclude, Tell, ending


def test_keys_name_commands_and_phases_name_steps():
    ask = CallModel("agent", "agent.1", Request(), attempt=2)
    run = CallTool("agent", "agent.1.1", "lookup", "{}", "read", attempt=3)
    say = Tell("agent", Said(text="x"))
    assert [(command.key, command.phase) for command in (ask, run, Conclude("agent", "agent.1"), say)] == [
        ("agent.1", "think"),
        ("agent.1.1", "call"),
        ("agent.1 output", "output"),
        ("", ""),
    ]


def test_intents_hold_all_that_is_needed_to_see_what_was_meant():
    asked = CallModel("agent", "agent.1", Request(keep=2), attempt=2).intent()
    assert (asked.call, asked.request.keep, asked.attempt) == ("agent.1", 2, 2)
    ran = CallTool("agent", "agent.1.1", "lookup", '{"q":1}', "read", attempt=3).intent()
    assert (ran.call, ran.tool, ran.arguments, ran.effect, ran.attempt) == ("agent.1.1", "lookup", '{"q":1}', "read", 3)


def test_intents_are_what_the_checked_ones_would_be():
    reserve = Reserve(input=5, output=2, cost="0.1", max_tokens=2)
    asking = CallModel("agent", "agent.1", Request(add=(2,)))
    calling = CallTool("agent", "agent.1.1", "lookup", "{}", "read")
    for intent in (asking.intent(), asking.intent(reserve), calling.intent()):
        assert intent == type(intent)(**vars(intent))
        assert list(vars(intent)) == list(type(intent).model_fields)


def test_an_ending_is_about_the_run():
    assert ending("error", "too busy", "overloaded", retryable=True) == Tell(
        "", RunEnded(outcome="error", reason="too busy", error="overloaded", retryable=True)
    )
