"""`diff`: two sessions, branches or places side by side, as text, JSON or a page."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workbench.cli.house import House
from workbench.cli.output import document, say, table, write

if TYPE_CHECKING:
    from workbench.debugger.diff import Comparison, Item, Row, Side

_LINES = 8
_WORDS = 90


def diff(args: argparse.Namespace) -> int:
    """What differs between two runs; exit code 0 whether anything does or not."""
    from workbench.debugger.diff import compare

    with House(args.workspace) as house:
        found = compare(_side(house, args.left), _side(house, args.right))
    if args.html:
        from workbench.exchange import diff_page

        write(args.html, diff_page(found), "--html")
    if args.json:
        document(found.plain())
    elif not args.html:
        _print(found)
    return 0


def _side(house: House, ref: str) -> Side:
    from workbench.debugger.diff import Side
    from workbench.run import state_at

    place = house.store.place(ref)
    reader = house.store.read(place.branch.id)
    state = state_at(reader, place.seq)
    name = f"{place.session.id}/{place.branch.name}" + (f"@{place.seq}" if place.seq is not None else "")
    return Side(name, place.session.title, list(reader.events(0, state.seq)), state)


def _print(found: Comparison) -> None:
    say(str(found))
    if found.shared:
        say(f"Their first {found.shared} events are the same ones.")
    say("")
    rows = [(one.name, one.left, one.right, "" if one.same else "≠") for one in found.figures]
    table(("", found.left.name, found.right.name, ""), rows)
    say("")
    for place, row in enumerate(found.rows):
        for line in _lines(row, first=place == found.first):
            say(line)


def _lines(row: Row, *, first: bool) -> Iterator[str]:
    arrow = "→ " if first else "  "
    if row.mark == "same":
        equal = "1 equal message" if len(row.left) == 1 else f"{len(row.left)} equal messages"
        yield f"{arrow}= {equal}, @{row.left[0].seq} and @{row.right[0].seq} on"
    elif row.mark == "changed":
        ours, theirs = row.left[0], row.right[0]
        yield f"{arrow}~ {ours.kind} @{ours.seq} and @{theirs.seq}"
        yield from _shortened("".join([_marked(sign, text) for sign, text in row.words]))
    else:
        item: Item = (row.left or row.right)[0]
        yield f"{arrow}{'-' if row.mark == 'left' else '+'} {item.kind} @{item.seq}"
        yield from _shortened(item.text)


def _marked(sign: str, text: str) -> str:
    """Words as `[-gone-]` and `{+new+}`; a long stretch that stayed is cut in its middle."""
    if sign == "-":
        return f"[-{text}-]"
    if sign == "+":
        return f"{{+{text}+}}"
    return text if len(text) <= _WORDS else f"{text[: _WORDS // 2]} … {text[-_WORDS // 2 :]}"


def _shortened(text: str) -> Iterator[str]:
    lines = text.splitlines()
    yield from (f"      {line}" for line in lines[:_LINES])
    if len(lines) > _LINES:
        yield f"      … {len(lines) - _LINES} more lines"
