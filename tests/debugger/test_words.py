"""The one sentence that says where a run is, and numbers as people read them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tests.playbook import Told, agent, answered, asked, called, failed, started, state_after
from workbench.debugger.words import (
    ago,
    call_words,
    clock_time,
    count,
    dollars,
    duration,
    outcome_words,
    played_by,
    seconds,
    size,
    standing,
)
from workbench.events import Doubted, Held, Outcome, Phase, RunEnded, Said, Signature, WaitBegan, WriterTook
from workbench.state import State


def test_a_call_reads_as_one_writes_it() -> None:
    assert call_words("charge", '{"order":"A-1","amount":-129.0}') == 'charge(order="A-1", amount=-129.0)'
    assert call_words("charge", "{broken") == "charge({broken)"
    assert call_words("charge", "[1]") == "charge([1])"


def test_an_actor_goes_by_the_name_of_its_persona() -> None:
    plays = agent(persona=Signature(name="support-agent"))
    state = state_after(started(plays, agent("other")))
    assert [played_by(state, name) for name in ("agent", "other", "nobody")] == ["support-agent", "other", "nobody"]
    assert played_by(State(), "agent") == "agent"


def test_an_outcome_is_said_in_words() -> None:
    outcomes: list[Outcome] = ["completed", "criteria_unmet", "budget", "stopped", "error"]
    assert [outcome_words(one) for one in outcomes] == [
        "completed", "criteria unmet", "over budget", "stopped", "failed",
    ]  # fmt: skip


HELLO = Said(text="hello")
BATCH = (HELLO, asked(), answered("agent.1", "", "charge"))
WAITS = (
    HELLO,
    asked(),
    failed("agent.1", "rate_limited"),
    WaitBegan(call="agent.1", retry=1, of=3, error="rate_limited", seconds=4.0, until=99.0),
)
BEGUN = (*BATCH, called("agent.1.1", "charge", effect="effect"))


def held(gate: str, reason: str, call: str | None = None, phase: Phase = "") -> Held:
    return Held(gate=gate, reason=reason, command=call or "", call=call, phase=phase)


@pytest.mark.parametrize(
    ("bodies", "driving", "words"),
    [
        ((HELLO,), False, "STANDS STILL: s steps, c continues"),
        ((HELLO,), True, "RUNNING"),
        ((HELLO, asked()), True, "RUNNING, the model thinks"),
        (WAITS, True, f"WAITING to ask again at {clock_time(99.0)} (rate limited): A asks now, ctrl+c holds"),
        (WAITS, False, "INTERRUPTED while it waited to ask again (rate limited): c goes on"),
        ((HELLO, asked()), False, "INTERRUPTED while the model thinks: c asks again"),
        ((HELLO, asked(), WriterTook(process="2")), True, "INTERRUPTED while the model thinks: c asks again"),
        (BATCH, False, "STANDS STILL: s steps, c continues"),
        (BEGUN, True, "RUNNING charge"),
        (BEGUN, False, "INTERRUPTED in charge"),
        ((*BEGUN, WriterTook(process="2")), False, "INTERRUPTED in charge: c goes on"),
        ((*BEGUN, Doubted(call="agent.1.1")), True, "INTERRUPTED in charge: c goes on"),
        ((HELLO, held("step", "before the model thinks")), False, "HELD before the model thinks"),
        ((HELLO, held("budget", "3 of 3 requests used")), False, "HELD by the budget: 3 of 3 requests used"),
        ((*BATCH, held("question", "Which?", "agent.1.1", "call")), False, "HELD, agent asks you: Which?"),
        ((HELLO, held("pause", "paused")), False, "PAUSED"),
        ((HELLO, held("fork", "forked after event 2")), False, "HELD · forked after event 2"),
        ((*BATCH, held("watch", "it costs", "agent.1.1", "call")), False, "HELD before charge · it costs"),
        ((HELLO, held("pause", "paused", "agent.9.1", "call")), False, "PAUSED before agent.9.1"),
        ((HELLO, held("pause", "paused", "agent.1", "think")), False, "PAUSED before the model thinks"),
        ((HELLO, held("pause", "paused", "agent.1", "result")), False, "PAUSED after the result"),
        ((HELLO, held("pause", "paused", "agent.1", "output")), False, "PAUSED at the answer"),
        ((HELLO, asked(), failed("agent.1")), False, "STANDS STILL: s steps, c continues"),
        ((started(lines=["hi"]),), False, "STANDS STILL: s steps, c continues"),
        ((started(),), False, "WAITING for you to say something"),
    ],
)
def test_where_a_run_stands(bodies: tuple[Told, ...], driving: bool, words: str):
    assert standing(state_after(*bodies), driving=driving) == words


def test_a_call_in_doubt_says_since_when():
    words = standing(state_after(*BEGUN, WriterTook(process="2"), held("doubt", "?", "agent.1.1")))
    assert re.fullmatch(r"HELD before charge: effect tool, in doubt since \d\d:\d\d:\d\d", words)
    assert standing(state_after(*BATCH, held("doubt", "?", "agent.1.1"))) == "HELD before agent.1.1: effect tool"


def test_where_several_take_part_it_says_who_thinks():
    assert standing(state_after(started(agent(), agent("other")), HELLO, asked()), driving=True) == (
        "RUNNING, agent thinks"
    )


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("completed", "DONE"),
        ("criteria_unmet", "ENDED, criteria unmet"),
        ("budget", "STOPPED by the budget"),
        ("stopped", "STOPPED"),
        ("error", "FAILED"),
    ],
)
def test_how_it_ended(outcome: Outcome, words: str):
    assert standing(state_after(HELLO, RunEnded(outcome=outcome))) == words
    assert standing(state_after(HELLO, RunEnded(outcome=outcome, reason="so"))) == f"{words}: so"


def test_an_empty_log_and_another_writer():
    assert standing(State()) == "EMPTY, nothing was recorded"
    assert standing(state_after(HELLO), following="pid 7 writes it").startswith("READ-ONLY (pid 7 writes it) · ")


def test_times():
    assert re.fullmatch(r"\d\d:\d\d:\d\d", clock_time(0.0))
    now = 1_000_000_000.0
    told = [ago(now - seconds, now) for seconds in (-5, 59, 60, 3599, 7200, 3 * 86400)]
    assert told == ["now", "now", "1 min", "59 min", "2 h", "3 d"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", ago(now - 8 * 86400, now))
    assert [duration(ms) for ms in (0, 999, 1900, 59_999, 60_000, 150_000)] == [
        "0 ms",
        "999 ms",
        "1.9 s",
        "60.0 s",
        "1 min",
        "2 min",
    ]


def test_amounts():
    assert [
        dollars(cost and Decimal(cost))
        for cost in (None, "0", "0.00000123456", "1e-9", "1.2", "0.031", "0.0004", "0.0100")
    ] == [
        "?",
        "$0",
        "$0.0000012",
        "$0.000000001",
        "$1.20",
        "$0.031",
        "$0.0004",
        "$0.010",
    ]
    assert [count(number) for number in (0, 999, 3100, 2_000_000)] == ["0", "999", "3.1k", "2.0M"]
    assert [size("x" * length) for length in (0, 340, 1200)] == ["0 B", "340 B", "1.2 kB"]


@pytest.mark.parametrize(
    ("amount", "words"),
    [(0.0, "0 s"), (0.44, "0.4 s"), (4.0, "4 s"), (9.99, "10 s"), (119, "119 s"), (600, "10 min"), (7200, "2 h")],
)
def test_how_long_a_wait_is(amount: float, words: str):
    assert seconds(amount) == words
