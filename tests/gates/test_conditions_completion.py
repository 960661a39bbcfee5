"""What may stand next while a condition is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.playbook import agent, started, state_after
from workbench.events import Criterion, Recast, ToolSpec
from workbench.gates.completion import Names, complete, names_of, unknown
from workbench.gates.grammar import BadCondition, parse, parse_path
from workbench.gates.vocabulary import FIELDS, KINDS
from workbench.gates.watch import key_of

NAMES = Names({"send_email": ("to", "body"), "se.arch": ("query",), "a b": ()}, ("order_id",))
SIGNS = ["==", "!=", "<", "<=", ">", ">=", "=~", "!~", "contains", "in"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("t", ["tool", "text", "tokens", "tool_calls", "think"]),
        ("tool se", ["send_email", "se.arch"]),
        ("tool se.", ["se.arch"]),
        ("tool send_email ", ["and", "or", "if"]),
        ("tool send_email i", ["if"]),
        ("tool send_email if args.", ["to", "body"]),
        ("args.", ["to", "body", "query"]),
        ("not args.q", ["query"]),
        ("criterion ", ["order_id"]),
        ("criterion order_id ", ["flips"]),
        ("criteria.o", ["order_id"]),
        ("output.", []),
        ("args.to.", []),
        ("args.to == tr", ["true"]),
        ("args.to n", ["not"]),
        ('result contains "tool s', []),
        ("x y z", []),
        ("repeat ", []),
    ],
)
def test_the_words_that_may_stand_next(typed: str, offered: list[str]):
    assert complete(typed, NAMES) == offered


def test_the_beginning_offers_fields_and_moments_and_no_value_alone():
    offered = complete("", NAMES)
    assert set(offered) == {*FIELDS, *KINDS, "repeat", "criterion", "not"}
    assert complete("not ") == offered
    assert complete("cost > ")[-3:] == ["true", "false", "null"]


def test_after_a_field_come_the_comparisons():
    assert complete("cost ") == [*SIGNS, "not", "and", "or", "if"]
    assert complete("tool ", NAMES) == ["send_email", "se.arch", '"a b"', *SIGNS, "not", "and", "or", "if"]


def test_names_are_those_of_the_run():
    schema = '{"type":"object","properties":{"to":{},"cc":{}}}'
    tools = [
        ToolSpec(name="mail", parameters=schema),
        ToolSpec(name="bare", parameters="{}"),
        ToolSpec(name="odd", parameters="["),
        ToolSpec(name="list", parameters="[]"),
    ]
    start = started(agent("agent", *tools), criteria=(Criterion(name="paid"),))
    assert names_of(state_after(start)) == Names({"mail": ("to", "cc"), "bare": (), "odd": (), "list": ()}, ("paid",))
    recast = Recast(spec=agent("agent", ToolSpec(name="other")))
    assert list(names_of(state_after(start, recast)).tools) == ["other"]


@given(st.lists(st.integers(0, 30), max_size=8))
def test_what_is_offered_is_never_wrong_there(choices: list[int]):
    text = ""
    for choice in choices:
        offered = complete(text, NAMES)
        if not offered:
            break
        word = offered[choice % len(offered)]
        text += f"{word} "
        problem = problem_of(text)
        if problem is not None:  # it only wants more, or what the grammar alone cannot say
            at_the_end = problem.column > len(text.rstrip())
            assert at_the_end or "has no value" in problem.problem or "criteria.NAME" in problem.problem


def problem_of(text: str) -> BadCondition | None:
    try:
        parse(text)
    except BadCondition as error:
        return error
    return None


def test_names_that_the_run_does_not_know_are_told():
    names = Names({"mail": (), "send_mail": ()}, ("paid",))
    assert unknown("tool mail or not (criterion paid flips and cost > 1)", names) == []
    assert unknown("tool sendmail if args.to == 1 or criterion pid flips", names) == [
        "this run has no tool sendmail; did you mean send_mail?",
        "this run has no criterion pid; did you mean paid?",
    ]
    assert unknown("not tool zzz", names) == ["this run has no tool zzz"]


def test_a_path_alone_is_offered_fields_and_names_and_nothing_that_compares():
    assert complete("", NAMES, start="path") == list(FIELDS)
    assert complete("cost ", NAMES, start="path") == []
    assert complete("criteria.", NAMES, start="path") == list(NAMES.criteria)


@pytest.mark.parametrize("name", ["to", "a-b", "a b", 'say "x"', "é", ""])
def test_any_name_can_be_a_step_of_a_path(name: str):
    assert parse_path(f"args{key_of(name)}").keys == (name,)
