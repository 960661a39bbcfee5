"""`usage`: what models and tools of the workspace used, added up by model, scenario, persona, actor or day."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from workbench.cli.house import House
from workbench.cli.output import document, say
from workbench.errors import UsedWrongly

if TYPE_CHECKING:
    from workbench.store.usage import Counts, UsageRow


def usage(args: argparse.Namespace) -> int:
    """Print the sums, and the sum of all."""
    since = _day(args.since) if args.since else ""
    with House(args.workspace) as house:
        session = house.store.session(args.session).id if args.session else None
        rows = house.store.usage().by(args.by, session=session, since=since)
    if args.json:
        document({"by": args.by, "usage": [{args.by: row.name, **_plain(row)} for row in rows]})
    elif not rows:
        say("nothing was used yet")
    else:
        _table(rows, args.by)
    return 0


def _day(given: str) -> str:
    """The first day that counts: a date, or how many days back.

    Raises:
        UsedWrongly: it is neither.
    """
    try:
        if given.isdecimal():
            return (datetime.now(UTC) - timedelta(days=int(given))).date().isoformat()
        return date.fromisoformat(given).isoformat()
    except (ValueError, OverflowError):
        raise UsedWrongly(f"--since {given}: should be a day, as 2026-11-24, or how many days back, as 7") from None


def _plain(row: UsageRow) -> dict[str, Any]:
    """A row as JSON values; `cost` is null where the price of any answer is unknown."""
    counts = row.counts
    return {
        "sessions": row.sessions,
        "requests": counts.requests,
        "iterations": counts.iterations,
        "tool_calls": counts.tool_calls,
        "input_tokens": counts.input_tokens,
        "output_tokens": counts.output_tokens,
        "cached_tokens": counts.cached_tokens,
        "reasoning_tokens": counts.reasoning_tokens,
        "seconds": counts.ms / 1000,
        "cost": None if counts.unpriced else counts.cost,
        "known_cost": counts.cost,
        "unpriced": counts.unpriced,
    }


def _table(rows: list[UsageRow], by: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from workbench.safe_text import safe_text

    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column(by, overflow="fold")
    for name in ("sessions", "requests", "calls", "in", "out", "cost"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(safe_text(row.name) or "–", str(row.sessions), *_cells(row.counts))
    if len(rows) > 1:
        table.add_section()
        total = _sum(rows)
        table.add_row("all", "", *_cells(total))
    Console(highlight=False, markup=False, emoji=False).print(table)


def _sum(rows: list[UsageRow]) -> Counts:
    from dataclasses import astuple

    from workbench.store.usage import Counts

    return Counts(*[sum(column) for column in zip(*[astuple(row.counts) for row in rows], strict=True)])


def _cells(counts: Counts) -> list[str]:
    from decimal import Decimal

    from workbench.debugger.words import count, dollars

    known = dollars(Decimal(counts.cost))
    cost = known if not counts.unpriced else "?" if not counts.pico else f"{known} + ?"
    return [
        str(counts.requests),
        str(counts.tool_calls),
        count(counts.input_tokens),
        count(counts.output_tokens),
        cost,
    ]
