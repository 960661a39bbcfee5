"""Pane 4, Budget: a meter for each cap, and what else was used."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from workbench.budget import spent
from workbench.debugger.words import count, dollars
from workbench.tui.panes.pane import Pane, PaneList
from workbench.tui.pieces import Piece, Pieces, lay, width_of
from workbench.tui.theme import Look

if TYPE_CHECKING:
    from workbench.state import State

_ALWAYS = ("iterations", "tool_calls", "tokens", "cost")
_WORDS = {"tool_calls": "calls", "input_tokens": "tokens in", "output_tokens": "tokens out"}
_CELLS = 10


def names_of(state: State) -> list[str]:
    """The counters that are shown, the usual ones first."""
    return [*_ALWAYS, *[name for name, limit in state.limits.items() if limit is not None and name not in _ALWAYS]]


def figure(name: str, amount: Decimal | None) -> str:
    """An amount of the counter `name`, short."""
    if amount is None:
        return "?"
    return dollars(amount) if name == "cost" else count(int(amount))


def meter(used: Decimal | None, limit: Decimal, cells: int) -> list[Piece]:
    """How much of the cap is used, in as many cells."""
    if used is None:
        return [("?" + "░" * (cells - 1), "held")]
    share = Decimal(1) if not limit else min(Decimal(1), used / limit)
    full = int(share * cells) or (1 if used else 0)
    look: Look = "wrong" if share >= 1 else "held" if share >= Decimal("0.8") else "grey"
    return [("▓" * full, look), ("░" * (cells - full), "faint")]


class Meters(PaneList):
    """One row for each counter."""

    def __init__(self, state: State) -> None:
        super().__init__(id="meters", classes="keys edge")
        self._state = state
        self.following = False

    def refill(self, state: State) -> None:
        """Show what was used in this state."""
        self._state = state
        self.sync()

    def count(self) -> int:
        return len(names_of(self._state))

    def move_to(self, index: int, *, tell: bool = True) -> None:
        super().move_to(index, tell=tell)
        self.following = False

    def row(self, index: int, width: int) -> Pieces:
        state = self._state
        name = names_of(state)[index]
        used, limit = spent(state.meters, name), state.limits.get(name)
        label: Piece = (f"  {_WORDS.get(name, name):<10}", "grey")
        number: Piece = (f"{figure(name, used):>6}", "text")
        if limit is None:
            return lay(width, [label, number, (" no cap", "faint")])
        of = max(len(figure(other, Decimal(cap))) for other, cap in state.limits.items() if cap is not None)
        left: list[Piece] = [label, number, (f" of {figure(name, Decimal(limit)):<{of}} ", "faint")]
        cells = min(_CELLS, width - width_of(left) - 2)
        bar = meter(used, Decimal(limit), cells) if cells >= 4 else []
        return lay(width - 1, left, bar)


class BudgetPane(Pane):
    """What was used, of what is allowed."""

    number, title = 4, "Budget"
    help = (
        "What the run has used, and its caps. A cap is reached before a call, never after it.",
        "? is a cost that nobody knows, because a price is missing. + changes a cap: limit tool_calls 10.",
    )

    def body(self) -> ComposeResult:
        yield Meters(self.session.state)

    def sync(self) -> None:
        self.query_one(Meters).refill(self.session.state)

    def summary(self) -> list[Piece]:
        state = self.session.state
        used = figure("cost", spent(state.meters, "cost"))
        limit = state.limits.get("cost")
        return [(f"{used}/{figure('cost', Decimal(limit))}" if limit is not None else used, "faint")]

    @property
    def watchable(self) -> str:
        names = names_of(self.session.state)
        name = names[max(0, self.query_one(Meters).cursor)]
        return "iteration" if name == "iterations" else name

    def focused_text(self) -> str:
        state = self.session.state
        return "\n".join(
            f"{name}: {figure(name, spent(state.meters, name))} of {state.limits.get(name) or 'no cap'}"
            for name in names_of(state)
        )

    async def find(self, needle: str, *, onward: bool) -> bool:
        names: Sequence[str] = names_of(self.session.state)
        for place, name in enumerate(names):
            if needle in _WORDS.get(name, name):
                self.query_one(Meters).move_to(place)
                return True
        return False
