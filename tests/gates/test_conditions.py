"""Whether a condition holds: comparing values, what is missing, and which moments an expression asks about."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.gates.conditions import MISSING, Key, about, alternatives, as_json, as_text, compared, how_many, same
from workbench.gates.grammar import parse
from workbench.gates.pattern import SEARCHED


class Fixed:
    """A moment made of given values and words."""

    def __init__(self, *words: str, repeats: int = 0, **values: object) -> None:
        self.words, self.times, self.values = words, repeats, values

    def happens(self, word: str, name: str) -> bool:
        return f"{word} {name}".strip() in self.words

    def value(self, field: str, keys: tuple[Key, ...]) -> object:
        return self.values.get(".".join([field, *map(str, keys)]), MISSING)

    def repeats(self) -> int:
        return self.times


NOW = Fixed(
    "error",
    "tool mail",
    "flips paid",
    repeats=3,
    cost=Decimal("0.1"),
    text="Traceback (most recent)",
    args={"to": "x@corp.com", "n": 1},
    result=["a", 1, True, None],
    status=None,
    output="",
    attempt=2,
    **{"args.to": "x@corp.com", "args.on": True, "args.off": False, "args.none": None, "args.zero": 0},
)


@pytest.mark.parametrize(
    "text",
    [
        "error and tool mail",
        "criterion paid flips",
        "repeat 2 and repeat 3 and not repeat 4",
        "cost == 0.1 and cost == 0.10 and cost >= 0.1 and cost <= 0.1 and cost < 1 and cost > 0 and cost != 0.2",
        'text contains "Traceback" and "most" in text and text not contains "traceback" and "x" not in text',
        "text contains 'T' and args contains 'to' and args contains \"n\" and not args contains 1",
        'args.to =~ "@corp" and args.to !~ "^corp" and args =~ \'"n":1\' and attempt =~ "^2$" and cost =~ "0.1"',
        "result contains 1 and result contains true and result contains null and not result contains 2",
        "1 in result and 'a' in result and 2 not in result",
        "args.to in ['x@corp.com', 2] and attempt in [1, 2]",
        "status == null and args.none == null",
        'args.to >= "x" and args.to < "y"',
        "args.on and not args.off and not args.none and not args.zero and not output and not args.nothing",
        "args.on == true and args.on != 1 and args.zero != false",
        "attempt not contains 2",
        "args.to == args.to and not args.to == attempt",
        "error or model",
        "not (model or think)",
        "model or error if cost > 0",
        'text =~ "(?i)TRACEBACK"',
    ],
)
def test_it_holds(text: str):
    assert parse(text).holds(NOW)


@pytest.mark.parametrize("sign", ["==", "!=", "<", "<=", ">", ">=", "contains", "in", "not in", "not contains"])
def test_a_comparison_with_what_is_missing_is_false(sign: str):
    assert not parse(f"args.nothing {sign} 1").holds(NOW)
    assert not parse(f"1 {sign} args.nothing").holds(NOW)
    assert parse(f"not (args.nothing {sign} 1)").holds(NOW)


@pytest.mark.parametrize("sign", ["=~", "!~"])
def test_nothing_is_found_in_what_is_missing_nor_not_found(sign: str):
    assert not parse(f'args.nothing {sign} "x"').holds(NOW)


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">="])
@pytest.mark.parametrize(
    ("left", "right"), [(1, "one"), ("one", 1), (1, "NaN"), (None, 1), (True, 0), (1, False), ([1], [2]), ({}, {})]
)
def test_there_is_no_order_between_different_things(sign: str, left: object, right: object):
    assert compared(sign, left, right) is False


def test_a_text_that_is_a_number_is_compared_as_one_with_a_number():
    assert compared(">", "129.00", 100)
    assert compared("==", 129, "129.00")
    assert compared(">", "9", "10.5"), "two texts are compared as texts"


def test_only_so_much_of_a_text_is_searched():
    late = Fixed(text="a" * SEARCHED + "z")
    assert not parse('text =~ "z"').holds(late)
    assert parse('text contains "z"').holds(late)


@pytest.mark.slow
def test_a_value_nested_too_deep_equals_nothing_and_has_no_words():
    one: list[object] = []
    other: list[object] = []
    for _ in range(200_000):
        one, other = [one], [other]
    assert not same(one, other)
    assert as_text(one) == ""
    while one:  # freed from the outside, since the other way is deep as well
        one, other = one.pop(), other.pop()  # pyright: ignore[reportAssignmentType]


def test_values_as_json():
    assert as_json({"a": [Decimal("0.5"), "é", None]}) == '{"a":[0.5,"é",null]}'
    assert (as_json(Decimal("0.10")), as_json("x"), as_text("x"), repr(MISSING)) == ("0.10", '"x"', "x", "MISSING")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("tool mail", ["command"]),
        ("args.to == 1", ["command"]),
        ("repeat 3", ["command"]),
        ("attempt > 1 and cost > 1", ["command"]),
        ("phase == 'think' and not status", ["command"]),
        ("error", ["event"]),
        ("tool mail if result =~ 'x'", ["event"]),
        ("criterion x flips", ["event"]),
        ("result.x", ["event"]),
        ("not (think and text == 'x')", ["event"]),
        ("cost > 1", ["run"]),
        ("1 < cost and criteria.x", ["run"]),
        ("error or tool mail or cost > 1", ["event", "command", "run"]),
        ("error or model if cost > 1", ["event", "command"]),
        ("(error or model) and (think or output)", ["event", "event", "command", "command"]),
    ],
)
def test_each_alternative_asks_about_one_kind_of_moment(text: str, asked: list[str]):
    parts = alternatives(parse(text))
    assert [about(part) for part in parts] == asked
    assert how_many(parse(text)) == len(parts)


_WORDS = st.sampled_from(["error", "model", "think", "output"])
_EXPRESSIONS = st.recursive(
    _WORDS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda three: f"({' '.join(three)})"),
        inner.map(lambda one: f"not {one}"),
    ),
    max_leaves=6,
)


@given(_EXPRESSIONS, st.sets(_WORDS))
def test_alternatives_say_the_same_as_the_whole_and_so_does_python(text: str, words: set[str]):
    condition, moment = parse(text), Fixed(*words)
    truth = bool(eval(text, {word: word in words for word in ("error", "model", "think", "output")}))
    assert condition.holds(moment) is truth
    assert any(part.holds(moment) for part in alternatives(condition)) is truth


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3) | st.decimals(-9, 9, places=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=5,
)


@given(_JSON, _JSON)
def test_any_two_values_can_be_compared(left: object, right: object):
    signs = ["==", "!=", "<", "<=", ">", ">=", "contains", "in"]
    holds = {sign: compared(sign, left, right) for sign in signs}
    assert holds["=="] is not holds["!="]
    assert not (holds["<"] and holds[">"])
    assert holds["<"] <= holds["<="]
    assert holds["in"] is compared("contains", right, left)
    assert json.loads(as_json(left)) is not MISSING
