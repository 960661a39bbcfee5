"""The branches of a session (^t): each under the one that it left, with what came of it; two can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding

from workbench.budget import spent
from workbench.debugger.words import dollars, standing
from workbench.tui.pieces import Piece, Pieces, cut, lay, wrap
from workbench.tui.sheets.sheet import Sheet, keys_of
from workbench.tui.theme import sentence_look
from workbench.tui.widgets.line_list import LineList, Lines

if TYPE_CHECKING:
    from workbench.state import State
    from workbench.tui.sheets.branches import Branch, Branches

_BEAT = 0.3
"""Seconds between two looks at branches that are under way."""
_COST, _MET = 8, 11


class Picked(NamedTuple):
    """What the person wants: go to branch `name`, or compare it with `other`."""

    name: str
    other: str = ""


class Tree(LineList):
    """One line for each branch."""

    follows = False

    def __init__(self, rows: list[Branch], here: str) -> None:
        super().__init__(classes="scroll")
        self.rows, self._here, self.chosen = rows, here, ""

    def count(self) -> int:
        return len(self.rows)

    def row(self, index: int, width: int) -> Pieces:
        one = self.rows[index]
        name = one.line.name
        mark: Piece = ("▸ ", "accent") if name == self._here else ("  ", "text")
        picked: Piece = (" D", "held") if name == self.chosen else ("", "text")
        left: list[Piece] = [mark, (one.stem, "faint"), (name, "strong" if name == self._here else "text"), picked]
        if one.line.parent is not None:
            left.append((f"  ⋎@{one.line.parent_seq}", "faint"))
        if one.changed:
            left.append((f"  ✎ {one.changed}", "grey"))
        sentence = cut(said(one), _stands(width))
        space = " " * max(0, _stands(width) - cell_len(sentence))
        state = one.line.state
        cost = dollars(spent(state.meters, "cost"))
        right: list[Piece] = [
            (f"  {sentence}{space}", sentence_look(sentence)),
            (f"{cost:>{_COST}}{_met(state):>{_MET}} ", "grey"),
        ]
        return lay(width, left, right)


class TreeScreen(Sheet[Picked]):
    """Answers which branch to go to, or which two to compare. Branches that are under way are followed."""

    BINDINGS = [Binding("D", "compare", "compare", id="tree.compare")]
    tall = wide = True

    def __init__(self, branches: Branches, here: str, cursor: str) -> None:
        """`here` is the branch that one comes from; the cursor stands on the branch `cursor`."""
        keys = keys_of(("Enter", "opens"), ("D", "on two compares them"), ("Esc", "closes"))
        super().__init__("Branches", keys)
        self._branches, self._here, self._cursor = branches, here, cursor

    def body(self) -> ComposeResult:
        yield Lines(id="columns", classes="line")
        yield Tree(self._branches.read(), self._here)
        yield Lines(id="more", classes="lines")

    @property
    def tree_list(self) -> Tree:
        """The rows."""
        return self.query_one(Tree)

    def on_mount(self) -> None:
        tree = self.tree_list
        tree.cursor = next((place for place, one in enumerate(tree.rows) if one.line.name == self._cursor), 0)
        tree.focus()
        tree.sync()
        self.set_interval(_BEAT, self._follow)

    def _follow(self) -> None:
        """Show how the branches that are under way stand now; once more when the last of them stands still."""
        tree = self.tree_list
        if self.is_current and any(row.running for row in tree.rows):
            tree.rows = self._branches.read()
            tree.sync()
            self.draw()

    @on(LineList.Moved)
    def draw(self) -> None:
        tree = self.tree_list
        width = tree.scrollable_content_region.width or self.room
        heads: list[Piece] = [("  branch", "faint")]
        figures = f"  {'stands':<{_stands(width)}}{'cost':>{_COST}}{'criteria':>{_MET}} "
        self.query_one("#columns", Lines).show(lay(width, heads, [(figures, "faint")]))
        one = tree.rows[max(0, tree.cursor)]
        left = f"left {one.line.parent} after event {one.line.parent_seq}, " if one.line.parent else ""
        words = [f"{one.line.name}: {left}{one.line.last_seq} events. {said(one)}"]
        if one.changed:
            words.append(f"changed there: {one.changed}")
        if one.line.state.output:
            words.append(f"› {one.line.state.output}")
        lines: list[Pieces] = [(), *[[(line, "grey")] for text in words for line in wrap(text, self.room)[:2]]]
        running = sum(row.running for row in tree.rows)
        if running:
            lines.append([(f"{running} under way; Esc leaves them to it, and the bottom line tells of each", "accent")])
        if tree.chosen:
            lines.append([(f"D on another compares it with {tree.chosen}", "held")])
        elif len(tree.rows) == 1:
            lines.append(
                [("There is one branch. F forks it where you look, an edit of the past does so by itself.", "faint")]
            )
        self.query_one("#more", Lines).show(*lines)
        tree.refresh()

    @on(LineList.Chosen)
    def _open(self, chosen: LineList.Chosen) -> None:
        self.dismiss(Picked(self.tree_list.rows[chosen.index].line.name))

    def action_compare(self) -> None:
        tree = self.tree_list
        name = tree.rows[max(0, tree.cursor)].line.name
        if tree.chosen and tree.chosen != name:
            self.dismiss(Picked(tree.chosen, name))
            return
        tree.chosen = "" if tree.chosen == name else name
        self.draw()


def said(one: Branch) -> str:
    """How the branch stands, in the one sentence."""
    return standing(one.line.state, driving=one.running)


def _stands(width: int) -> int:
    """Cells for that sentence."""
    return max(8, width // 3)


def _met(state: State) -> str:
    listed = state.started.criteria if state.started else ()
    met = sum(verdict.met is True for verdict in state.verdicts.values())
    return f"{met} of {len(listed)} met" if listed else "–"
