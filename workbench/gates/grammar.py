"""The language of breakpoints: from text to a condition, or to an error that points at the mistake.

    tool send_email if args.to !~ "@corp.com"      result contains "Traceback"      cost > 0.50
    repeat 3      criterion order_id flips      error or think if iteration >= 5      args.items[0].price in [1, 2]

`A if B` is `A and B`, last of all. The parser library is loaded when the first expression is read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from workbench.errors import UsedWrongly
from workbench.gates.conditions import (
    MOST_ALTERNATIVES,
    Compares,
    Condition,
    Every,
    Field,
    Given,
    Happens,
    Key,
    Literally,
    Matches,
    Not,
    Operand,
    Repeats,
    Some,
    how_many,
)
from workbench.gates.pattern import compiled, problem_of
from workbench.gates.vocabulary import FIELDS, KINDS

if TYPE_CHECKING:
    from lark import Token, Tree
    from lark.parsers.lalr_interactive_parser import InteractiveParser

LONGEST = 500
"""Characters that an expression may have."""

_GRAMMAR = r"""
condition: either [_IF either]
?either: every (_OR every)*
?every: negation (_AND negation)*
?negation: NOT negation -> inverse
    | test
?test: "(" either ")"
    | operand SIGN operand -> compares
    | operand NOT? (CONTAINS | IN) operand -> compares
    | operand (FINDS | LACKS) STRING -> matches
    | operand -> alone
    | TOOL (WORD | STRING) -> tool
    | _REPEAT COUNT -> repeat
    | _CRITERION (WORD | STRING) _FLIPS -> flips
?operand: path | literal | "[" [literal ("," literal)*] "]" -> several
literal: STRING | NUMBER | TRUE | FALSE | NULL
path: (NAME | TOOL) key*
key: "." KEY | "[" (INDEX | STRING) "]"

SIGN: "==" | "!=" | "<=" | ">=" | "<" | ">"
FINDS: "=~"
LACKS: "!~"
NAME: /[A-Za-z_]\w*/
WORD: /[A-Za-z_][\w.\-]*/
KEY: /\w[\w\-]*/
COUNT: /\d{1,9}/
INDEX: /\d{1,9}/
NUMBER: /-?\d{1,30}(\.\d{1,30})?/
STRING: /"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/s
%ignore /\s+/
"""
KEYWORDS = {
    "TOOL": "tool",
    "_REPEAT": "repeat",
    "_CRITERION": "criterion",
    "_FLIPS": "flips",
    "CONTAINS": "contains",
    "IN": "in",
    "NOT": "not",
    "_AND": "and",
    "_OR": "or",
    "_IF": "if",
    "TRUE": "true",
    "FALSE": "false",
    "NULL": "null",
}
"""Words that are no names; each ends where a name would end."""
_VALUES = ("NUMBER", "STRING", "TRUE", "FALSE", "NULL")
_COMPARISON = "a comparison (== != < <= > >= =~ !~ contains in)"
_PHRASES = {
    "WORD": "a name",
    "KEY": "a name",
    "COUNT": "a number",
    "INDEX": "a number",
    "NAME": "a field",
    "STRING": "a text in quotes",
    **dict.fromkeys(("SIGN", "FINDS", "LACKS", "CONTAINS", "IN"), _COMPARISON),
    **{name: word for name, word in KEYWORDS.items() if word not in ("contains", "in")},
    "COMMA": "a comma",
    "LPAR": "(",
    "RPAR": ")",
    "RSQB": "]",
    "$END": "the end",
}
"""What a terminal is called in an error, in the order in which they are named."""
_FIRST = re.compile(r"(?:^|\(|(?<!\w)(?:and|or|not|if)(?!\w))\s*([A-Za-z_]\w*)\s*\Z")
"""The word with which a comparison begins, at the end of what could be read."""
_ESCAPED = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'"}


class BadCondition(UsedWrongly):
    """An expression that says nothing; its text names the column and shows the place with a caret.

    Attributes:
        problem: what is wrong, in one line without the place.
        column: where, from 1.
        expected: words for what could stand there.
    """

    def __init__(self, text: str, column: int, problem: str, expected: Iterable[str] = ()) -> None:
        self.problem, self.column, self.expected = problem, column, tuple(expected)
        wanted = f"; expected {_listed(self.expected)}" if self.expected else ""
        shown = re.sub(r"\s", " ", text)
        super().__init__(f"column {column}: {problem}{wanted}\n  {shown}\n  {' ' * (column - 1)}^")


def _listed(words: Collection[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def parse(text: str) -> Condition:
    """The condition that `text` is.

    Raises:
        BadCondition: it is none.
    """
    condition = _Reading(text).condition(_tree(text, "condition"))
    if how_many(condition) > MOST_ALTERNATIVES:
        problem = f"too many alternatives ({how_many(condition)}, {MOST_ALTERNATIVES} are allowed)"
        raise BadCondition(text, 1, f"{problem}: make several breakpoints of it")
    return condition


def parse_path(text: str) -> Field:
    """The path (`args.items[0].price`) that `text` is.

    Raises:
        BadCondition: it is none.
    """
    return _Reading(text).path(_tree(text, "path"))


def parse_keys(text: str) -> tuple[Key, ...]:
    """The keys of a path (`order.items[0].price`) into a value that has no name here.

    Raises:
        BadCondition: it is none.
    """
    return _Reading(text).keys(_tree(text, "path"))


class Parser(Protocol):
    """What is used of the parser library."""

    def parse(self, text: str, start: str) -> Tree[Token]:
        """The tree of the whole text."""
        ...

    def parse_interactive(self, text: str, start: str) -> InteractiveParser:
        """A parser that stands before `text`."""
        ...


@lru_cache(1)
def parser() -> Parser:
    """The parser of conditions and paths."""
    from lark import Lark

    keywords = "".join(f"{name}.2: /{word}(?![\\w\\-])/\n" for name, word in KEYWORDS.items())
    starts = ["condition", "path"]
    lark: Any = Lark(
        _GRAMMAR + keywords, parser="lalr", start=starts, maybe_placeholders=False, propagate_positions=True
    )
    return lark


def _expected(terminals: Collection[str]) -> list[str]:
    """What these terminals are called, each once."""
    if set(_VALUES) <= set(terminals):
        return ["a value", *_expected([one for one in terminals if one not in _VALUES])]
    return list(dict.fromkeys(phrase for name, phrase in _PHRASES.items() if name in terminals))


def _tree(text: str, start: str) -> Tree[Token]:
    from lark import UnexpectedCharacters, UnexpectedToken

    if len(text) > LONGEST:
        raise BadCondition(text[:LONGEST], LONGEST, f"longer than {LONGEST} characters")
    try:
        return parser().parse(text, start=start)
    except UnexpectedToken as error:
        token: Token = error.token
        misspelt = _FIRST.search(text, 0, token.start_pos or 0)
        if misspelt is not None and misspelt[1] not in (*FIELDS, *KINDS, *KEYWORDS.values(), "repeat"):
            raise BadCondition(text, misspelt.start(1) + 1, _unknown(misspelt[1])) from None
        expected = _expected(error.accepts or error.expected)
        if token.type == "$END":
            problem = "it ends too early" if text.strip() else "there is nothing"
            raise BadCondition(text, len(text.rstrip()) + 1, problem, expected) from None
        raise BadCondition(text, (token.start_pos or 0) + 1, f"{token} is wrong here", expected) from None
    except UnexpectedCharacters as error:
        place: int = error.pos_in_stream
        if text[place] in "\"'":
            raise BadCondition(text, place + 1, "this quote is never closed") from None
        raise BadCondition(text, place + 1, f"{text[place]} is wrong here", _expected(error.allowed)) from None


class _Reading:
    """Makes a condition of a tree, checking what a grammar cannot say."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _bad(self, token: Token, problem: str) -> BadCondition:
        return BadCondition(self.text, (token.start_pos or 0) + 1, problem)

    def condition(self, tree: Tree[Token]) -> Condition:
        name = tree.data
        if name == "compares":
            return self._compares(tree)
        if name == "matches":
            return self._matches(tree)
        if name == "alone":
            return self._alone(_trees(tree)[0])
        if name == "inverse":
            return Not(self.condition(_trees(tree)[0]))
        if name in ("condition", "every", "either"):
            parts = tuple([self.condition(part) for part in _trees(tree)])
            return parts[0] if len(parts) == 1 else Some(parts) if name == "either" else Every(parts)
        token = _tokens(tree)[-1]
        if name == "repeat":
            if int(token) < 2:
                raise self._bad(token, "a call is repeated from the second time on: repeat 2, or more")
            return Repeats(int(token))
        return Happens(str(name), _plain(token))

    def _compares(self, tree: Tree[Token]) -> Condition:
        *nots, sign = _tokens(tree)
        left, right = _trees(tree)
        return Compares(str(sign), self.operand(left), self.operand(right), bool(nots))

    def _matches(self, tree: Tree[Token]) -> Condition:
        sign, pattern = _tokens(tree)
        words = pattern[1:-1]
        problem = problem_of(words)
        if problem:
            raise self._bad(pattern, problem)
        return Matches(self.operand(_trees(tree)[0]), compiled(words, re.NOFLAG), sign.type == "LACKS")

    def _alone(self, tree: Tree[Token]) -> Condition:
        if tree.data != "path":
            problem = "a value alone says nothing: compare it with a field"
            raise BadCondition(self.text, tree.meta.start_pos + 1, problem)
        token = _tokens(tree)[0]
        if token in KINDS and len(tree.children) == 1:
            return Happens(str(token))
        return Given(self.path(tree))

    def operand(self, tree: Tree[Token]) -> Operand:
        if tree.data == "path":
            return self.path(tree)
        if tree.data == "several":
            return Literally([_value(_tokens(one)[0]) for one in _trees(tree)])
        return Literally(_value(_tokens(tree)[0]))

    def path(self, tree: Tree[Token]) -> Field:
        root = _tokens(tree)[0]
        if root not in FIELDS:
            raise self._bad(root, _unknown(root))
        _, *keys = self.keys(tree)
        if root == "criteria" and not keys:
            raise self._bad(root, "criteria needs the name of one: criteria.NAME")
        return Field(str(root), tuple(keys))

    def keys(self, tree: Tree[Token]) -> tuple[Key, ...]:
        """The root of a path as its first key, and the others."""
        tokens = [_tokens(tree)[0], *[_tokens(key)[0] for key in _trees(tree)]]
        return tuple([int(token) if token.type == "INDEX" else _plain(token) for token in tokens])


def _unknown(word: str) -> str:
    if word in KINDS:
        return f"{word} is a moment and has no value: write it alone, as in '{word} if cost > 0.1'"
    near = get_close_matches(word, [*FIELDS, *KINDS], 1)
    return f"there is no field {word}; " + (f"did you mean {near[0]}?" if near else f"fields are {', '.join(FIELDS)}")


def _trees(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if not isinstance(child, str)]


def _tokens(tree: Tree[Token]) -> list[Token]:
    return [child for child in tree.children if isinstance(child, str)]


def _plain(token: Token) -> str:
    """The words of a name or of a text in quotes."""
    if token.type != "STRING":
        return str(token)
    return re.sub(r"\\(.)", lambda match: _ESCAPED.get(match[1], match[0]), token[1:-1], flags=re.DOTALL)


def _value(token: Token) -> object:
    match token.type:
        case "STRING":
            return _plain(token)
        case "NUMBER":
            return Decimal(token) if "." in token else int(token)
        case _:
            return {"true": True, "false": False, "null": None}[token]
