"""Verbs that ask where something came from, and how two branches or sessions differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.debugger.diff import Comparison, Item, Row, compare
from workbench.debugger.language.lines import Line, Lines, Look, both, columns, plain, short
from workbench.debugger.sides import left_branch, side
from workbench.debugger.whence import whence
from workbench.errors import Impossible, UsedWrongly
from workbench.safe_text import safe_line

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk

_MOST = 400


def origin(talk: Talk, rest: str) -> Lines:
    """Every place that holds a value, up to where one looks, and whether the model made it up."""
    session = talk.session
    found = whence(session.events(0, session.seq), rest)
    lines = [Line(short(str(found), 200), "wrong" if found.invented else "good")]
    cells = [(f"@{one.seq}", one.kind, one.path, short(one.words)) for one in found.sightings]
    return [*lines, *plain(*columns(cells))] if cells else lines


def diff(talk: Talk, rest: str) -> Lines:
    """Two branches of this session, or others: where they part, what differs, what came of each."""
    names = rest.split()
    here = talk.session.identity.branch
    if len(names) > 2:
        raise UsedWrongly(f"diff compares two, and {len(names)} were named")
    if not names:
        names = [left_branch(talk.desk, talk.session)]
    left, right = names if len(names) == 2 else (names[0], here)
    if left == right:
        raise Impossible(f"{left} is {right}: there is nothing to compare")
    comparison = compare(side(talk.desk, talk.session, left), side(talk.desk, talk.session, right))
    lines = [Line(safe_line(comparison), "strong")]
    for place, row in enumerate(comparison.rows):
        lines += _row(row, comparison, first=place == comparison.first)
    return [*lines, *_figures(comparison, timed=not talk.steady)]


def _row(row: Row, comparison: Comparison, *, first: bool) -> Lines:
    if row.mark == "same":
        return plain(f"= {len(row.left)} the same", look="faint")
    mark = "  ← they part here" if first else ""
    if row.mark == "changed":
        ours, theirs = row.left[0], row.right[0]
        line = Line(f"~ {_name(ours)} @{ours.seq} and @{theirs.seq}{mark}", "held")
        return [line, *plain(f"    {both(row.words, _MOST)}")]
    sign, items, side = ("-", row.left, comparison.left) if row.mark == "left" else ("+", row.right, comparison.right)
    look: Look = "wrong" if sign == "-" else "new"
    return [
        line
        for item in items
        for line in (
            Line(f"{sign} {_name(item)} @{item.seq}, only in {short(side.name, 40)}{mark}", look),
            Line(f"    {short(item.text)}".rstrip()),
        )
    ]


def _name(item: Item) -> str:
    return short(item.kind, 60) + (", failed" if item.failed else "")


def _figures(comparison: Comparison, *, timed: bool) -> Lines:
    shown = [figure for figure in comparison.figures if timed or figure.name != "time"]
    head = ("", short(comparison.left.name, 40), short(comparison.right.name, 40), "")
    cells = [(one.name, short(one.left, 40), short(one.right, 40), "" if one.same else "≠") for one in shown]
    return plain(*columns([head, *cells]))
