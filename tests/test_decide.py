"""What can be done next, for every kind of state."""

from __future__ import annotations

import pytest

from tests.playbook import (
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
)
from workbench.decide import decide
from workbench.events import (
    Body,
    Check,
    Criterion,
    CriterionJudged,
    Heard,
    Media,
    Released,
    Request,
    RunEnded,
    RunStarted,
    Said,
    ToolSpec,
    TurnGiven,
    UserSide,
    WriterTook,
)
from workbench.state import CallModel, CallTool, Command, Conclude, State, Tell, ending

HELLO = Said(text="hello")


def offered(*bodies: Told) -> tuple[Command, ...]:
    return decide(state_after(*bodies))


def only(*bodies: Told) -> Command:
    (command,) = offered(*bodies)
    return command


def test_nothing_before_the_start_and_nothing_after_the_end():
    assert decide(State()) == ()
    assert offered(HELLO, RunEnded(outcome="stopped")) == ()


def test_who_was_spoken_to_thinks():
    command = only(HELLO)
    assert isinstance(command, CallModel)
    assert (command.call, command.attempt, command.after_result) == ("agent.1", 1, False)
    assert (command.request.base, command.request.keep, command.request.add) == (None, 0, (2,))


def test_a_request_is_told_as_what_was_added():
    command = only(HELLO, asked(), answered("agent.1", "", "lookup"), called("agent.1.1"), returned("agent.1.1"))
    assert isinstance(command, CallModel)
    assert (command.request.base, command.request.keep, command.request.add) == (3, 1, (4, 6))
    assert command.request == Request(**vars(command.request))
    assert (command.call, command.after_result) == ("agent.2", True)


def test_equal_histories_make_equal_requests_and_others_do_not():
    def chain(words: str) -> str:
        command = only(Said(text=words))
        assert isinstance(command, CallModel)
        return command.request.chain

    assert chain("a") == chain("a") != chain("b")


def test_a_new_question_is_no_result():
    command = only(HELLO, asked(), answered("agent.1", "hi"), read("agent.1", "hi"), Said(text="and now?"))
    assert isinstance(command, CallModel)
    assert not command.after_result


def test_a_model_that_is_being_asked_is_not_asked_twice():
    assert offered(HELLO, asked()) == ()


def test_a_question_in_doubt_is_asked_again():
    command = only(HELLO, asked(), WriterTook(process="2"))
    assert isinstance(command, CallModel)
    assert (command.call, command.attempt, command.request.base, command.request.add) == ("agent.1", 2, 3, ())


def test_a_model_that_failed_ends_the_run_until_it_is_released():
    broken = (HELLO, asked(), failed("agent.1", "overloaded", "too busy"))
    assert only(*broken) == ending("error", "too busy", "overloaded")
    again = only(*broken, RunEnded(outcome="error"), Released())
    assert isinstance(again, CallModel)
    assert (again.call, again.attempt, again.after_result) == ("agent.1", 2, False)


BATCH = (HELLO, asked(), answered("agent.1", "", "lookup", "charge", "unheard_of"))


def tools(*bodies: Told) -> list[tuple[str, str, str, int, bool]]:
    calls: list[tuple[str, str, str, int, bool]] = []
    for command in offered(*bodies):
        assert isinstance(command, CallTool)
        calls.append((command.call, command.tool, command.effect, command.attempt, command.doubt))
    return calls


def test_all_calls_of_an_answer_are_offered_in_order():
    assert tools(*BATCH) == [
        ("agent.1.1", "lookup", "read", 1, False),
        ("agent.1.2", "charge", "effect", 1, False),
        ("agent.1.3", "unheard_of", "read", 1, False),
    ]


def test_what_is_begun_is_not_offered_and_what_is_in_doubt_is():
    begun = (*BATCH, called("agent.1.1"), called("agent.1.2", "charge"))
    assert [call for call, *_ in tools(*begun)] == ["agent.1.3"]
    assert tools(*begun, WriterTook(process="2"), returned("agent.1.3"))[1] == (
        "agent.1.2",
        "charge",
        "effect",
        2,
        True,
    )


def test_an_answer_without_calls_is_read():
    assert only(HELLO, asked(), answered("agent.1", "hi")) == Conclude("agent", "agent.1")


LINES = started(lines=["one", "two"])
TURN = (asked(), answered("agent.1", "hi"))


def test_the_users_lines_come_one_by_one():
    assert only(LINES) == Tell("agent", Said(text="one"))
    first: tuple[Told, ...] = (LINES, ("agent", Said(text="one"), "rule"), *TURN, read("agent.1", "hi"))
    assert only(*first) == Tell("agent", Said(text="two"))
    both: tuple[Told, ...] = (*first, ("agent", Said(text="two"), "rule"), asked("agent.2"), answered("agent.2", "bye"))
    assert offered(*both, read("agent.2", "bye")) == ()


def test_a_person_is_waited_for():
    assert offered(started()) == ()


def test_a_recording_goes_nowhere_by_itself():
    assert offered(started(turns="recorded", lines=["one"])) == ()
    assert isinstance(only(started(turns="recorded"), TurnGiven()), CallModel)


CRITERIA = (
    Criterion(name="order", check=Check(pattern="A-1")),
    Criterion(name="polite", kind="indicator"),
)


@pytest.mark.parametrize(
    ("order", "polite", "status", "over"),
    [
        (True, True, "complete", True),
        (True, None, "complete", True),
        (None, True, "complete", False),
        (True, False, "complete", False),
        (True, True, "continue", False),
    ],
)
def test_a_run_is_complete_when_it_says_so_and_shows_so(
    order: bool | None, polite: bool | None, status: str, over: bool
):
    bodies: tuple[Body, ...] = (
        started(criteria=CRITERIA),
        HELLO,
        *TURN,
        CriterionJudged(name="order", met=order),
        CriterionJudged(name="polite", met=polite),
        read("agent.1", "hi", status=status),
    )
    assert offered(*bodies) == ((ending("completed"),) if over else ())


DUET = started(agent(), agent("user", role="user"), user=UserSide(kind="actor", actor="user"))


def test_a_played_user_speaks_first_and_then_they_hear_each_other():
    assert only(DUET) == Tell("user", TurnGiven())
    opened: tuple[Told, ...] = (
        DUET,
        ("user", TurnGiven()),
        ("user", asked("user.1")),
        ("user", answered("user.1", "tea?")),
        ("user", read("user.1", "tea?")),
    )
    assert only(*opened) == Tell("agent", Heard(source=5))
    replied = (*opened, Heard(source=5), *TURN, read("agent.1", "hi"))
    assert only(*replied) == Tell("user", Heard(source=9))


def test_a_played_user_without_a_name_is_nobody():
    assert offered(started(user=UserSide(kind="actor"))) == ()


def test_several_who_have_something_to_do_are_offered_in_the_order_of_the_start():
    both: tuple[RunStarted | tuple[str, Body], ...] = (
        started(agent("a"), agent("b"), turns="recorded"),
        ("b", HELLO),
        ("a", HELLO),
    )
    assert [command.key for command in offered(*both)] == ["a.1", "b.1"]


def test_requests_are_deltas_that_add_up():
    """Following `base` and `keep` from the newest request back gives exactly the transcript."""
    state = state_after(
        *(HELLO, asked()),
        answered("agent.1", "", "lookup"),
        called("agent.1.1"),
        returned("agent.1.1"),
    )
    command = decide(state)[0]
    assert isinstance(command, CallModel)
    first = Request(add=(2,))
    whole = [*first.add[: command.request.keep], *command.request.add]
    assert whole == state.actors["agent"].log.refs()


def test_images_go_with_the_first_line_only() -> None:
    image = Media(kind="image", url="https://example.org/cat.png")
    side = UserSide(kind="lines", lines=("look", "and?"), media=(image,))
    assert decide(state_after(started(user=side))) == (Tell("agent", Said(text="look", media=(image,))),)
    heard = (
        Said(text="look", media=(image,)),
        called("agent.1"),
        answered("agent.1", "a cat"),
        read("agent.1", "a cat"),
    )
    first, *rest = heard
    state = state_after(started(user=side), ("agent", first, "rule"), *rest)
    assert decide(state) == (Tell("agent", Said(text="and?")),)


def test_a_tool_is_as_busy_as_all_actors_keep_it():
    one = ToolSpec(name="lookup", effect="read", parallel=1)
    begun = offered(
        started(agent("a", one), agent("b", one)),
        *[("a", HELLO), ("a", asked("a.1")), ("a", answered("a.1", "", "lookup")), ("a", called("a.1.1"))],
        *[("b", HELLO), ("b", asked("b.1")), ("b", answered("b.1", "", "lookup", "save"))],
    )
    assert [command.key for command in begun] == ["b.1.2"]
