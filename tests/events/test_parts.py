"""The values that bodies are made of are frozen and know their fields."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from workbench.events import Call, Cap, Usage
from workbench.events.script import Script, ScriptCall, ScriptFailure, ScriptTurn


def test_a_value_cannot_be_changed():
    call = Call(name="lookup")
    with pytest.raises(ValidationError, match="frozen"):
        call.name = "other"  # pyright: ignore[reportAttributeAccessIssue]


def test_an_unknown_field_is_an_error():
    with pytest.raises(ValidationError, match="Extra inputs"):
        Call.model_validate({"name": "lookup", "nmae": "x"})


def test_what_was_wrong_is_not_repeated_in_the_error():
    with pytest.raises(ValidationError) as caught:
        Cap.model_validate({"name": "sk-very-secret", "limit": "1"})
    assert "sk-very-secret" not in str(caught.value)


def test_a_script_has_turns_and_a_last_word():
    script = Script(turns=(ScriptTurn(say="hi", calls=(ScriptCall(tool="lookup"),), fail=ScriptFailure()),))
    assert script.turns[0].calls[0].args == {}
    assert script.spent


@pytest.mark.parametrize("wrong", [{"delay": -1}, {"delay": 61}, {"pace": -1}, {"fail": {"attempts": 0}}])
def test_a_script_cannot_be_slower_than_a_person_waits(wrong: dict[str, object]):
    with pytest.raises(ValidationError):
        ScriptTurn.model_validate(wrong)


@pytest.mark.parametrize("count", [-1, 10**9 + 1, 10**30])
def test_tokens_that_no_call_can_have_used_are_unknown_in_old_logs_too(count: int):
    assert Usage(input=count, output=5) == Usage(output=5)
    assert Usage.model_validate_json(f'{{"input": {count}}}') == Usage()
    assert Usage(input=0, output=10**9).output == 10**9
