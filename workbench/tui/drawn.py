"""How our own lines are drawn: one that looks as another did before is that one, and nothing is worked out anew.

Textual works out border, padding, opacity and filters of each line that is drawn again, and cuts it up anew where
widgets meet. Ours have at most an edge at their left, and most lines of a frame stood on the screen before, elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

_NOTHING, _LEFT = (0, 0, 0, 0), (0, 0, 0, 1)
_EDGE = "│"

Draw = Callable[[int, int, str], Strip]
"""A line by its number: how many cells wide, and what edge is drawn before it. To be made with `strip_of`."""


def lines_of(widget: Widget, crop: Region, draw: Draw) -> list[Strip]:
    """What `render_lines` of a widget answers that draws itself line by line."""
    styles = widget.styles
    around = styles.gutter
    if around != _NOTHING and (around != _LEFT or not styles.border_left[0]):
        return Widget.render_lines(widget, crop)
    whole, width = widget.outer_size.width, widget.scrollable_content_region.width
    edge = _EDGE if around == _LEFT else ""
    first, after = crop.column_span
    filters, (_, background) = widget.get_line_filters(), widget.background_colors
    lines: list[Strip] = []
    for y in crop.line_range:
        line = draw(y, width, edge).adjust_cell_length(whole)
        for one in filters:
            line = line.apply_filter(one, background)
        lines.append(line if (first, after) == (0, whole) else line.crop(first, after))
    return lines
