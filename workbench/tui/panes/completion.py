"""Pane 5, Completion: each criterion with its verdict and the words that show it, and what the agent says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from workbench.criteria.complete import percentage
from workbench.criteria.outside import judging_spent
from workbench.tui.panes.pane import GoTo, Pane, PaneList
from workbench.tui.pieces import Piece, Pieces, cut, lay
from workbench.tui.theme import Look

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.state import State


class Criteria(PaneList):
    """One row for each criterion, then the agent's own word."""

    follows = False

    def __init__(self, session: Session) -> None:
        super().__init__(id="criteria", classes="keys edge")
        self._session = session
        self._state: State = session.state

    def refill(self) -> None:
        """Show the verdicts at the place one looks at."""
        self._state = self._session.state
        self.sync()

    def count(self) -> int:
        started = self._state.started
        return 0 if started is None or not started.criteria else len(started.criteria) + 1

    def evidence(self, index: int) -> int | None:
        """The event that shows the criterion at `index`."""
        started = self._state.started
        if started is None or index >= len(started.criteria):
            return None
        verdict = self._state.verdicts.get(started.criteria[index].name)
        return verdict.seq if verdict is not None else None

    def told(self, index: int) -> tuple[str, Look, str, str, str]:
        """Glyph, its look, name, value or description, and a word on the verdict."""
        state = self._state
        assert state.started is not None
        criterion = state.started.criteria[index]
        verdict = state.verdicts.get(criterion.name)
        if verdict is None:
            rubric = criterion.check is not None and criterion.check.rubric
            return "·", "faint", criterion.name, judging_spent(state) if rubric else "", ""
        if verdict.met:
            place = f"@{verdict.seq}" if verdict.seq else ""
            return "✓", "text", criterion.name, verdict.words or verdict.reason, place
        if verdict.unsure:
            last = ", met before" if verdict.held else ""
            return "?", "wrong", criterion.name, verdict.reason, f"unknown{last}"
        words = verdict.words or verdict.reason
        if verdict.regressed:
            return "↓", "wrong", criterion.name, words, "regressed"
        if verdict.met is None:
            return "~", "grey", criterion.name, words, "claimed"
        return "✗", "wrong", criterion.name, words, "not met"

    def row(self, index: int, width: int) -> Pieces:
        state = self._state
        assert state.started is not None
        if index >= len(state.started.criteria):
            return lay(width, [("  ~ ", "faint"), (f"agent says: {state.status or 'nothing yet'}", "grey")])
        glyph, look, name, value, word = self.told(index)
        names = min(max(len(one.name) for one in state.started.criteria), max(8, width * 3 // 5 - 4))
        shown = cut(name, names if value else width - len(word) - 6)
        left: list[Piece] = [(f"  {glyph} ", look), (f"{shown:<{names}}", "text" if value else "grey")]
        return lay(width, [*left, (f"  {value}", "grey")], [(f"{word} ", "faint")] if word else [])

    def empty(self, width: int) -> Sequence[Pieces]:
        started, ended = self._state.started, self._state.ended
        recorded = started is not None and started.origin is not None
        if recorded and ended is not None and ended.reason and ended.outcome != "error":
            return (
                [(f"  The recording says: {ended.reason}", "grey")],
                [("  It has no criteria to check.", "faint")],
                [("  W", "accent"), (" watches a value of any run.", "faint")],
            )
        return (
            [("  This run has no criteria.", "faint")],
            [("  A scenario says what must be true.", "faint")],
            [("  W", "accent"), (" watches a value of any run.", "faint")],
        )


class CompletionPane(Pane):
    """Which criteria are met, and by what."""

    number, title = 5, "Completion"
    help = (
        "What must be true before the run is complete.",
        "✓ met, with the words that show it; ~ only the agent says so; · not yet; ✗ seen not to hold; "
        "↓ regressed: it was met, and is no more; ? its check failed, so nobody knows.",
        "Enter goes to the event that shows it.",
    )

    def body(self) -> ComposeResult:
        yield Criteria(self.session)

    @property
    def list(self) -> Criteria:
        """The criteria."""
        return self.query_one(Criteria)

    def sync(self) -> None:
        self.list.refill()

    def summary(self) -> list[Piece]:
        state = self.session.state
        criteria = state.started.criteria if state.started is not None else ()
        if not criteria:
            return []
        verdicts = {name: verdict.met for name, verdict in state.verdicts.items()}
        met = sum(verdicts.get(one.name) is True for one in criteria)
        share = percentage(criteria, verdicts)
        return [(f"{met} of {len(criteria)}, {share} %", "text" if share == 100 else "faint")]

    @property
    def watchable(self) -> str:
        from workbench.gates.watch import key_of

        rows, started = self.list, self.session.state.started
        criteria = () if started is None else started.criteria
        if 0 <= rows.cursor < len(criteria):
            return f"criteria{key_of(criteria[rows.cursor].name)}"
        return "status"

    def focused_text(self) -> str:
        rows = self.list
        if rows.cursor >= rows.count() - 1:
            return ""
        _, _, name, value, word = rows.told(rows.cursor)
        return f"{name}: {value} {word}".strip()

    def on_line_list_chosen(self, chosen: PaneList.Chosen) -> None:
        chosen.stop()
        seq = self.list.evidence(chosen.index)
        if seq is not None:
            self.post_message(GoTo(seq))
