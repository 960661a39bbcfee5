"""The second guard before the terminal: whatever a widget draws, no control character leaves in a segment.

The first guard is `workbench.tui.pieces`, through which our own widgets draw. This one also covers what Textual
draws by itself (text areas, the palette).
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from workbench.safe_text import safe_line


class Guard(LineFilter):
    """Makes the text of every segment safe."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments as they were, unless one of them holds something that a terminal could obey."""
        if all(text.isprintable() for text, _, _ in segments):
            return segments
        return [
            segment if control or text.isprintable() else Segment(safe_line(text), style)
            for segment in segments
            for text, style, control in (segment,)
        ]
