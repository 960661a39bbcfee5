"""The branches of a session (^t): each under the one that it left, with what came of it; two can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding

from workbench.budget import spent
from workbench.debugger.words import dollars, standing
from workbench.tui.line_list import LineList, Lines
from workbench.tui.pieces import Piece, Pieces, cut, lay, wrap
from workbench.tui.sheet import Sheet, keys_of
from workbench.tui.words import sentence_look

if TYPE_CHECKING:
    from workbench.debugger.desk import BranchLine
    from workbench.state import State


class Picked(NamedTuple):
    """What the person wants: go to branch `name`, or compare it with `other`."""

    name: str
    other: str = ""


class Branch(NamedTuple):
    """A row of the tree."""

    line: BranchLine
    stem: str
    changed: str


def grown(rows: Sequence[BranchLine]) -> list[Branch]:
    """The branches in the order of the tree, each with the stem that is drawn before it."""
    below: dict[str | None, list[BranchLine]] = {}
    named = {row.name: row for row in rows}
    for row in rows:
        below.setdefault(row.parent, []).append(row)

    def grow(parent: str | None, stem: str) -> Iterator[Branch]:
        children = below.get(parent, [])
        for place, row in enumerate(children):
            last = place == len(children) - 1
            mark = "" if parent is None else "└ " if last else "├ "
            yield Branch(row, stem + mark, changes(row, named[row.parent].state if row.parent else None))
            yield from grow(row.name, stem + ("" if parent is None else "  " if last else "│ "))

    return list(grow(None, ""))


def changes(row: BranchLine, parent: State | None) -> str:
    """What people changed in a branch after it left its parent, in words."""
    state = row.state
    edits = [
        f"{edit.field} of {edit.call or f'event {target}'}"
        for target, some in state.edits.items()
        for edit in some
        if edit.seq > row.parent_seq
    ]
    if parent is not None and state.cast:
        for spec in state.cast:
            was = parent.spec(spec.name)
            edits += [f"model {spec.model}"] if was.model != spec.model else []
            edits += [f"system prompt of {spec.name}"] if was.system != spec.system else []
    return ", ".join(edits)


class Tree(LineList):
    """One line for each branch."""

    def __init__(self, branches: Sequence[Branch], here: str) -> None:
        super().__init__(classes="scroll")
        self.rows, self._here, self.chosen = list(branches), here, ""
        self.following = False
        self.cursor = next((place for place, one in enumerate(branches) if one.line.name == here), 0)

    def count(self) -> int:
        return len(self.rows)

    def row(self, index: int, width: int) -> Pieces:
        one = self.rows[index]
        name = one.line.name
        mark: Piece = ("▸ ", "accent") if name == self._here else ("  ", "text")
        picked: Piece = (" D", "held") if name == self.chosen else ("", "text")
        left: list[Piece] = [mark, (one.stem, "faint"), (name, "strong" if name == self._here else "text"), picked]
        if one.line.parent is not None:
            left.append((f"  ⑂@{one.line.parent_seq}", "faint"))
        if one.changed:
            left.append((f"  ✎ {one.changed}", "grey"))
        state = one.line.state
        sentence = cut(standing(state), max(8, width // 3))
        space = " " * max(0, width // 3 - cell_len(sentence))
        right: list[Piece] = [(f"  {sentence}{space}", sentence_look(sentence)), (f"{_figures(state):>18} ", "grey")]
        return lay(width, left, right)

    def move_to(self, index: int, *, tell: bool = True) -> None:
        super().move_to(index, tell=tell)
        self.following = False


class TreeScreen(Sheet[Picked]):
    """Answers which branch to go to, or which two to compare."""

    BINDINGS = [Binding("D", "compare", "compare", id="tree.compare")]
    tall = wide = True

    def __init__(self, branches: Sequence[BranchLine], here: str) -> None:
        keys = keys_of(("Enter", "opens"), ("D", "on two compares them"), ("Esc", "closes"))
        super().__init__("Branches", keys)
        self._tree = grown(branches)
        self._here = here

    def body(self) -> ComposeResult:
        yield Tree(self._tree, self._here)
        yield Lines(id="more", classes="lines")

    def on_mount(self) -> None:
        self.query_one(Tree).focus()
        self.query_one(Tree).sync()
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        self._draw()

    @on(LineList.Moved)
    def _draw(self) -> None:
        tree = self.query_one(Tree)
        one = tree.rows[max(0, tree.cursor)]
        left = f"left {one.line.parent} after event {one.line.parent_seq}, " if one.line.parent else ""
        words = [f"{one.line.name}: {left}{one.line.last_seq} events. {standing(one.line.state)}"]
        if one.changed:
            words.append(f"changed there: {one.changed}")
        if one.line.state.output:
            words.append(f"› {one.line.state.output}")
        lines: list[Pieces] = [[(line, "grey")] for text in words for line in wrap(text, self.room)[:2]]
        if tree.chosen:
            lines.append([(f"D on another compares it with {tree.chosen}", "held")])
        elif len(tree.rows) == 1:
            lines.append(
                [("There is one branch. F forks it where you look, an edit of the past does so by itself.", "faint")]
            )
        self.query_one("#more", Lines).show((), *lines)
        tree.refresh()

    @on(LineList.Chosen)
    def _open(self, chosen: LineList.Chosen) -> None:
        self.dismiss(Picked(self._tree[chosen.index].line.name))

    def action_compare(self) -> None:
        tree = self.query_one(Tree)
        name = tree.rows[max(0, tree.cursor)].line.name
        if tree.chosen and tree.chosen != name:
            self.dismiss(Picked(tree.chosen, name))
            return
        tree.chosen = "" if tree.chosen == name else name
        self._draw()


def _figures(state: State) -> str:
    """Cost and criteria in a few words."""
    listed = state.started.criteria if state.started else ()
    met = sum(verdict.met is True for verdict in state.verdicts.values())
    return dollars(spent(state.meters, "cost")) + (f"  {met} of {len(listed)} met" if listed else "")
