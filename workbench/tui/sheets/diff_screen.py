"""Two runs side by side (D): what both have is folded, changed words are marked, where they part is in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding

from workbench.safe_text import safe_text
from workbench.tui.pieces import Piece, Pieces, cut, lay, wrap
from workbench.tui.sheets.sheet import Sheet, keys_of
from workbench.tui.theme import Look
from workbench.tui.widgets.blocks import Block, Blocks
from workbench.tui.widgets.line_list import Lines

if TYPE_CHECKING:
    from workbench.debugger.diff import Comparison, Item, Row

_FOLDED = 6
_AROUND = 48


class DiffScreen(Sheet[None]):
    """The comparison; `n` and `N` go from difference to difference."""

    BINDINGS = [
        Binding("n", "difference(1)", "next difference", id="diff.next"),
        Binding("N", "difference(-1)", "difference before", id="diff.before"),
    ]
    tall = wide = True

    def __init__(self, comparison: Comparison) -> None:
        keys = keys_of(("Enter", "unfolds"), ("n N", "next difference, the one before"), ("Esc", "closes"))
        super().__init__(f"{comparison.left.name} beside {comparison.right.name}", keys)
        self._comparison = comparison
        self._apart = [place for place, row in enumerate(comparison.rows) if row.mark != "same"]

    def body(self) -> ComposeResult:
        yield Lines(id="figures", classes="lines")
        first, rows = self._comparison.first, self._comparison.rows
        yield Blocks([self._block(row, first=place == first) for place, row in enumerate(rows)])

    def _block(self, row: Row, *, first: bool) -> Block:
        """A stretch that both have, folded to its count; or the two columns of a difference."""
        names = {"left": f"- only in {self._comparison.left.name}", "right": f"+ only in {self._comparison.right.name}"}
        words = names.get(row.mark, "~ changed") + ("  ← they part here" if first else "")

        def lines(width: int, unfolded: bool) -> Sequence[Pieces]:
            if row.mark == "same" and not unfolded:
                return [lay(width, [(f"= {len(row.left)} the same", "faint")])]
            if row.mark == "same":
                return [line for item in row.left for line in _both(item, width)]
            return [lay(width, [(words, "held" if first else "grey")]), *_apart(row, width, unfolded), ()]

        return lines

    def on_mount(self) -> None:
        self.query_one(Blocks).focus()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        if self._comparison.first is not None:
            first = self._comparison.first
            self.call_after_refresh(lambda: self.query_one(Blocks).centre(first))

    def draw(self) -> None:
        """What came of both, the figures that differ first."""
        comparison, width = self._comparison, self.room
        most = max(2, self.size.height // 4 - 2)
        said: list[Pieces] = [[(line, "text")] for line in wrap(str(comparison), width)[:2]]
        half = max(10, (width - 18) // 2)

        def line(name: str, left: str, right: str, look: Look) -> Pieces:
            return lay(
                width, [(f"{cut(name, 17):<18}", "grey"), (f"{cut(left, half - 2):<{half}}", look), (right, look)]
            )

        figures = sorted(comparison.figures, key=lambda figure: figure.same)[:most]
        lines = [line("", comparison.left.name, comparison.right.name, "strong")]
        lines += [line(one.name, one.left, one.right, "faint" if one.same else "text") for one in figures]
        self.query_one("#figures", Lines).show(*said, (), *lines, ())

    def action_difference(self, by: int) -> None:
        rows = self.query_one(Blocks)
        here = rows.block
        onward = [place for place in self._apart if (place > here if by > 0 else place < here)]
        if onward:
            rows.centre(onward[0] if by > 0 else onward[-1])


def _both(item: Item, width: int) -> list[Pieces]:
    """An item that both sides have."""
    head: Pieces = lay(width, [(f"= {_name(item)}", "faint")], [(f"@{item.seq} ", "faint")])
    text = wrap(item.text, width - 6)[:_FOLDED]
    return [head, *[[(f"    {line}", "grey")] for line in text]]


def _apart(row: Row, width: int, unfolded: bool) -> list[Pieces]:
    """The two columns of a difference."""
    half = (width - 3) // 2
    left = _column(row.left, row, "-", half, unfolded)
    right = _column(row.right, row, "+", half, unfolded)
    lines: list[Pieces] = []
    for ours, theirs in zip_longest(left, right, fillvalue=()):
        line: list[Piece] = [*lay(half, ours), (" │ ", "faint"), *lay(half, theirs)]
        lines.append(line)
    return lines


def _column(items: Sequence[Item], row: Row, sign: str, width: int, unfolded: bool) -> list[Pieces]:
    lines: list[Pieces] = []
    for item in items:
        lines.append(lay(width, [(_name(item), "strong")], [(f"@{item.seq}", "faint")]))
        if row.mark == "changed":
            look: Look = "wrong" if sign == "-" else "accent"
            pieces: list[Piece] = [
                (_elided(text, unfolded) if kind == "=" else text, "grey" if kind == "=" else look)
                for kind, text in row.words
                if kind in ("=", sign)
            ]
        else:
            pieces = [(item.text, "text")]
        told = wrapped(pieces, width - 2)
        shown = told if unfolded or len(told) <= _FOLDED + 1 else told[:_FOLDED]
        indent: Piece = ("  ", "text")
        lines.extend([indent, *line] for line in shown)
        if len(shown) < len(told):
            lines.append([(f"  … {len(told) - len(shown)} more lines", "faint")])
    return lines


def _name(item: Item) -> str:
    return item.kind + (", failed" if item.failed else "")


def _elided(text: str, unfolded: bool) -> str:
    """A stretch that both sides have, its middle left out where it is long."""
    return text if unfolded or len(text) <= 2 * _AROUND else f"{text[:_AROUND]} … {text[-_AROUND:]}"


def wrapped(pieces: Sequence[Piece], width: int) -> list[list[Piece]]:
    """Pieces of one text, wrapped, each word with the look of its piece."""
    safe: list[Piece] = [(safe_text(text), look) for text, look in pieces]
    whole = "".join(text for text, _ in safe)
    ends: list[tuple[int, Look]] = []
    end = 0
    for text, look in safe:
        end += len(text)
        ends.append((end, look))
    lines: list[list[Piece]] = []
    place = 0
    for words in wrap(whole, width):
        start = whole.index(words, place)
        place = start + len(words)
        line: list[Piece] = []
        before = 0
        for end, look in ends:
            part = whole[max(start, before) : min(place, end)]
            if part:
                line.append((part, look))
            before = end
        lines.append(line)
    return lines
