"""Arithmetic without `eval`: a walk over the expression's syntax tree, exact where numbers are rational.

Decimals are fractions here, so `0.1 + 0.2` is 0.3. Sizes are bounded, so no expression takes noticeable time.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from workbench.context import ModelRetry
from workbench.tools.function_tool import tool

LENGTH = 500
BITS = 4096
_ODD = re.compile(r"[^\w\s.+*/%(),^-]", re.ASCII)

Number = int | Fraction | float


def _power(base: Number, exponent: Number) -> Number:
    if isinstance(exponent, int) and not isinstance(base, float):
        exact = Fraction(base)
        size = max(abs(exact.numerator), exact.denominator).bit_length() - 1
        if size * abs(exponent) > BITS:
            raise OverflowError
        return exact**exponent
    return float(base) ** float(exponent)


def _root(number: Number) -> Number:
    if isinstance(number, int) and number >= 0 and (root := math.isqrt(number)) ** 2 == number:
        return root
    return math.sqrt(number)


def _rounded(number: Number, places: int = 0) -> Number:
    if abs(places) > 400:
        raise OverflowError
    return round(number, places)


def _factorial(number: int) -> int:
    if number > 500:
        raise OverflowError
    return math.factorial(number)


def _combinations(number: int, chosen: int) -> int:
    if number > 2000:
        raise OverflowError
    return math.comb(number, chosen)


_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / b if float in {type(a), type(b)} else Fraction(a) / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: operator.mod,
    ast.Pow: _power,
}
_SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs, "round": _rounded, "min": min, "max": max, "floor": math.floor, "ceil": math.ceil,
    "sqrt": _root, "exp": math.exp, "log": math.log, "log2": math.log2, "log10": math.log10,
    "sin": math.sin, "cos": math.cos, "tan": math.tan, "asin": math.asin, "acos": math.acos, "atan": math.atan,
    "degrees": math.degrees, "radians": math.radians, "hypot": math.hypot, "gcd": math.gcd, "lcm": math.lcm,
    "factorial": _factorial, "comb": _combinations,
}  # fmt: skip


@tool(effect="read", inline=True)
def calculator(expression: str) -> str:
    """Work out an arithmetic expression and give the number; exact for whole numbers, decimals and fractions.

    Args:
        expression: numbers with + - * / // % ** and parentheses, pi, e, and functions such as sqrt, round, min,
            max, abs, floor, ceil, log, exp, sin, factorial; for example (129.00 - 12.5) * 3.
    """
    if len(expression) > LENGTH:
        raise ModelRetry(f"the expression has {len(expression)} characters; at most {LENGTH} are allowed")
    if odd := _ODD.search(expression):
        raise ModelRetry(f"{odd[0]!r} cannot stand in an arithmetic expression")
    try:
        return _written(_value(ast.parse(expression.strip(), mode="eval").body))
    except ZeroDivisionError:
        raise ModelRetry("that divides by zero") from None
    except OverflowError:
        raise ModelRetry("the result, or a number on the way to it, is too large") from None
    except (RecursionError, MemoryError):
        raise ModelRetry("the expression is nested too deeply") from None
    except SyntaxError as error:
        problem = f"{error.msg} at character {error.offset or 1}"
        raise ModelRetry(f"that is not an arithmetic expression: {problem}") from None
    except (TypeError, ValueError) as error:
        raise ModelRetry(f"that has no answer: {error}") from None


def _value(node: ast.expr) -> Number:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _bounded(number if isinstance(number, int) else Fraction(Decimal(repr(number))))
        case ast.BinOp(left, operation, right) if do := _OPERATORS.get(type(operation)):
            return _bounded(do(_value(left), _value(right)))
        case ast.UnaryOp(operation, operand) if sign := _SIGNS.get(type(operation)):
            return sign(_value(operand))
        case ast.Name(name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.Call(ast.Name(name), arguments, []) if name in _FUNCTIONS:
            return _bounded(_FUNCTIONS[name](*map(_value, arguments)))
        case ast.Call(ast.Name(name)) | ast.Name(name):
            known = ", ".join([*_CONSTANTS, *_FUNCTIONS])
            raise ModelRetry(f"{name[:40]!r} is not known here, or not in that form; there are: {known}")
        case ast.BinOp(op=ast.BitXor()):
            raise ModelRetry("^ is not a power here; write **")
        case ast.Tuple():
            raise ModelRetry("there is a comma outside of a function; write 1000, not 1,000")
        case _:
            raise ModelRetry(f"only arithmetic is allowed; {type(node).__name__} is not")


def _bounded(number: Any) -> Number:
    """`number`, whole where it can be; OverflowError where it is too large to go on with."""
    if isinstance(number, complex):
        raise ValueError("the result is not a real number")
    if isinstance(number, float):
        if not math.isfinite(number):
            raise OverflowError
        return number
    exact = Fraction(number)
    if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > BITS:
        raise OverflowError
    return exact.numerator if exact.denominator == 1 else exact


def _written(number: Number) -> str:
    """Whole numbers and finite decimals of up to 30 digits in full; anything else to 15 digits or so."""
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
        number = int(number)
    if isinstance(number, Fraction):
        places = next((n for n in range(1, 31) if 10**n % number.denominator == 0), 0)
        if places:
            digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
            return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"
        number = float(number)
    return repr(number)
