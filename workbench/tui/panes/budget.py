"""Pane 4, Budget: a meter for each cap, and what else was used."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from workbench.budget import spent
from workbench.debugger.meters import Meter, costs, figure, meters, off_by, sparkline
from workbench.events import measure_of
from workbench.safe_text import clipped
from workbench.tui.panes.pane import Pane, PaneList
from workbench.tui.pieces import Piece, Pieces, lay
from workbench.tui.theme import Look

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.state import State

_WORDS = {
    "tool_calls": "calls",
    "input_tokens": "tokens in",
    "output_tokens": "tokens out",
    "requests_per_minute": "a minute",
}
_CELLS = 10
_LABEL = 10
_USED = 6


def meter(used: Decimal | None, aside: Decimal, limit: Decimal, cells: int) -> list[Piece]:
    """How much of the cap is used, and how much set aside, in as many cells."""
    if used is None:
        return [("?" + "░" * (cells - 1), "held")]
    share = Decimal(1) if not limit else min(Decimal(1), used / limit)
    full = int(share * cells) or (1 if used else 0)
    held = min(cells - full, -int(-aside * cells // limit)) if aside and limit else 0
    look: Look = "wrong" if share >= 1 else "held" if share >= Decimal("0.8") else "grey"
    set_aside: list[Piece] = [("▒" * held, "accent")] if held else []
    return [("▓" * full, look), *set_aside, ("░" * (cells - full - held), "faint")]


def label_of(one: Meter) -> str:
    """What it counts, in a word or two."""
    return measure_of(one.name).tool or _WORDS.get(one.name, one.name)


def rows_of(every: Sequence[Meter], width: int) -> list[Pieces]:
    """A line for each counter: its cap, and its meter below the others'."""
    of = max((len(one.shown(one.limit)) for one in every if one.limit is not None), default=0)
    used = max((len(one.shown(one.used)) for one in every), default=0)
    cells = min(_CELLS, width - _LABEL - max(_USED, used) - of - 9)
    return [_row(one, of, cells, width) for one in every]


def _row(one: Meter, of: int, cells: int, width: int) -> Pieces:
    """A counter, its cap and its meter; `of` is how wide the widest cap is, `cells` how wide a meter may be."""
    label = label_of(one) if one.limit is None else clipped(label_of(one), _LABEL)
    left: list[Piece] = [(f"  {label:<{_LABEL}}", "grey"), (f"{one.shown(one.used):>{_USED}}", "text")]
    added: list[Piece] = []
    if one.added:
        added.append((f" +{one.shown(one.added)} here", "accent"))
    if one.limit is None:
        return lay(width, [*left, (" no cap", "faint"), *added])
    left.append((f" of {one.shown(one.limit):<{of}} ", "faint"))
    bar = meter(one.used, one.aside, one.limit, cells) if cells >= 4 else []
    return lay(width - 1, [*left, *added] if not bar else left, bar)


def notes_of(state: State, spent_by: Sequence[Decimal | None], width: int) -> list[Pieces]:
    """What stands under the meters, where it is known: what followed at caps, what comes next, each iteration's cost.

    Args:
        spent_by: what each iteration cost.
    """
    found: list[Pieces] = []

    def note(name: str, words: str, look: Look = "faint") -> None:
        pieces: list[Piece] = [(f"  {name:<{_LABEL}} ", "grey"), (words, look)]
        found.append(lay(width - 1, pieces))

    every = meters(state)
    for one in every:
        if one.reached:
            note("reached", f"{label_of(one)}: {one.follow.replace('_', ' ')}", "held")
    weighed = [one for one in every if one.name in ("tokens", "cost")]
    if state.meters.cost or any(one.limit is not None for one in weighed):
        tokens, money = weighed
        note("next call", f"~{tokens.shown(tokens.likely)} in, {money.shown(money.likely)}")
    if any(spent_by):
        note("iterations", sparkline(spent_by, max(1, width - _LABEL - 5)), "accent")
    if off := off_by(state):
        note("estimates", off)
    return found


class Meters(PaneList):
    """One row for each counter, and notes under them."""

    follows = False

    def __init__(self, session: Session) -> None:
        super().__init__(id="meters", classes="keys edge")
        self._session = session
        self._rows: list[Meter] = meters(session.state)
        self._costs: list[Decimal | None] = []
        self._laid: dict[int, list[Pieces]] = {}
        self._seen = -1

    def refill(self) -> None:
        """Show what was used in the state that one looks at."""
        state = self._session.state
        self._rows = meters(state)
        self._laid = {}
        if state.seq != self._seen:
            self._seen = state.seq
            rows = self._session.steps.rows if state.meters.cost else []
            self._costs = costs([step for step in rows if step.seq <= state.seq])
        self.sync()

    @property
    def names(self) -> list[str]:
        """The counters that are shown."""
        return [one.name for one in self._rows]

    @property
    def chosen(self) -> str:
        """The counter on which the cursor stands."""
        return self.names[min(self.cursor, len(self._rows) - 1)]

    def _all(self, width: int) -> list[Pieces]:
        """All of it, laid out once for each width."""
        if width not in self._laid:
            notes = notes_of(self._session.state, self._costs, width)
            self._laid[width] = [*rows_of(self._rows, width), *notes]
        return self._laid[width]

    def count(self) -> int:
        return len(self._all(40))

    def row(self, index: int, width: int) -> Pieces:
        lines = self._all(width)
        return lines[index] if index < len(lines) else ()


class BudgetPane(Pane):
    """What was used, of what is allowed."""

    number, title = 4, "Budget"
    help = (
        "What the run has used, and its caps. A cap is asked before a call, never after it.",
        "▓ is used, ▒ is set aside for calls under way. ? is a cost that nobody knows, because a price is missing.",
        "+ changes a cap, or what follows at it.",
    )

    def body(self) -> ComposeResult:
        yield Meters(self.session)

    def sync(self) -> None:
        self.query_one(Meters).refill()

    @property
    def chosen(self) -> str:
        """The counter on which the cursor stands."""
        return self.query_one(Meters).chosen

    def summary(self) -> list[Piece]:
        state = self.session.state
        used = figure("cost", spent(state.meters, "cost"))
        limit = state.limits.get("cost")
        return [(f"{used}/{figure('cost', Decimal(limit))}" if limit is not None else used, "faint")]

    def focused_text(self) -> str:
        return "\n".join(
            f"{one.name}: {one.shown(one.used)} of {one.shown(one.limit) if one.limit is not None else 'no cap'}"
            for one in meters(self.session.state)
        )
