"""What the model is told: messages made from events, once, when somebody looks."""

from __future__ import annotations

import pytest

from tests.playbook import answered, called, failed, read, returned, started, story
from workbench.events import (
    Call,
    Check,
    Criterion,
    Event,
    Heard,
    JudgeAsked,
    Media,
    Noted,
    Said,
    ToolReturned,
    TurnGiven,
)
from workbench.events.messages import Message
from workbench.state import content_of
from workbench.state.telling import Telling, message_of

EVENTS = story(
    started(),
    Said(text="hello"),
    answered("agent.1", "let me see", Call(name="lookup", given="x"), Call(name="charge"), thinking="hm"),
    returned("agent.1.1", "42"),
    failed("agent.1.2", "declined", "no money"),
    answered("agent.2", "done"),
    read("agent.2", "done, politely"),
    ("user", Heard(source=7)),
    ("user", Heard(source=6)),
    ("user", Heard(source=4)),
    TurnGiven(),
)


def lookup(seq: int) -> Event:
    return EVENTS[seq - 1]


def telling(*refs: int) -> Telling:
    return Telling(list(refs), lookup, [], {})


def test_a_conversation_with_calls():
    assert list(telling(2, 3, 4, 5, 6)) == [
        Message("user", "hello", seq=2),
        Message(
            "assistant",
            "let me see",
            "hm",
            (Call(name="lookup", given="x"), Call(name="charge")),
            ("agent.1.1", "agent.1.2"),
            seq=3,
        ),
        Message("tool", "42", call="agent.1.1", name="lookup", seq=4),
        Message("tool", "no money", call="agent.1.2", name="charge", failed=True, seq=5),
        Message("assistant", "done", seq=6),
    ]


def test_what_was_heard_is_the_users_with_the_speakers_name():
    read_aloud, said, silent = telling(8, 9, 10)
    assert (read_aloud.role, read_aloud.text, read_aloud.name) == ("user", "done, politely", "agent")
    assert said.text == "done"
    assert silent.text == "", "a result is nothing that anybody says"


@pytest.mark.parametrize("body", [Noted(text="x"), called("agent.1.1")])
def test_nothing_else_is_a_message(body: Noted):
    with pytest.raises(TypeError, match="cannot refer to"):
        message_of(story(body)[0], lookup, {})


def test_any_piece_of_it_can_be_looked_at():
    plain = list(telling(2, 3, 4, 5, 6))
    for piece in [slice(None), slice(1, 3), slice(-2, None), slice(None, None, -1), slice(4, 0, -2), slice(9, 20)]:
        assert telling(2, 3, 4, 5, 6)[piece] == plain[piece]
    assert telling(2, 3, 4)[-1] == plain[2]
    assert list(reversed(telling(2, 3, 4))) == plain[2::-1]
    with pytest.raises(IndexError):
        telling(2)[1]


def test_messages_are_made_once_and_shared():
    asked: list[int] = []

    def counted(seq: int) -> Event:
        asked.append(seq)
        return lookup(seq)

    known: list[Message] = []
    names: dict[str, str] = {}
    refs = [2, 3]
    first = Telling(refs, counted, known, names)
    assert len(first) == 2
    assert asked == []
    assert len(list(first)) == 2
    later = Telling([*refs, 4], counted, known, names)
    assert later[2].name == "lookup"
    assert asked == [2, 3, 4]
    assert len(list(first)) == 2, "a shorter telling stays as long as it is"


def test_an_image_is_told_with_the_words_that_it_goes_with():
    image = Media(kind="image", url="https://example.org/cat.png")
    events = story(
        started(),
        Said(text="look", media=(image,)),
        answered("agent.1", "", Call(name="draw")),
        ToolReturned(call="agent.1.1", content="drawn", media=(image,)),
        ("user", Heard(source=2)),
    )
    told = list(Telling([2, 3, 4, 5], lambda seq: events[seq - 1], [], {}))
    assert [message.media for message in told] == [(image,), (), (image,), (image,)]
    plain = [body.model_copy(update={"media": ()}) for body in (events[1].body, events[3].body)]
    assert [content_of(body) for body in plain] == [
        content_of(Said(text="look")),
        content_of(ToolReturned(call="", content="drawn")),
    ]
    assert content_of(events[1].body) != content_of(plain[0])
    assert content_of(events[3].body) != content_of(plain[1])


def test_a_case_puts_the_rubrics_and_then_the_run_with_the_numbers_of_its_events():
    long = "x" * 20_001
    criteria = (Criterion(name="polite", check=Check(rubric="It is polite.")), Criterion(name="odd"))
    events = story(
        started(criteria=criteria),
        Said(text=long),
        answered("agent.1", "", "lookup", "save"),
        returned("agent.1.1", "found"),
        failed("agent.1.2", message="it broke"),
        answered("agent.2", ""),
        ("judge", JudgeAsked(criteria=("polite", "odd", "gone"), refs=(2, 3, 4, 5, 6), answer=7, chain="0")),
    )
    message = message_of(events[-1], lambda seq: events[seq - 1], {})
    assert (message.role, message.seq) == ("user", 7)
    assert message.text.splitlines() == [
        "# Criteria",
        "- polite: It is polite.",
        "- odd: odd",
        "- gone: gone",
        "",
        "# The run",
        f"[2] user: {'x' * 20_000} … (cut off here)",
        "[3] agent calls lookup: {}",
        "[3] agent calls save: {}",
        "[4] result of lookup: found",
        "[5] failure of save: it broke",
        "[6] agent: ",
    ]
