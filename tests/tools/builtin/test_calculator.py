"""The calculator agrees with exact arithmetic, runs nothing but arithmetic, and answers every text in time."""

from __future__ import annotations

import contextlib
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.context import ModelRetry
from workbench.tools.builtin.calculator import calculator

Tree = tuple[str, Fraction | None]
"""An expression's text and its exact value, None where it has none."""


def _leaf(number: int, places: int) -> Tree:
    exact = Fraction(number, 10**places)
    digits = f"{number:0{places + 1}d}"
    return (f"{digits[:-places]}.{digits[-places:]}" if places else str(number)), exact


def _joined(left: Tree, sign: str, right: Tree) -> Tree:
    text = f"({left[0]} {sign} {right[0]})"
    (_, a), (_, b) = left, right
    if a is None or b is None or (sign in {"/", "//", "%"} and b == 0):
        return text, None
    results = {
        "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b, "%": lambda: a % b,
        "//": lambda: Fraction(a // b),
    }  # fmt: skip
    return text, results[sign]()


def _negated(tree: Tree) -> Tree:
    return f"-{tree[0]}", None if tree[1] is None else -tree[1]


LEAVES = st.builds(_leaf, st.integers(0, 99_999), st.integers(0, 4))
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(_joined, inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner) | st.builds(_negated, inner)
    ),
    max_leaves=8,
)


@given(TREES)
def test_agrees_with_fractions(tree: Tree) -> None:
    text, exact = tree
    if exact is None:
        with pytest.raises(ModelRetry, match="divides by zero"):
            calculator(text)
        return
    answer = calculator(text)
    if "e" in answer or _places(exact.denominator) > 30:
        assert float(answer) == float(exact)
    else:
        assert Fraction(answer) == exact


def _places(denominator: int) -> float:
    return next((places for places in range(31) if 10**places % denominator == 0), math.inf)


@given(st.integers(-(10**40), 10**40), st.integers(0, 30))
def test_powers_of_whole_numbers(base: int, exponent: int) -> None:
    exact = base**exponent
    if abs(exact).bit_length() <= 3800:
        assert calculator(f"({base}) ** {exponent}") == str(exact)


@given(st.text(alphabet="0123456789.+-*/%()eE pisqrtround,^_x\n", max_size=60) | st.text(max_size=40))
def test_any_text_has_a_number_or_a_reason(text: str) -> None:
    with contextlib.suppress(ModelRetry):
        Fraction(calculator(text))


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("0.1 + 0.2", "0.3"),
        ("(129.00 - 12.5) * 3", "349.5"),
        ("10 / 4", "2.5"),
        ("10 / 5", "2"),
        ("-1 / 8", "-0.125"),
        ("2 / 3", "0.6666666666666666"),
        ("7 // 2 + 7 % 4", "6"),
        ("2 ** -2", "0.25"),
        ("2 ** 0.5", "1.4142135623730951"),
        ("sqrt(1024) + sqrt(0.25)", "32.5"),
        ("round(2.675, 2)", "2.68"),
        ("round(7 / 2)", "4"),
        ("min(3, 1.5) + max(2, 5)", "6.5"),
        ("factorial(20)", "2432902008176640000"),
        ("comb(5, 2) + gcd(12, 18) + abs(-3)", "19"),
        ("floor(-2.5) + ceil(2.1)", "0"),
        ("2 * pi", "6.283185307179586"),
        ("log(e)", "1"),
        ("1e3", "1000"),
        ("1 ** 99999999999", "1"),
    ],
)
def test_examples(expression: str, answer: str) -> None:
    assert calculator(expression) == answer


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("", "not an arithmetic expression"),
        ("1 +", "not an arithmetic expression"),
        ("1 / 0", "divides by zero"),
        ("0 ** -1", "divides by zero"),
        ("2 ^ 3", "write \\*\\*"),
        ("1,000 + 1", "write 1000"),
        ("9 ** 9 ** 9", "too large"),
        ("10 ** 5000", "too large"),
        ("1e999", "too large"),
        ("exp(1000)", "too large"),
        ("factorial(501)", "too large"),
        ("comb(3000, 2)", "too large"),
        ("round(0.5, 999999999)", "too large"),
        ("sqrt(-1)", "no answer"),
        ("(-8) ** 0.5", "not a real number"),
        ("sqrt(1, 2)", "no answer"),
        ("round(1.5, 0.5)", "no answer"),
        ("x + 1", "'x' is not known here"),
        ("eval(1)", "'eval' is not known here"),
        ("round(**e)", "'round' is not known here, or not in that form"),
        ("__import__('os')", "cannot stand in"),
        ("(1).real", "Attribute is not"),
        ("True", "Constant is not"),
        ("1 if 1 else 2", "IfExp is not"),
        ("not 1", "UnaryOp is not"),
        ("1 << 9", "cannot stand in"),
        ("(" * 240 + ")" * 240, "not an arithmetic expression|nested too deeply"),
        ("1" * 501, "501 characters"),
    ],
)
def test_reasons(expression: str, reason: str) -> None:
    with pytest.raises(ModelRetry, match=reason):
        calculator(expression)
