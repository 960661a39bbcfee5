"""The branches of a session as the tree shows them: those that are under way as they stand now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from workbench.debugger.desk import BranchLine, Desk
    from workbench.state import State
    from workbench.tui.together import Together


class UnderWay(NamedTuple):
    """A branch that this process drives."""

    name: str
    parent: str | None
    parent_seq: int
    last_seq: int
    state: State


class Branch(NamedTuple):
    """A row of the tree: the branch, the stem drawn before it, what people changed there, and whether it runs."""

    line: BranchLine
    stem: str
    changed: str
    running: bool = False


class Branches:
    """Reads them anew where something came to a standstill; what stood still before is kept."""

    def __init__(self, desk: Desk, together: Together, session: str) -> None:
        self._desk, self._together, self._session = desk, together, session
        self._rows = {row.name: row for row in desk.branches(session)}
        self._ran: set[str] = set()

    def read(self) -> list[Branch]:
        """The branches in the order of the tree."""
        running = self._together.of(self._session)
        stood = self._ran - set(running)
        if stood:
            self._rows |= {row.name: row for row in self._desk.branches(self._session) if row.name in stood}
        self._ran = set(running)
        rows: list[BranchLine] = []
        for row in self._rows.values():
            session = running.get(row.name)
            state = None if session is None else session.newest
            rows.append(row if state is None else UnderWay(row.name, row.parent, row.parent_seq, state.seq, state))
        return grown(rows, frozenset(running))


def grown(rows: Sequence[BranchLine], running: frozenset[str] = frozenset()) -> list[Branch]:
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
            changed = changes(row, named[row.parent].state if row.parent else None)
            yield Branch(row, stem + mark, changed, row.name in running)
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
    if parent is not None and parent.specs:
        for spec in state.specs.values():
            was = parent.specs[spec.name]
            edits += [f"model {spec.model}"] if was.model != spec.model else []
            names = [one.persona.name if one.persona is not None else "" for one in (was, spec)]
            if names[0] != names[1]:
                edits.append(f"persona {names[1] or 'none'}")
            elif was.system != spec.system:
                edits.append(f"system prompt of {spec.name}")
    return ", ".join(edits)
