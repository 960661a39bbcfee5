"""The fold, one fact after the other: what each makes of the state, and what it leaves alone."""

from __future__ import annotations

import pytest

from tests.playbook import (
    CHARGE,
    agent,
    answered,
    asked,
    called,
    cap,
    failed,
    read,
    returned,
    started,
    state_after,
    story,
)
from workbench.events import (
    AnswerRead,
    CallFailed,
    CriterionJudged,
    Doubted,
    Evidence,
    Forked,
    Heard,
    Held,
    LimitSet,
    Noted,
    Released,
    RunEnded,
    Said,
    Settled,
    TurnGiven,
    Undone,
    WriterTook,
)
from workbench.state import Ended, Recovery, State, Verdict, apply, fold, head_of

HELLO = Said(text="hello")
BATCH = (HELLO, asked(), answered("agent.1", "", "lookup", "charge"))
ENDED = RunEnded(outcome="completed")


def test_a_run_starts_as_it_was_set():
    state = state_after(started(mode="step", caps=(cap("requests", 3),)))
    assert (state.mode, state.limits, state.agent, state.seq) == ("step", {"requests": "3"}, "agent", 1)
    assert state.actors["agent"].todo == "rest"


def test_a_word_to_an_actor_gives_it_something_to_think_about():
    state = state_after(HELLO)
    assert (state.actors["agent"].todo, state.actors["agent"].log.refs()) == ("think", [2])


def test_a_hold_after_a_failure_keeps_what_follows_it_and_the_end_does_not():
    two = started(agent(), agent("other"), agent("cut"))
    broken = (
        two,
        HELLO,
        asked(),
        failed("agent.1", "down"),
        ("cut", asked("cut.1")),
        ("cut", CallFailed(call="cut.1", error="time", message="late", cut=True)),
    )
    due = Held(gate="pause", reason="paused", due=True)
    held = state_after(*broken, due)
    assert [one.recovery and one.recovery.wait for one in held.actors.values()] == ["due", None, None]
    assert state_after(*broken, due, Released()).actors["agent"].trouble is not None
    over = (*broken, due, RunEnded(outcome="error"))
    assert state_after(*over).actors["agent"].recovery == Recovery(4.0)
    assert state_after(*over, Released()).actors["agent"].trouble is None


@pytest.mark.parametrize("role", ["system", "developer"])
def test_an_instruction_is_kept_and_asks_for_nothing(role: str):
    state = state_after(Said.model_validate({"text": "be brief", "role": role}))
    assert (state.actors["agent"].todo, len(state.actors["agent"].log)) == ("rest", 1)


@pytest.mark.parametrize(
    ("before", "after", "refs"),
    [
        ((asked(),), (answered("agent.1", "x"), read()), [2, 5, 4]),
        ((asked(), answered("agent.1", "x")), (read(),), [2, 4, 5]),
        ((asked(), answered("agent.1", "", "lookup")), (called("agent.1.1"), returned("agent.1.1")), [2, 4, 7, 5]),
        ((asked(),), (failed("agent.1"),), [2, 4]),
    ],
    ids=["while asked", "before it is read", "during a tool", "and the model fails"],
)
def test_what_is_said_meanwhile_is_heard_when_the_actor_is_done(
    before: tuple[AnswerRead, ...], after: tuple[AnswerRead, ...], refs: list[int]
):
    meanwhile = state_after(HELLO, *before, Said(text="wait"))
    assert meanwhile.actors["agent"].waiting[0][0] == len(before) + 3
    state = state_after(HELLO, *before, Said(text="wait"), *after)
    assert state.actors["agent"].log.refs() == refs
    assert (state.actors["agent"].todo, state.actors["agent"].waiting) == ("think", ())


def test_words_stay_in_the_order_in_which_they_were_said():
    state = state_after(HELLO, asked(), Said(text="first"), failed("agent.1"), ENDED, Said(text="second"))
    assert state.actors["agent"].log.refs() == [2, 4, 7]


def test_finish_ends_with_the_actors_turn():
    finishing = (Released(mode="finish"), HELLO, asked(), answered("agent.1", "hi"))
    assert state_after(*finishing).mode == "finish"
    assert state_after(*finishing, read()).mode == "step"
    assert state_after(Released(mode="next"), *finishing[1:], read()).mode == "next"


def test_a_new_writer_puts_what_was_under_way_in_doubt_and_nothing_else():
    two = started(agent(), agent("other"), agent("idle"))
    state = state_after(
        two,
        *BATCH,
        called("agent.1.1"),
        ("other", HELLO),
        ("other", asked("other.1")),
        WriterTook(process="pid 2"),
    )
    assert [want.status for want in state.actors["agent"].wants] == ["doubt", "wanted"]
    asking = state.actors["other"].asking
    assert asking is not None
    assert asking.doubt
    assert state.open_calls == ["agent.1.1", "other.1"]
    assert [want.call for want in state.doubtful] == ["agent.1.1"]


def test_what_is_in_doubt_is_no_longer_under_way():
    assert not state_after(HELLO).under_way
    for begun in ((HELLO, asked()), (*BATCH, called("agent.1.1"))):
        assert state_after(*begun).under_way
        assert not state_after(*begun, WriterTook(process="2")).under_way


def test_one_call_can_be_in_doubt():
    state = state_after(
        *BATCH, called("agent.1.1"), called("agent.1.2", "charge"), Doubted(call="agent.1.2", reason="broken off")
    )
    assert [want.status for want in state.actors["agent"].wants] == ["open", "doubt"]


IN_DOUBT = (*BATCH, called("agent.1.1"), called("agent.1.2", "charge"), WriterTook(process="2"))


def _hold(call: str) -> Held:
    return Held(gate="doubt", reason="nobody knows", command=call, phase="call", call=call)


def test_again_gives_the_call_back_and_ends_its_hold():
    state = state_after(*IN_DOUBT, _hold("agent.1.2"), Settled(call="agent.1.2", ruling="again"))
    assert [want.status for want in state.actors["agent"].wants] == ["doubt", "wanted"]
    assert state.held is None
    state = state_after(*IN_DOUBT, _hold("agent.1.1"), Settled(call="agent.1.2", ruling="again"))
    assert state.held is not None, "the hold is about another call"


def test_leave_changes_nothing():
    before = state_after(*IN_DOUBT, _hold("agent.1.2"))
    state = state_after(*IN_DOUBT, _hold("agent.1.2"), Settled(call="agent.1.2", ruling="leave"))
    assert (state.actors, state.held) == (before.actors, before.held)


def test_a_result_ends_the_hold_of_its_call_alone():
    assert state_after(*IN_DOUBT, _hold("agent.1.2"), returned("agent.1.2")).held is None
    assert state_after(*IN_DOUBT, _hold("agent.1.2"), returned("agent.1.1")).held is not None


def test_who_hears_what():
    two = started(agent(), agent("user", role="user"))
    spoken = (HELLO, asked(), answered("agent.1", "hi"), read("agent.1", "hi"))
    state = state_after(two, *spoken, ("user", Heard(source=5)))
    user = state.actors["user"]
    assert (user.heard, user.todo, user.log.refs()) == (5, "think", [6])
    assert sorted(state.spoken) == [2, 5]
    assert state_after(*spoken).spoken == {}, "where one acts alone nobody else hears it"
    other_words = state_after(two, HELLO, asked(), answered("agent.1", "no"), read("agent.1", "no"))
    other = fold(story(("user", Heard(source=5)), after=5), other_words)
    assert other.actors["user"].log.chain != user.log.chain, "what was heard counts, not where it stands"


def test_a_played_user_does_not_give_the_output():
    two = started(agent(), agent("user", role="user"))
    spoken = (("user", TurnGiven()), ("user", asked("user.1")), ("user", answered("user.1", "I want tea")))
    state = state_after(two, *spoken, ("user", read("user.1", "I want tea")))
    assert (state.output, state.floor) == ("", ("user", 5))


def test_lines_of_the_script_are_counted_and_a_persons_are_not():
    state = state_after(started(lines=["a", "b"]), ("agent", Said(text="a"), "rule"), ("agent", HELLO, "human"))
    assert state.lines == 1


def test_verdicts_keep_their_evidence():
    shown = CriterionJudged(name="order", met=True, evidence=Evidence(seq=2, words="hello"))
    claimed = CriterionJudged(name="name", met=None, reason="only the agent says so")
    state = state_after(HELLO, shown, claimed)
    assert state.verdicts == {
        "order": Verdict(True, 2, "hello"),
        "name": Verdict(None, reason="only the agent says so"),
    }


def test_a_fork_starts_held_and_remembers_what_was_not_undone():
    undone = (Undone(call="agent.1.1", tool="charge", arguments="{}"),)
    state = state_after(HELLO, Forked(parent=1, parent_seq=2, undone=undone))
    assert state.held is not None
    assert (state.held.gate, state.held.reason, state.mode, state.undone) == (
        "fork",
        "forked after event 2",
        "step",
        undone,
    )


def test_caps_can_be_changed_and_lifted():
    state = state_after(
        started(caps=(cap("cost", 1),)), LimitSet(name="cost", limit=None), LimitSet(name="requests", limit="2")
    )
    assert state.limits == {"cost": None, "requests": "2"}


def test_an_end_and_a_new_word():
    over = (HELLO, Held(gate="step", reason="x"), RunEnded(outcome="stopped", reason="enough"))
    state = state_after(*over)
    assert (state.ended, state.held) == (Ended("stopped", "enough"), None)
    assert state_after(*over, HELLO).ended is None


def test_a_note_changes_nothing():
    before = state_after(HELLO)
    after = state_after(HELLO, Noted(text="observed"))
    assert (after.actors, after.mode, after.seq) == (before.actors, before.mode, before.seq + 1)


def test_nothing_given_to_apply_is_changed():
    events = story(started(), *IN_DOUBT, _hold("agent.1.2"), returned("agent.1.2"), returned("agent.1.1"))
    states = [State()]
    for event in events:
        states.append(apply(states[-1], event))
    for length, state in enumerate(states):
        assert state == fold(events[:length])


def test_the_head_of_a_request_tells_settings_apart():
    plain = agent()
    others = [
        plain.model_copy(update=change)
        for change in (
            {"system": "x"},
            {"settings": '{"temperature":0}'},
            {"model": "fake:other"},
            {"structured": True},
            {"tools": (CHARGE,)},
        )
    ]
    assert len({head_of(spec) for spec in (plain, *others)}) == 6
    assert head_of(plain) == head_of(agent())


def test_where_nobody_works_the_first_is_spoken_to():
    assert state_after(started(agent("a", role="user"), agent("b", role="user"))).agent == "a"
