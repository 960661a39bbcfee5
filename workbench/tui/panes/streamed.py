"""An answer while it streams: what came is wrapped and drawn once, and only its end again with the next piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.criteria.coming import so_far
from workbench.tui.panes.entries import indented, speech, thought
from workbench.tui.pieces import Growing, Pieces

if TYPE_CHECKING:
    from workbench.debugger.summary import Draft
    from workbench.events import ActorSpec


class Streamed:
    """The lines of one answer at one width; what it says is read as it comes, as the actor's `spec` has it."""

    def __init__(self, width: int, spec: ActorSpec | None) -> None:
        self.width, self._spec = width, spec
        self._thinking, self._saying = Growing(width - 6), Growing(width - 4)
        self._drawn: list[Pieces] = []
        self._settled = 0

    def lines(self, draft: Draft) -> list[Pieces]:
        """All that came, `draft` being of the same answer as the last time."""
        lines: list[Pieces] = []
        if draft.thinking:
            lines += thought(self._thinking.lines("".join(draft.thinking).lstrip()), unfolded=False)
        text = "".join(draft.text)
        said = self._saying.lines(so_far(text, self._spec))
        del self._drawn[self._settled :]
        self._drawn += indented(said[self._settled :])
        self._settled = self._saying.settled
        return lines + (self._drawn or speech("…", self.width))
