"""A comparison of two runs as one page: what came of each side by side, then the conversations, aligned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

from workbench.exchange.html_page import Html, element, folded, joined, page, table


class Item(Protocol):
    """Something said, called or returned."""

    @property
    def seq(self) -> int: ...
    @property
    def role(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def failed(self) -> bool: ...


class Row(Protocol):
    """A stretch that is the same, one item of one side, or a pair that differs word by word."""

    @property
    def mark(self) -> Literal["same", "left", "right", "changed"]: ...
    @property
    def left(self) -> Sequence[Item]: ...
    @property
    def right(self) -> Sequence[Item]: ...
    @property
    def words(self) -> Sequence[tuple[Literal["=", "-", "+"], str]]: ...


class Figure(Protocol):
    """A line of the summary."""

    @property
    def name(self) -> str: ...
    @property
    def left(self) -> str: ...
    @property
    def right(self) -> str: ...
    @property
    def same(self) -> bool: ...


class Side(Protocol):
    """One of the two runs."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...


class Comparison(Protocol):
    """Two runs, compared; `str` says in a sentence where they part."""

    @property
    def left(self) -> Side: ...
    @property
    def right(self) -> Side: ...
    @property
    def figures(self) -> Sequence[Figure]: ...
    @property
    def rows(self) -> Sequence[Row]: ...
    @property
    def first(self) -> int | None: ...


def diff_page(comparison: Comparison) -> str:
    """The page."""
    left, right = comparison.left, comparison.right
    return page(
        f"{left.name} and {right.name}",
        element("h1", f"{left.title or left.name}  ↔  {right.title or right.name}"),
        element("p", str(comparison), kind="grey"),
        _figures(comparison),
        element("h2", "Conversation"),
        element("div", element("b", left.name), element("b", right.name), kind="pair"),
        *[_row(row, first=place == comparison.first) for place, row in enumerate(comparison.rows)],
    )


def _figures(comparison: Comparison) -> Html:
    rows = [(one.name, one.left, one.right if one.same else element("b", one.right)) for one in comparison.figures]
    return table(("", comparison.left.name, comparison.right.name), rows, kind="facts")


def _row(row: Row, *, first: bool) -> Html:
    if row.mark == "same":
        count = len(row.left)
        places = " and ".join([_places(row.left), _places(row.right)])
        words = f"{count} equal message{'' if count == 1 else 's'} · {places}"
        return folded(words, *[_item(item, item.text) for item in row.left], kind="stretch")
    if row.mark == "changed":
        sides = [_item(row.left[0], _marked(row, "-")), _item(row.right[0], _marked(row, "+"))]
    else:
        empty = element("div")
        only = [_item(item, item.text) for item in (row.left or row.right)]
        sides = [*only, empty] if row.mark == "left" else [empty, *only]
    return element("section", *sides, kind="pair first" if first else "pair")


def _places(items: Sequence[Item]) -> str:
    return f"@{items[0].seq}" + (f"–{items[-1].seq}" if len(items) > 1 else "")


def _item(item: Item, text: str) -> Html:
    head = element("header", element("b", item.kind), element("span", f"@{item.seq}"))
    look = f"message {item.role}{' failed' if item.failed else ''}"
    words = element("pre", text, kind="code" if item.role in {"call", "result"} else "")
    return element("article", head, words, kind=look)


def _marked(row: Row, sign: Literal["-", "+"]) -> Html:
    """One side's text, with what the other lacks marked."""
    return joined(_pieces(row, sign))


def _pieces(row: Row, sign: Literal["-", "+"]) -> Iterator[str]:
    for mark, text in row.words:
        if mark == "=":
            yield text
        elif mark == sign:
            yield element("del" if sign == "-" else "ins", text)
