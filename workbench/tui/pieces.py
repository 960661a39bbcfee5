"""A line on the screen: pieces of text, each with its look. The one way from anybody's words to a terminal cell.

Whatever is laid into a line passes `safe_line`; markup is never read.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from workbench.safe_text import safe_line, safe_text
from workbench.tui.theme import Ground, Look, Palette

Piece = tuple[str, Look]
Pieces = Sequence[Piece]


def cut(text: str, width: int) -> str:
    """`text` on one line and safe, at most `width` cells, with `…` where something was left out."""
    if len(text) > width * 4 + 64:
        text = text[: width * 4 + 64]
    plain = safe_line(text)
    if cell_len(plain) <= width:
        return plain
    return "" if width <= 0 else "…" if width == 1 else set_cell_size(plain, width - 1).rstrip() + "…"


def width_of(pieces: Pieces) -> int:
    """Cells that the pieces take once they are safe."""
    return sum(cell_len(safe_line(text)) for text, _ in pieces)


def lay(width: int, left: Pieces, right: Pieces = ()) -> list[Piece]:
    """A line of exactly `width` cells: `right` at its right edge and whole, `left` cut where it does not fit."""
    tail: list[Piece] = [(safe_line(text), look) for text, look in right]
    room = width - sum(cell_len(text) for text, _ in tail)
    if room <= 0:
        tail, room = [], width
    line: list[Piece] = []
    left_over = room - (1 if tail else 0)
    for text, look in left:
        if left_over <= 0:
            break
        shown = cut(text, left_over)
        line.append((shown, look))
        left_over -= cell_len(shown)
    gap = room - sum(cell_len(text) for text, _ in line)
    if gap > 0:
        line.append((" " * gap, "text"))
    return [*line, *tail]


def strip_of(
    pieces: Pieces, width: int, palette: Palette, ground: Ground = "plain", needle: str = "", *, edge: str = ""
) -> Strip:
    """The pieces as a line of exactly `width` cells; what equals `needle` (folded case) is marked.

    `edge` is drawn before it, as the rule beside a pane. A line that says what another said is that other one again,
    with all that Textual has worked out of it: where it is cut, and the codes that draw it.
    """
    return _strip(tuple(pieces), width, palette, ground, needle, edge)


@lru_cache(maxsize=1024)
def _strip(pieces: tuple[Piece, ...], width: int, palette: Palette, ground: Ground, needle: str, edge: str) -> Strip:
    if edge:
        line = _strip(pieces, width, palette, ground, needle, "")
        return Strip([Segment(edge, Style(color=palette.rule, bgcolor=palette.background)), *line], width + len(edge))
    segments: list[Segment] = []
    for text, look in pieces:
        style = palette.style(look, ground)
        plain = safe_line(text)
        if needle:
            segments += _marked(plain, style, palette.style("found", ground), needle)
        else:
            segments.append(Segment(plain, style))
    return Strip(segments).adjust_cell_length(width, palette.style("text", ground))


def _marked(text: str, style: Style, mark: Style, needle: str) -> list[Segment]:
    segments: list[Segment] = []
    folded, place = text.casefold(), 0
    if len(folded) != len(text):
        return [Segment(text, style)]
    while (hit := folded.find(needle, place)) >= 0:
        if hit > place:
            segments.append(Segment(text[place:hit], style))
        segments.append(Segment(text[hit : hit + len(needle)], mark))
        place = hit + len(needle)
    if place < len(text):
        segments.append(Segment(text[place:], style))
    return segments


def wrap(text: str, width: int) -> list[str]:
    """`text`, made safe, in lines of at most `width` cells, broken at spaces where there are any."""
    lines: list[str] = []
    for paragraph in safe_text(text).split("\n"):
        lines += _wrap(paragraph, max(1, width))
    return lines


def _wrap(paragraph: str, width: int) -> list[str]:
    if cell_len(paragraph) <= width:
        return [paragraph]
    lines: list[str] = []
    while paragraph:
        end = _fitting(paragraph, width)
        if end < len(paragraph):
            space = paragraph.rfind(" ", 0, end + 1)
            if space > 0 and paragraph[:space].strip():
                lines.append(paragraph[:space].rstrip())
                paragraph = paragraph[space + 1 :]
                continue
        lines.append(paragraph[:end])
        paragraph = paragraph[end:]
    return lines


def _fitting(text: str, width: int) -> int:
    """How many characters from the start fit into `width` cells; at least one."""
    head = text[: width + 1]
    if head.isascii():
        return max(1, min(width, len(text)))
    used = 0
    for place, character in enumerate(text):
        used += cell_len(character)
        if used > width:
            return max(1, place)
    return len(text)


class Growing:
    """Text that streams in, wrapped as it comes: only the newest lines are wrapped again."""

    def __init__(self, width: int) -> None:
        self.width, self._done, self._open, self._taken = width, list[str](), "", 0

    @property
    def settled(self) -> int:
        """How many of the lines stay as they are, whatever comes."""
        return len(self._done)

    def lines(self, text: str) -> list[str]:
        """The lines of `text`, which may only have grown since the last time."""
        new, self._taken = text[self._taken :], len(text)
        paragraphs = (self._open + new).split("\n")
        for paragraph in paragraphs[:-1]:
            self._done += wrap(paragraph, self.width)
        self._open = paragraphs[-1]
        if len(self._open) > 4 * self.width:
            *whole, self._open = wrap(self._open, self.width)
            self._done += whole
        return [*self._done, *wrap(self._open, self.width)] if self._open else list(self._done)
