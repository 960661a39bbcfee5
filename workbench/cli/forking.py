"""`fork`: branches that leave a session at a place in its past."""

from __future__ import annotations

import argparse
import asyncio
from contextlib import ExitStack, closing

from workbench.cli.desk import HouseDesk
from workbench.cli.headless import drive
from workbench.cli.house import House
from workbench.cli.output import aside, document, say, table
from workbench.debugger.changing import undone_by
from workbench.debugger.forking import MOST_FORKS
from workbench.debugger.forking import fork as several
from workbench.debugger.outcome import exit_code, report
from workbench.debugger.session import Session
from workbench.errors import UsedWrongly


def fork(args: argparse.Namespace) -> int:
    """One held fork; or, with `--n`, several that are run to their end or first hold."""
    if args.n is not None and not 1 <= args.n <= MOST_FORKS:
        raise UsedWrongly(f"--n {args.n}: should be 1 to {MOST_FORKS}")
    with House(args.workspace) as house, ExitStack() as forked:
        with closing(house.open(args.place, write=False)) as past:
            for words in undone_by(past, past.seq):
                aside(f"not undone: {words}")
            many, desk = args.n or 1, HouseDesk(house)
            forks = several(desk, past, past.seq, many, model=args.model, persona=args.persona)
        for one in forks:
            forked.enter_context(closing(one))
        if args.n is not None:
            asyncio.run(_together(forks))
        return _listed(forks, args)


async def _together(forks: list[Session]) -> None:
    async def one(session: Session) -> None:
        session.writer().release("run")
        await drive(session, [], listen=False)

    await asyncio.gather(*(one(session) for session in forks))


def _listed(forks: list[Session], args: argparse.Namespace) -> int:
    reports = [report(one.newest, session=one.identity.session, branch=one.identity.branch) for one in forks]
    if args.json:
        document({"forks": reports})
    elif args.n is None:
        where = f"{forks[0].identity.session}/{forks[0].identity.branch}"
        say(f"{where}  {forks[0].standing()}")
        say(f"Go on with: workbench open {where}, or workbench resume {where} --headless")
    else:
        rows = [
            (f"{one['session']}/{one['branch']}", one["outcome"] or "held", one["cost"] or "?", one["output"])
            for one in reports
        ]
        table(("branch", "stands", "cost", "output"), rows, right=(2,))
    return 0 if args.n is None else max(exit_code(one.newest) for one in forks)
