"""A list of blocks of lines, each folded until Enter unfolds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workbench.tui.pieces import Pieces
from workbench.tui.widgets.line_list import LineList

Block = Callable[[int, bool], Sequence[Pieces]]
"""The lines of a block at a width, folded or unfolded."""


class Blocks(LineList):
    """Lines with a cursor; `j` and `k` are for the screen to bind."""

    follows = False

    def __init__(self, blocks: Sequence[Block] = ()) -> None:
        super().__init__(classes="scroll")
        self._blocks = list(blocks)
        self._unfolded: set[int] = set()
        self._lines: list[tuple[int, Pieces]] = []
        self._width = 0

    def load(self, blocks: Sequence[Block]) -> None:
        """Show these."""
        self._blocks, self._width = list(blocks), 0
        self._unfolded.clear()
        self.sync()

    def sync(self) -> None:
        width = self.outer_size.width - 1  # a scrollbar may come
        if width > 0 and width != self._width:
            self._width = width
            self._lines = [
                (place, line)
                for place, block in enumerate(self._blocks)
                for line in block(width, place in self._unfolded)
            ]
        super().sync()

    def count(self) -> int:
        return len(self._lines)

    def row(self, index: int, width: int) -> Pieces:
        return self._lines[index][1]

    @property
    def block(self) -> int:
        """The block that the cursor stands on."""
        return self._lines[self.cursor][0] if 0 <= self.cursor < len(self._lines) else 0

    def line_of(self, block: int) -> int:
        """The first line of a block."""
        return next((place for place, (of, _) in enumerate(self._lines) if of == block), 0)

    def centre(self, block: int) -> None:
        """Put the cursor on a block and bring it into the middle."""
        self.move_to(self.line_of(block))
        middle = self.cursor - self.scrollable_content_region.height // 2
        self.scroll_to(y=max(0, middle), animate=False, force=True)

    def action_choose(self) -> None:
        """Unfold the block at the cursor, or fold it."""
        here = self.block
        self._unfolded ^= {here}
        self._width = 0
        self.sync()
        self.move_to(self.line_of(here))
