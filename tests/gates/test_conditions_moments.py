"""What a condition can see at a command, at an event, and of the run as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from tests.playbook import agent, answered, asked, called, failed, read, returned, started, story
from workbench.errors import UsedWrongly
from workbench.events import (
    Call,
    CriterionJudged,
    Event,
    Evidence,
    Price,
    Request,
    Said,
    ToolReturned,
    Usage,
)
from workbench.gates.conditions import MISSING
from workbench.gates.grammar import parse, parse_path
from workbench.gates.moments import AtCommand, AtEvent, AtRest, Gated
from workbench.gates.watch import Watch
from workbench.state import CallModel, CallTool, CheckOutput, Conclude, State, fold

PRICED = agent("agent").model_copy(update={"price": Price(input="1000000", output="0")})
TOLD = Said(text="hi")
JUDGED = CriterionJudged(name="paid", met=True, evidence=Evidence(seq=2, words="hi"))


def moment(*bodies: Any, spec: Any = PRICED) -> tuple[State, list[Event]]:
    events = story(started(spec), *bodies)
    return fold(events), events


def at_last(*bodies: Any) -> AtEvent:
    state, events = moment(*bodies)
    return AtEvent(state, events[-1], lambda seq: events[seq - 1])


def at(command: Gated, *bodies: Any, spec: Any = PRICED) -> AtCommand:
    return AtCommand(moment(*bodies, spec=spec)[0], command, lambda call: 7)


def holds(condition: str, one: AtRest) -> bool:
    return parse(condition).holds(one)


def seen(one: AtRest, *paths: str) -> list[object]:
    return [parse_path(path).of(one) for path in paths]


ASK = CallModel("agent", "agent.1", Request())
MAIL = CallTool("agent", "agent.1.1", "mail", '{"to":"x","n":[1,{"p":0.10}]}', "effect", attempt=2)
READ = Conclude("agent", "agent.1")


def true_of(one: AtRest, words: Sequence[str] = ("think", "model", "call", "tool", "output", "result", "error")):
    return [word for word in words if holds(word, one)]


def test_the_kinds_of_commands():
    assert true_of(at(ASK)) == ["think", "model"]
    assert true_of(at(MAIL)) == ["call", "tool"]
    assert true_of(at(READ)) == ["output"]
    assert true_of(at(CheckOutput("agent", "agent.1"))) == [], "an answer is one output: when it counts"
    assert holds("tool mail and not tool other", at(MAIL))
    assert holds("repeat 7", at(MAIL))
    assert not holds("repeat 2", at(ASK))


def test_a_command_shows_its_fields():
    assert seen(at(MAIL), "tool", "effect", "attempt", "actor", "phase", "model") == [
        "mail",
        "effect",
        2,
        "agent",
        "call",
        "fake:agent",
    ]
    assert seen(at(MAIL), "args.to", "args.n[0]", "args.n[1].p", "args.n.1.p") == [
        "x",
        1,
        Decimal("0.10"),
        Decimal("0.10"),
    ]
    assert seen(at(ASK), "phase", "attempt", "tool", "args.x", "effect", "result", "text", "error") == [
        "think",
        1,
        *[MISSING] * 6,
    ]
    assert seen(at(READ), "phase", "attempt") == ["output", MISSING]


@pytest.mark.parametrize("path", ["args.no", "args.n[9]", "args.n.x", "args.to.x", "args.n[0].x", 'args.n["-1"]'])
def test_what_is_not_there_is_missing(path: str):
    assert seen(at(MAIL), path) == [MISSING]


@pytest.mark.parametrize(
    "written", ["{nonsense", '{"n":' + "9" * 5000 + "}", "[" * 100_000, '{"n":1e99999999999999999999}', ""]
)
def test_arguments_that_are_no_json_are_their_text(written: str):
    call = CallTool("agent", "agent.1.1", "mail", written, "effect")
    assert seen(at(call), "args", "args.n") == [written, MISSING]


def test_odd_numbers_harm_nothing():
    call = CallTool("agent", "agent.1.1", "mail", '{"n":NaN,"i":-Infinity,"e":1e999999}', "effect")
    assert holds('args.n == "NaN" and not args.n > 1 and args.i != 0 and args.e > 5', at(call))


def test_thinking_counts_as_the_iteration_that_it_begins():
    assert seen(at(ASK), "iteration") == [1]
    assert seen(at(CallModel("agent", "agent.1", Request(), attempt=2)), "iteration") == [0]
    user = agent("agent").model_copy(update={"role": "user"})
    assert seen(at(ASK, spec=user), "iteration") == [0]
    assert seen(at(MAIL, TOLD, asked()), "iteration") == [1]


def test_the_run_as_it_stands():
    state, _ = moment(TOLD, asked(), answered("agent.1", "done", usage=Usage(input=2, output=3)), JUDGED)
    one = AtRest(state)
    fields = [
        "cost",
        "tokens",
        "input_tokens",
        "output_tokens",
        "requests",
        "tool_calls",
        "iteration",
        "status",
        "output",
    ]
    assert seen(one, *fields) == [2, 5, 2, 3, 1, 0, 1, None, ""]
    assert seen(one, "criteria.paid", "criteria.other", "tool", "args.x") == [True, MISSING, MISSING, MISSING]
    assert true_of(one) == []
    assert not holds("repeat 2", one)


def test_an_unknown_cost_is_missing_and_not_zero():
    state, _ = moment(TOLD, asked(), answered(), spec=agent("agent").model_copy(update={"price": None}))
    assert seen(AtRest(state), "cost") == [MISSING]


WORK = (TOLD, asked(), answered("agent.1", "", Call(name="mail", arguments='{"to":"x"}'), "look"))
CALLED = called("agent.1.1", "mail", arguments='{"to":"y"}')


def test_an_answer():
    done = at_last(TOLD, asked(), answered("agent.1", "bye"))
    assert true_of(done) == ["think", "model", "output"]
    assert seen(done, "text", "model", "actor", "phase", "tool", "result") == [
        "bye",
        "fake:agent",
        "agent",
        "output",
        MISSING,
        MISSING,
    ]
    assert true_of(at_last(*WORK)) == ["think", "model"]
    assert seen(at_last(*WORK), "phase") == ["think"]


def test_what_was_said():
    assert seen(at_last(TOLD), "text", "model", "phase") == ["hi", MISSING, MISSING]
    assert true_of(at_last(TOLD)) == []


def test_a_result_knows_its_call():
    one = at_last(*WORK, CALLED, ToolReturned(call="agent.1.1", content='{"ok":[1]}'))
    assert true_of(one) == ["call", "tool", "result"]
    assert holds("tool mail and not tool look", one)
    assert seen(one, "result", "result.ok[0]", "tool", "args.to", "effect", "attempt", "phase", "error") == [
        '{"ok":[1]}',
        1,
        "mail",
        "y",
        "effect",
        1,
        "result",
        MISSING,
    ]


def test_the_structure_of_a_result_goes_over_its_words():
    one = at_last(*WORK, CALLED, ToolReturned(call="agent.1.1", content="fine", data='{"ok":1}'))
    assert seen(one, "result", "result.ok") == ["fine", 1]
    assert seen(at_last(*WORK, CALLED, returned("agent.1.1", "fine")), "result.ok") == [MISSING]


def test_a_result_that_was_given_without_a_call_knows_what_was_asked_for():
    one = at_last(*WORK, CALLED, returned("agent.1.2"))
    assert seen(one, "tool", "args", "effect", "attempt") == ["look", {}, MISSING, MISSING]


def test_other_actors_between_are_passed_over():
    events = story(
        started(agent("agent.1"), agent("agent")),
        ("agent.1", TOLD),
        ("agent", TOLD),
        ("agent", asked()),
        ("agent", answered("agent.1", "", "look")),
        ("agent.1", asked("agent.1.1")),
        ("agent", called("agent.1.1", "look")),
        ("agent.1", failed("agent.1.1", "timeout")),
    )
    one = AtEvent(fold(events), events[-1], lambda seq: events[seq - 1])
    assert true_of(one) == ["think", "model", "error"]
    first = AtEvent(fold(events), story(failed("agent.9"))[0], lambda seq: events[seq - 1])
    assert seen(first, "tool") == [MISSING]


def test_failures_of_tools_and_of_models():
    tool = at_last(*WORK, CALLED, failed("agent.1.1", "raised", "Traceback: no"))
    assert true_of(tool) == ["call", "tool", "result", "error"]
    assert seen(tool, "error", "result", "result.x", "text") == ["raised", "Traceback: no", MISSING, MISSING]
    model = at_last(TOLD, asked(), failed("agent.1", "timeout", "too slow"))
    assert true_of(model) == ["think", "model", "error"]
    assert seen(model, "error", "result", "phase") == ["timeout", MISSING, "think"]


def test_a_verdict_that_changed():
    one = at_last(TOLD, JUDGED)
    assert holds("criterion paid flips and not criterion other flips", one)
    assert true_of(one) == []


def test_a_watch_gives_the_value_as_json():
    state, events = moment(*WORK, CALLED)

    def value(text: str) -> str | None:
        return Watch(text).value(state, events[-1], lambda seq: events[seq - 1])

    assert [value(" args.to "), value("tool"), value("cost"), value("criteria.x"), value("result")] == [
        '"y"',
        '"mail"',
        "1",
        None,
        None,
    ]
    assert Watch(" cost ").text == "cost"
    with pytest.raises(UsedWrongly, match="there is no field csot; did you mean cost"):
        Watch("csot")


def test_the_answer_read_shows_in_the_run():
    state, _ = moment(TOLD, asked(), answered("agent.1", "x"), read("agent.1", "bye", status="complete"))
    assert seen(AtRest(state), "output", "status") == ["bye", "complete"]
