"""`fork`: branches that leave a session at a place in its past; `replay` with one side live is such a fork."""

from __future__ import annotations

import argparse
import asyncio

from workbench.cli.headless import drive, finish
from workbench.cli.house import House
from workbench.cli.output import aside, document, say, table
from workbench.cli.recasting import check_cast, recast
from workbench.debugger.changing import undone_by
from workbench.debugger.forking import MOST_FORKS
from workbench.debugger.outcome import exit_code, report
from workbench.debugger.replaying import RecordedTools, ask_before_effects, begins_at, same_requests, words_after
from workbench.debugger.session import Session
from workbench.errors import UsedWrongly
from workbench.gates import GATES
from workbench.gates import fork as undone


def fork(args: argparse.Namespace) -> int:
    """One held fork; or, with `--n`, several that are run to their end or first hold."""
    if args.n is not None and not 1 <= args.n <= MOST_FORKS:
        raise UsedWrongly(f"--n {args.n}: should be 1 to {MOST_FORKS}")
    house = House(args.workspace)
    forks: list[Session] = []
    try:
        place = house.store.place(args.place)
        seq = place.branch.last_seq if place.seq is None else place.seq
        past = house.open(args.place, write=False)
        for words in undone_by(past, seq):
            aside(f"not undone: {words}")
        past.close()
        check_cast(house, model=args.model, persona=args.persona)
        for _ in range(args.n or 1):
            one = house.fork(place.branch, seq)
            forks.append(one)
            recast(house, one, model=args.model, persona=args.persona)
        if args.n is not None:
            asyncio.run(_together(forks))
        return _listed(forks, args)
    finally:
        for one in forks:
            one.close()
        house.close()


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


def replay_live(args: argparse.Namespace) -> int:
    """Replay with the model or the tools live; the other side is served from the recording."""
    house = House(args.workspace)
    try:
        place = house.store.place(args.session)
        events = list(house.store.read(place.branch.id).events(0, place.seq))
        seq = begins_at(events)
        if args.live_model:
            tools = RecordedTools(events, house.tools)
            # A recorded result undoes nothing and does nothing, so that gate has nothing to say.
            without_undone = [gate for gate in GATES if gate is not undone]
            session = house.fork(place.branch, seq, gates=(*without_undone, tools.gate), tools=tools)
        else:
            session = house.fork(place.branch, seq, gates=(*GATES, same_requests(events), ask_before_effects))
            for spec in session.newest.started.actors if session.newest.started else ():
                source = f"recorded:{place.session.id}/{place.branch.name}"
                session.writer().recast(spec.model_copy(update={"model": source}))
        aside(f"replaying {place.session.id}/{place.branch.name} as {session.identity.branch}, "
              f"with {'the tools' if args.live_model else 'the model'} from the recording")  # fmt: skip
        try:
            return finish(session, args, words_after(events, seq), first=lambda: session.writer().release("run"))
        finally:
            session.close()
    finally:
        house.close()
