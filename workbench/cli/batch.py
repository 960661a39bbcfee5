"""`batch`: scenarios with each of several models and personas, so many times, and what came of them side by side."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
from contextlib import redirect_stdout
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from workbench.cli.beginning import caps_of, need_no_person
from workbench.cli.headless import drive
from workbench.cli.house import House
from workbench.cli.output import aside, document, table
from workbench.cli.starting import Wishes, starting
from workbench.debugger.batches import BatchRow, batch_rows
from workbench.debugger.outcome import exit_code, report
from workbench.debugger.words import count, dollars, duration
from workbench.errors import UsedWrongly

if TYPE_CHECKING:
    from workbench.debugger.summary import Identity
    from workbench.events import RunStarted
    from workbench.state import State

MOST = 1000
"""Runs of one batch."""


class Done(NamedTuple):
    """A run of the batch as it stands; `number` is its place among those that were wanted."""

    number: int
    scenario: str
    identity: Identity
    state: State


def batch(args: argparse.Namespace) -> int:
    """Run every combination to its end or first hold, some at once; the gravest of their exit codes."""
    starts = args.n * len(args.scenario) * len(args.model or [""]) * len(args.persona or [""])
    if args.n < 1 or starts > MOST:
        raise UsedWrongly(f"--n {args.n} makes {starts} runs; a batch has 1 to {MOST}")
    if args.at_once < 1:
        raise UsedWrongly(f"--at-once {args.at_once}: should be 1 or more")
    tag = f"batch-{secrets.token_hex(3)}"
    done: list[Done] = []
    with House(args.workspace) as house:
        wanted = _starts(house, args)
        try:
            with redirect_stdout(sys.stderr):  # what a tool prints is no part of the answer
                asyncio.run(_all(house, wanted, [*(args.tag or ()), tag], args.at_once, done))
        except KeyboardInterrupt:
            aside("broken off; what was under way is in doubt, the rest was not begun")
    _told(sorted(done, key=lambda one: one.number), tag, args)
    return max((exit_code(one.state) for one in done), default=1)


def _starts(house: House, args: argparse.Namespace) -> list[tuple[str, RunStarted]]:
    """Every run that is wanted, before any of them is begun.

    Raises:
        UsedWrongly: one of them cannot be started.
    """
    caps = caps_of(args)
    wanted: list[tuple[str, RunStarted]] = []
    for scenario, model, persona, number in product(
        args.scenario, args.model or [None], args.persona or [None], range(args.n)
    ):
        seed = None if args.seed is None else args.seed + number
        wishes = Wishes(scenario, persona=persona, model=model, caps=caps, mode="run", seed=seed)
        started = starting(house, wishes)
        need_no_person(started, f"it cannot be part of a batch: {scenario}")
        wanted.append((scenario, started))
    return wanted


async def _all(
    house: House, wanted: list[tuple[str, RunStarted]], tags: list[str], at_once: int, done: list[Done]
) -> None:
    turn = asyncio.Semaphore(at_once)

    async def one(number: int, scenario: str, started: RunStarted) -> None:
        async with turn:
            session = house.begin(started, tags=tags)
            try:
                await drive(session, [], listen=False)
            finally:
                done.append(Done(number, scenario, session.identity, session.newest))
                session.close()
            where, model = session.identity.session, started.actors[0].model
            aside(f"{len(done)} of {len(wanted)}  {where}  {scenario}  {model}  {session.standing()}")

    await asyncio.gather(*(one(number, *run) for number, run in enumerate(wanted)))


def _told(done: list[Done], tag: str, args: argparse.Namespace) -> None:
    rows = batch_rows((one.scenario, one.state) for one in done)
    if args.json:
        runs = [
            {"scenario": one.scenario, **report(one.state, session=one.identity.session, branch=one.identity.branch)}
            for one in done
        ]
        document({"tag": tag, "rows": [_fields(row) for row in rows], "runs": runs})
        return
    heads = ("scenario", "model", "persona", "runs", "completed", "met", "cost", "tokens", "tool calls", "time")
    table(heads, [_line(row) for row in rows], right=(3, 4, 5, 6, 7, 8, 9))
    aside(f"{len(done)} sessions have the tag {tag}: 'workbench sessions list --tag {tag}' lists them,")
    aside(f"'workbench criteria report --tag {tag}' says which criteria failed, 'workbench diff A B' compares two")


def _fields(row: BatchRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in BatchRow.__struct_fields__}


def _line(row: BatchRow) -> tuple[object, ...]:
    return (
        row.scenario,
        row.model,
        row.persona,
        row.runs,
        row.completed,
        "–" if row.percentage is None else f"{row.percentage} %",
        dollars(None if row.cost is None else Decimal(row.cost)),
        count(row.input_tokens + row.output_tokens),
        row.tool_calls,
        duration(row.ms),
    )
