"""The rows of the Steps pane, for everything that a log can hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.playbook import Told, agent, answered, asked, called, failed, read, returned, started, story
from workbench.debugger.steps import Steps
from workbench.events import (
    Call,
    CriterionJudged,
    Doubted,
    Forked,
    Held,
    HistoryCut,
    LimitSet,
    Noted,
    Origin,
    OutputAccepted,
    OutputGiven,
    OutputRejected,
    Price,
    Recast,
    Redone,
    Released,
    RunEnded,
    Said,
    Settled,
    SummaryAsked,
    Usage,
    WaitBegan,
    WaitEnded,
    WriterTook,
)


def rows(*bodies: Told) -> list[tuple[str, str, str]]:
    return [(row.kind, row.standing, row.label) for row in Steps(story(started(), *bodies)).rows]


TURN = (Said(text="hello"), asked(), answered("agent.1", "", Call(name="lookup", arguments='{"q":1}')))


def test_a_turn_is_a_row_for_each_phase():
    steps = Steps(
        story(
            started(),
            *TURN,
            called("agent.1.1", arguments='{"q":1}'),
            returned("agent.1.1", "x" * 1200),
            asked("agent.2"),
            answered("agent.2", "it is 42\nand more"),
            read("agent.2", "it is 42\nand more"),
        )
    )
    assert [(row.kind, row.iteration, row.label, row.detail) for row in steps.rows] == [
        ("said", 0, "hello", "engine"),
        ("think", 1, "think", "lookup"),
        ("call", 1, "lookup", '{"q":1}'),
        ("result", 1, "result", "1.2 kB"),
        ("think", 2, "think", "it is 42"),
        ("output", 2, "output", "it is 42"),
    ]
    assert [(row.seq, row.last) for row in steps.rows][1:3] == [(3, 4), (5, 6)]
    assert {row.standing for row in steps.rows} == {"done"}
    assert steps.iteration == 2


def test_an_import_that_does_not_tell_the_time_has_none():
    turn = (*TURN, called("agent.1.1"), returned("agent.1.1"))
    imported = Steps(story(started(origin=Origin(format="openai")), *turn))
    assert [row.ms for row in imported.rows if row.kind in ("think", "call")] == [None, None]
    here = Steps(story(started(), *turn))
    assert [row.ms for row in here.rows if row.kind in ("think", "call")] == [0, 0]
    timed = Steps(story(started(origin=Origin(format="tau2")), *TURN[:2], answered("agent.1", "hi", ms=12)))
    assert timed.rows[-1].ms == 12


def test_who_speaks_is_told_apart():
    said = [Said(text="hi"), Said(text="This is your last answer.", role="system")]
    assert [row.detail for row in Steps(story(started(), *said)).rows] == ["engine", "system"]
    told = Steps(story(started(origin=Origin(format="openai")), ("agent", Said(text="hi"), "human")))
    assert [row.detail for row in told.rows] == ["user"]


def test_what_a_model_said_is_what_was_read_of_it():
    steps = Steps(story(started(), *TURN[:2], answered("agent.1", '{"agent_output": "hi"}'), read("agent.1", "hi")))
    assert [(row.kind, row.detail) for row in steps.rows[1:]] == [("think", "hi"), ("output", "hi")]


def test_what_is_under_way_is_running_and_a_killed_process_leaves_doubt():
    begun = (*TURN, called("agent.1.1"))
    assert rows(*begun)[-1] == ("call", "running", "lookup")
    assert rows(*begun, WriterTook(process="2"))[-1] == ("call", "doubt", "lookup")
    assert rows(*begun, Doubted(call="agent.1.1"))[-1] == ("call", "doubt", "lookup")
    again = Steps(story(started(), *begun, WriterTook(process="2"), called("agent.1.1", attempt=2)))
    assert [(row.standing, row.attempt, row.last) for row in again.rows][-1] == ("running", 2, 7)


def test_what_failed_stays_failed_when_another_takes_over():
    two = started(agent(), agent("other"))
    steps = Steps(
        story(
            two,
            asked(),
            failed("agent.1", "overloaded", "too busy"),
            ("other", asked("other.1")),
            WriterTook(process="2"),
        )
    )
    assert [(row.standing, row.detail) for row in steps.rows] == [("failed", "overloaded: too busy"), ("doubt", "")]


def test_a_model_asked_again_is_the_same_row():
    steps = Steps(story(started(), asked(), failed("agent.1"), asked(attempt=2), answered("agent.1", "hi")))
    assert [(row.kind, row.standing, row.attempt, row.detail) for row in steps.rows] == [("think", "done", 2, "hi")]
    assert steps.iteration == 1


def test_a_tool_that_failed_has_a_failed_result():
    assert rows(*TURN, called("agent.1.1"), failed("agent.1.1", "timeout", "too slow"))[-2:] == [
        ("call", "failed", "lookup"),
        ("result", "failed", "timeout"),
    ]


def test_facts_whose_intent_is_not_in_sight_make_no_trouble():
    assert rows(answered("agent.9", "hi"), failed("agent.9")) == []
    assert rows(returned("agent.9.1")) == [("result", "done", "result")]


def test_what_people_did_is_a_note():
    assert rows(
        Noted(text="seen", role="critic"),
        Settled(call="agent.1.1", ruling="not_run"),
        LimitSet(name="cost", limit=None),
        LimitSet(name="cost", limit="2"),
        Forked(parent=1, parent_seq=3),
        RunEnded(outcome="error", reason="x"),
        RunEnded(outcome="budget"),
    ) == [
        ("note", "done", "critic"),
        ("note", "done", "settled: not run"),
        ("note", "done", "limit cost = none"),
        ("note", "done", "limit cost = 2"),
        ("note", "done", "forked after 3"),
        ("note", "failed", "failed"),
        ("note", "done", "over budget"),
    ]


def test_what_a_replay_does_again_is_a_note():
    spec = agent().model_copy(update={"system": "Be kind."})
    again: Told = ("agent", Recast(spec=spec, changed=("system",)), "rule")
    assert rows(Redone(source=9), again, Redone(source=12, already=True)) == [
        ("note", "done", "again as @9"),
        ("note", "done", "the system prompt of agent was edited"),
        ("note", "done", "again as @12"),
    ]


def test_holds_and_verdicts_have_no_rows():
    assert rows(Held(gate="step", reason="x"), Released(), CriterionJudged(name="x", met=True)) == []


def test_costs_are_told_where_they_are_known():
    priced = agent().model_copy(update={"price": Price(input="1", output="2")})
    asks = (asked(), answered("agent.1", "x", usage=Usage(input=1_000_000, output=500_000)))
    row = Steps(story(started(priced), *asks)).rows[0]
    assert (row.input_tokens, row.output_tokens, row.cost) == (1_000_000, 500_000, Decimal(2))
    unknown = (asked(), answered("agent.1", "x", usage=Usage()))
    assert Steps(story(started(priced), *unknown)).rows[0].cost is None
    unpriced = agent().model_copy(update={"price": None})
    assert Steps(story(started(unpriced), *asks)).rows[0].cost is None


def test_long_words_are_cut():
    assert len(rows(Said(text="word " * 100))[0][2]) == 160


def test_rows_grow_with_the_log():
    events = story(started(), *TURN, called("agent.1.1"), returned("agent.1.1"))
    whole, grown = Steps(events), Steps()
    for event in events:
        grown.extend([event])
    assert grown.rows == whole.rows


def wait(error: str = "rate_limited", **more: Any) -> WaitBegan:
    return WaitBegan(call="agent.1", retry=1, of=3, error=error, seconds=4.0, until=99.0, **more)


def test_each_attempt_is_a_row_and_so_is_each_wait():
    steps = Steps(
        story(
            started(),
            asked(),
            failed("agent.1", "rate_limited"),
            wait(),
            WaitEnded(call="agent.1"),
            asked("agent.1", attempt=2),
            answered("agent.1", "there"),
        )
    )
    assert [(row.kind, row.standing, row.label, row.attempt, row.iteration) for row in steps.rows] == [
        ("think", "failed", "think", 1, 1),
        ("wait", "done", "waited, asked again", 1, 1),
        ("think", "done", "think", 2, 1),
    ]


def test_a_wait_says_until_when_and_why_and_how_it_ended():
    (_, row) = Steps(story(started(), asked(), failed("agent.1"), wait())).rows
    assert (row.standing, row.label, row.detail, row.until) == (
        "running",
        "asked again in 4 s",
        "rate limited, 1 of 3",
        99.0,
    )
    for how, label in (("skipped", "asked again at once"), ("stopped", "the wait was stopped")):
        ended = WaitEnded.model_validate({"call": "agent.1", "how": how})
        assert rows(asked(), failed("agent.1"), wait(), ended)[-1] == ("wait", "done", label)


def test_a_wait_that_another_process_takes_up_stays_one_row():
    took = WriterTook(process="another")
    assert rows(asked(), failed("agent.1"), wait(), took)[-1] == ("wait", "broken off", "asked again in 4 s")
    assert rows(asked(), failed("agent.1"), wait(), took, wait())[1:] == [("wait", "running", "asked again in 4 s")]


def test_a_model_that_takes_over_is_a_row_and_costs_what_it_costs():
    spec = agent().model_copy(update={"model": "fake:second", "price": Price(input="1000000", output="0")})
    takes: Told = ("agent", Recast(spec=spec), "rule")
    before = (started(), asked(), failed("agent.1"), takes, asked("agent.1", attempt=2))
    steps = Steps(story(*before, answered("agent.1", "hi", usage=Usage(input=2, output=0))))
    assert [(row.kind, row.label, row.detail) for row in steps.rows if row.kind == "note"] == [
        ("note", "model: fake:second", "takes over")
    ]
    assert [row.cost for row in steps.rows if row.kind == "think"] == [Decimal(2)]


def test_checks_of_outputs_and_cuts_of_histories_are_rows():
    given = OutputGiven(call="agent.1")
    steps = Steps(
        story(
            started(),
            asked(),
            answered("agent.1", "3"),
            given,
            OutputRejected(call="agent.1", message="in words, please"),
            SummaryAsked(text="sum up", dropped=2),
            HistoryCut(dropped=2, summary=4),
            asked("agent.2"),
            answered("agent.2", "three"),
            OutputGiven(call="agent.2"),
            WriterTook(process="pid 2"),
            OutputGiven(call="agent.2", attempt=2),
            OutputAccepted(call="agent.2", output="three", notes=("warning: a number",)),
            OutputAccepted(call="agent.9", output="of no check that is known"),
            OutputRejected(call="agent.9", message="neither"),
        )
    )
    assert [(row.kind, row.standing, row.label, row.detail) for row in steps.rows if row.kind != "think"] == [
        ("output", "failed", "check", "in words, please"),
        ("note", "done", "history outgrew its room", "its model sums it up"),
        ("note", "done", "history cut: 2 messages summed up", ""),
        ("output", "done", "check", "accepted; warning: a number"),
    ]
    checks = [row for row in steps.rows if row.checks]
    assert [(row.attempt, row.last) for row in checks] == [(1, 5), (2, 13)]
    assert rows(HistoryCut(dropped=3))[0][2] == "history cut: 3 messages left out"
