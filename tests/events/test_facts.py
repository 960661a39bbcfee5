"""Facts made of what came are what their kinds make of it, and what is none is said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.events import Call, Media, ModelAnswered, ToolReturned, Usage, stored
from workbench.events.facts import answered, returned
from workbench.events.messages import Answer, ToolOutcome
from workbench.events.text import STRUCK

KEY = "sk-ant-" + "a" * 30
texts = st.text(st.characters(codec=None), max_size=30) | st.just(f"the key {KEY} and \ud800")
maybe = st.none() | texts
calls = st.lists(st.builds(Call, name=texts, arguments=texts), max_size=3).map(tuple)
usages = st.builds(Usage, input=st.none() | st.integers(0, 9), output=st.none() | st.integers(0, 9))
media = st.lists(st.just(Media(kind="image", url="https://example.com/cat.png")), max_size=2).map(tuple)


@given(
    text=texts, thinking=texts, calls=calls, usage=usages, finish=texts, model=maybe, raw=maybe, cached=st.booleans()
)
def test_an_answer_is_the_fact_that_its_kind_makes_of_it(**fields: Any):
    fact = answered("agent.1", Answer(**fields), 7)
    assert fact == ModelAnswered(call="agent.1", ms=7, **fields)
    assert list(vars(fact)) == list(ModelAnswered.model_fields)
    assert stored(fact) == stored(ModelAnswered(call="agent.1", ms=7, **fields))


@given(content=texts, data=maybe, media=media)
def test_an_outcome_is_the_fact_that_its_kind_makes_of_it(**fields: Any):
    fact = returned("agent.1.1", ToolOutcome(**fields), 7)
    assert fact == ToolReturned(call="agent.1.1", ms=7, **fields)
    assert list(vars(fact)) == list(ToolReturned.model_fields)


def test_no_key_gets_into_a_fact():
    answer = answered("agent.1", Answer(text=KEY, thinking=KEY, finish=KEY, model=KEY, raw=KEY), 0)
    assert {answer.text, answer.thinking, answer.finish, answer.model, answer.raw} == {STRUCK}
    result = returned("agent.1.1", ToolOutcome(KEY, KEY), 0)
    assert {result.content, result.data} == {STRUCK}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 5),
        ("thinking", None),
        ("finish", b"stop"),
        ("model", 5),
        ("raw", {}),
        ("cached", "maybe"),
        ("usage", None),
        ("calls", "search"),
        ("calls", ("search",)),
    ],
)
def test_an_answer_that_is_none_is_named_by_its_field(field: str, value: object):
    with pytest.raises(ValueError, match=f"^{field}"):
        answered("agent.1", Answer(**{field: value}), 0)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(("field", "value"), [("content", 5), ("data", {}), ("media", "cat.png"), ("media", (1,))])
def test_an_outcome_that_is_none_is_named_by_its_field(field: str, value: object):
    with pytest.raises(ValueError, match=f"^{field}"):
        returned("agent.1.1", ToolOutcome(**{"content": "", field: value}), 0)  # pyright: ignore[reportArgumentType]


def test_what_can_be_mended_is_mended():
    call = Call(name="search")
    assert answered("agent.1", Answer(calls=[call]), 0).calls == (call,)  # pyright: ignore[reportArgumentType]
