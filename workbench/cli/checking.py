"""`replay`: a recording checked against the rules, without a model, a tool or the network."""

from __future__ import annotations

import argparse

from workbench.cli.house import House, events_of
from workbench.cli.output import document, say
from workbench.debugger.outcome import DIVERGED, DONE
from workbench.errors import StoreError
from workbench.run import Divergence, check


def replay(args: argparse.Namespace) -> int:
    """Exit 0 where every intent is what the rules offer, 5 at the first that is not; with one side live, a fork."""
    if args.live_model or args.live_tools:
        from workbench.cli.forking import replay_live

        return replay_live(args)
    house = House(args.workspace)
    try:
        place = house.store.place(args.session)
        events = events_of(house, args.session)
    finally:
        house.close()
    if not events:
        raise StoreError(f"{args.session} holds no run: nothing was recorded in it")
    result = check(events)
    diverged = isinstance(result, Divergence)
    if args.json:
        document(
            {
                "session": place.session.id,
                "branch": place.branch.name,
                "events": len(events),
                "diverged": {
                    "seq": result.seq,
                    "kind": result.kind,
                    "leaf": result.leaf,
                    "recorded": result.recorded,
                    "expected": result.expected,
                }
                if diverged
                else None,
            }
        )
    elif diverged:
        say(str(result))
    else:
        say(f"{len(events)} events replayed; every step is what the rules make of it. No model or tool was touched.")
    return DIVERGED if diverged else DONE
