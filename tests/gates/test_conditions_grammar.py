"""The language of breakpoints: what each form means, and how a mistake is pointed at."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import UsedWrongly
from workbench.gates.conditions import (
    Compares,
    Every,
    Field,
    Given,
    Happens,
    Literally,
    Matches,
    Not,
    Repeats,
    Some,
)
from workbench.gates.grammar import LONGEST, BadCondition, parse, parse_path
from workbench.gates.vocabulary import FIELDS, KINDS

ARGS_TO = Field("args", ("to",))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("model", Happens("model")),
        ("  error ", Happens("error")),
        ("think", Happens("think")),
        ("call", Happens("call")),
        ("result", Happens("result")),
        ("output", Happens("output")),
        ("tool", Happens("tool")),
        ("tool send_email", Happens("tool", "send_email")),
        ("tool mcp.fs-read", Happens("tool", "mcp.fs-read")),
        ("tool in-box", Happens("tool", "in-box")),
        ("tool 'two words'", Happens("tool", "two words")),
        ("repeat 3", Repeats(3)),
        ("criterion order_id flips", Happens("flips", "order_id")),
        ('criterion "order id" flips', Happens("flips", "order id")),
        ("cost > 0.50", Compares(">", Field("cost"), Literally(Decimal("0.50")))),
        ('result contains "Traceback"', Compares("contains", Field("result"), Literally("Traceback"))),
        ('model == "a"', Compares("==", Field("model"), Literally("a"))),
        ('tool in ["a", 1, null]', Compares("in", Field("tool"), Literally(["a", 1, None]))),
        ("args.to not in []", Compares("in", ARGS_TO, Literally([]), never=True)),
        ("args.to not contains 1", Compares("contains", ARGS_TO, Literally(1), never=True)),
        ("args.x == args.y", Compares("==", Field("args", ("x",)), Field("args", ("y",)))),
        ("args.on == true or args.on == false", None),
        ("args.if.in.0", Given(Field("args", ("if", "in", "0")))),
        ('args.items[0]["a b"].price', Given(Field("args", ("items", 0, "a b", "price")))),
        ("tool.x", Given(Field("tool", ("x",)))),
        ("not not error", Not(Not(Happens("error")))),
        ("error and model or think", Some((Every((Happens("error"), Happens("model"))), Happens("think")))),
        ("error and (model or think)", Every((Happens("error"), Some((Happens("model"), Happens("think")))))),
        ("error or model if args", Every((Some((Happens("error"), Happens("model"))), Given(Field("args"))))),
        ("tool if args", Every((Happens("tool"), Given(Field("args"))))),
    ],
)
def test_each_form_means(text: str, meaning: object):
    if meaning is not None:
        assert parse(text) == meaning
    assert parse(text)


def test_patterns_are_taken_as_they_are_written():
    lacks = parse(r'tool send_email if args.to !~ "@corp\.com$"')
    assert isinstance(lacks, Every)
    matches = lacks.parts[1]
    assert isinstance(matches, Matches)
    assert (matches.left, matches.pattern.pattern, matches.never) == (ARGS_TO, r"@corp\.com$", True)
    finds = parse("args.to =~ 'a'")
    assert isinstance(finds, Matches)
    assert not finds.never


@pytest.mark.parametrize(
    ("written", "said"),
    [(r'"a\"b"', 'a"b'), (r"'it\'s'", "it's"), (r'"\n\t\\"', "\n\t\\"), (r'"\d"', r"\d"), ('"é\n"', "é\n")],
)
def test_texts_know_a_few_escapes(written: str, said: str):
    assert parse(f"text == {written}") == Compares("==", Field("text"), Literally(said))


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "there is nothing; expected a value, a field, tool, repeat, criterion, not or ("),
        ("   ", 1, "there is nothing"),
        ("cost >  ", 7, "it ends too early; expected a value, a field or tool"),
        ("criterion x", 12, "it ends too early; expected flips"),
        ("(cost > 1", 10, "it ends too early; expected )"),
        ("args.", 6, "it ends too early; expected a name"),
        ("repeat x", 8, "x is wrong here; expected a number"),
        (
            "cost\nb",
            6,
            "b is wrong here; expected a comparison (== != < <= > >= =~ !~ contains in), not, and, or, if or",
        ),
        ("tol mail", 1, "there is no field tol; did you mean tool?"),
        ("error or (tol x)", 11, "there is no field tol; did you mean tool?"),
        ("think if cst x", 10, "there is no field cst; did you mean cost?"),
        ("tool send email", 11, "email is wrong here; expected and, or, if or the end"),
        ("args.cst x", 10, "x is wrong here; expected a comparison"),
        ("cost = 1", 6, "= is wrong here; expected a comparison"),
        ("model && error", 7, "& is wrong here"),
        ("tool send_email iff", 17, "iff is wrong here; expected and, or, if or the end"),
        ('result contains "x', 17, "this quote is never closed"),
        ("agrs.x == 1", 1, "there is no field agrs; did you mean args?"),
        ("error or zzz.x", 10, "there is no field zzz; fields are tool, args, "),
        ("think == 1", 1, "think is a moment and has no value: write it alone, as in 'think if cost > 0.1'"),
        ('not "x"', 5, "a value alone says nothing: compare it with a field"),
        ("error or []", 10, "a value alone says nothing"),
        ("repeat 1", 8, "a call is repeated from the second time on: repeat 2, or more"),
        ("criteria", 1, "criteria needs the name of one: criteria.NAME"),
        ('args.a =~ "("', 11, "not a regular expression: missing )"),
        ('args.a !~ "(a+)+"', 11, "a repeat inside a repeat"),
        ("x" * (LONGEST + 1), LONGEST, f"longer than {LONGEST} characters"),
        ("(model or error) and " * 5 + "(model or error)", 1, "too many alternatives (64, 32 are allowed)"),
    ],
)
def test_a_mistake_is_pointed_at(text: str, column: int, says: str):
    with pytest.raises(BadCondition) as caught:
        parse(text)
    first, shown, caret = str(caught.value).split("\n")
    assert first.startswith(f"column {column}: {says}")
    assert caret == " " * (column + 1) + "^"
    assert shown[2:] == text[:LONGEST].replace("\n", " ")
    assert caught.value.column == column
    assert isinstance(caught.value, UsedWrongly)


def test_an_error_also_comes_in_pieces():
    with pytest.raises(BadCondition) as caught:
        parse("criterion x")
    assert (caught.value.problem, caught.value.expected) == ("it ends too early", ("flips",))


def test_a_path_by_itself():
    assert parse_path(" args.items[0].price ") == Field("args", ("items", 0, "price"))
    with pytest.raises(BadCondition, match="column 6: > is wrong here"):
        parse_path("cost > 1")


_PIECES = st.sampled_from(
    [
        *FIELDS,
        *KINDS,
        *"()[].,!=<>\"' \n\\é\x00",
        *"== =~ !~ <= contains in not and or if repeat 3 -0.5 criterion flips true null".split(),
        *["tool x", "args.a", '"x"', "criteria.a", "args[0]"],
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=12).map(" ".join)))
def test_any_text_is_a_condition_or_an_error_inside_of_it(text: str):
    try:
        parse(text)
    except BadCondition as error:
        place = error.column
    else:
        place = 1
    assert 1 <= place <= len(text) + 1


def test_the_deepest_nesting_that_fits_is_read():
    assert parse("not " * 120 + "error")
    assert parse("(" * 240 + "error" + ")" * 240)


@pytest.mark.slow
def test_the_parser_is_not_loaded_for_a_run_without_breakpoints():
    script = """
import sys, workbench.run, workbench.gates
workbench.gates.Breakpoints()
print("lark" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
