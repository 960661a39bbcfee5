"""An event's key, its stored form and its flat form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.playbook import answered, called, started
from workbench.errors import StoreError
from workbench.events import KINDS, Body, Call, Event, Noted, Said, ToolCalled, as_dict, decode, stored


def test_the_key_orders_by_branch_then_seq():
    early = Event(2, 9, 0.0, "engine", "agent", Said(text="x"))
    late = Event(3, 1, 0.0, "engine", "agent", Said(text="x"))
    assert early.id < late.id
    assert (early.id >> 32, early.id & 0xFFFFFFFF) == (2, 9)


def test_every_kind_is_known_by_its_snake_case_name():
    assert KINDS["model_called"].__name__ == "ModelCalled"
    assert KINDS["writer_took"].__name__ == "WriterTook"
    assert all(cls.kind == kind for kind, cls in KINDS.items())


@pytest.mark.parametrize(
    "body",
    [
        started(title="a title", seed=3),
        answered("agent.1", "words", Call(name="lookup", arguments='{"a": [1, null]}', given="")),
        called("agent.1.1", arguments="{broken"),
        Said(text="\x1b]0;title\x07 [red]markup[/] \u202eabc", role="developer"),
        Noted(text="n", extra='{"role":"x"}'),
    ],
    ids=lambda body: body.kind,
)
def test_a_body_survives_its_stored_form(body: Body):
    assert decode(*stored(body)) == body


@given(st.text(), st.text())
def test_any_text_can_be_recorded_and_read_back(text: str, arguments: str):
    body = ToolCalled(call="agent.1.1", tool=text, arguments=arguments)
    assert decode(*stored(body)) == body


@pytest.mark.slow
@given(st.text(alphabet=st.characters(categories=["Cs", "Lu", "Cc"])))
def test_half_characters_become_whole_ones(text: str):
    assert stored(Said(text=text))[2].encode("utf-8")


def test_what_is_at_its_default_is_not_stored():
    assert stored(Said(text="hi")) == ("said", 1, '{"text":"hi"}')


def test_an_unknown_kind_asks_for_an_update():
    with pytest.raises(StoreError, match=r"'dreamt'.*update"):
        decode("dreamt", 1, b"{}")


@pytest.mark.parametrize("stored", [b"", b"{", b"[]", b'{"text": 3}', b'{"words": "x"}', b"\xff\xfe"])
def test_a_damaged_body_is_one_sentence(stored: bytes):
    with pytest.raises(StoreError, match="damaged 'said' event"):
        decode("said", 1, stored)


@pytest.mark.parametrize("stored", [b"", b"{", b"\xff\xfe"])
def test_a_damaged_body_of_an_older_form_is_one_sentence(stored: bytes):
    with pytest.raises(StoreError, match="damaged 'said' event: ") as told:
        decode("said", 0, stored)
    assert "\n" not in str(told.value)


def test_a_newer_form_asks_for_an_update():
    with pytest.raises(StoreError, match=r"form 7.*knows up to 1.*update"):
        decode("said", 7, b'{"text": "x"}')


def test_the_flat_form_has_the_head_then_the_body():
    event = Event(1, 2, 3.5, "human", "agent", Said(text="hi"))
    assert as_dict(event) == {
        "branch": 1,
        "seq": 2,
        "at": 3.5,
        "by": "human",
        "actor": "agent",
        "kind": "said",
        "v": 1,
        "text": "hi",
    }
