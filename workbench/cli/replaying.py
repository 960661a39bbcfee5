"""`replay`: a recording checked against the rules, or run again with one side live; where it differs, a choice.

A person at a terminal chooses at the console. Where nobody is, it stops there (exit code 5), or `--on-difference` says
how it goes on.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import closing

from workbench.cli.house import House
from workbench.cli.output import aside, document, say
from workbench.debugger.outcome import DIVERGED, DONE
from workbench.debugger.session import Session
from workbench.errors import StoreError, UsedWrongly
from workbench.events import Choice
from workbench.run import Divergence, check
from workbench.state import State


def replay(args: argparse.Namespace) -> int:
    """Exit 0 where every intent is what the rules offer, 5 at the first that is not; with one side live, a fork."""
    if args.model is not None and not args.live_model:
        raise UsedWrongly("--model goes with --live-model: nobody else asks a model")
    with House(args.workspace) as house:
        return _live(house, args) if args.live_model or args.live_tools else _checked(house, args)


def _checked(house: House, args: argparse.Namespace) -> int:
    place = house.store.place(args.session)
    events = list(house.store.read(place.branch.id).events(0, place.seq))
    if not events:
        raise StoreError(f"{args.session} holds no run: nothing was recorded in it")
    result = check(events)
    whole = place.seq is None or place.seq == place.branch.last_seq
    if isinstance(result, Divergence) and whole and _person(args):
        return _at_console(house, house.open(args.session), ["replay"])
    if isinstance(result, Divergence) and whole and args.on_difference is not None:
        chosen = _chosen(house, args, args.on_difference)
        if isinstance(chosen, int):
            return chosen
        result = chosen
    if args.json:
        found = result if isinstance(result, Divergence) else None
        told = {"session": place.session.id, "branch": place.branch.name, "events": len(events)}
        document(told | {"diverged": None if found is None else _told(found)})
    elif isinstance(result, Divergence):
        say(str(result))
    else:
        passed = len(result.replay.accepted) if result.replay is not None else 0
        but = f", but for {passed} that you let pass" if passed else ""
        held = f"every step is what the rules make of it{but}"
        say(f"{len(events)} events replayed; {held}. No model or tool was touched.")
    return DIVERGED if isinstance(result, Divergence) else DONE


def _told(found: Divergence) -> dict[str, object]:
    return {
        "seq": found.seq,
        "kind": found.kind,
        "leaf": found.leaf,
        "recorded": found.recorded,
        "expected": found.expected,
    }


def _chosen(house: House, args: argparse.Namespace, choice: Choice) -> Divergence | State | int:
    """What the check comes to once `choice` was made at each difference; the exit code of a run that went live."""
    from workbench.cli.running import writing
    from workbench.debugger.replaying import choose

    with closing(writing(house, args.session)) as session:
        found = session.replay()
        while isinstance(found, Divergence):
            aside(str(found))
            gone_on = choose(session, choice)
            if choice == "live":
                return _driven(gone_on, args)
            if choice == "stop":
                break
            found = session.replay()
        return found


def _live(house: House, args: argparse.Namespace) -> int:
    """Replay with the model or the tools live; the other side is served from the recording."""
    from workbench.cli.desk import HouseDesk
    from workbench.debugger.replaying import replay_live

    place = house.store.place(args.session)
    with closing(house.open(f"{place.session.id}/{place.branch.name}", write=False)) as recorded:
        live = "model" if args.live_model else "tools"
        session = replay_live(HouseDesk(house), recorded, live, place.seq, model=args.model)
    side = "the tools" if args.live_model else "the model"
    aside(
        f"replaying {place.session.id}/{place.branch.name} as {session.identity.branch}, with {side} from the recording"
    )
    person = _person(args)
    if not person:
        args.on_difference = args.on_difference or "stop"
    code = _driven(session, args, close=not person)
    if not person:
        return code
    run = session.run
    if run is not None and run.apart is not None:
        return _at_console(house, session, ["apart"])
    session.close()
    return code


def _driven(session: Session, args: argparse.Namespace, *, close: bool = True) -> int:
    from workbench.cli.headless import finish

    try:
        return finish(session, args, [], first=lambda: session.writer().release("run"))
    finally:
        if close:
            session.close()


def _person(args: argparse.Namespace) -> bool:
    """Whether somebody sits there who can choose, and nothing was chosen already."""
    return args.on_difference is None and not args.json and sys.stdin.isatty() and sys.stdout.isatty()


def _at_console(house: House, session: Session, first: list[str]) -> int:
    """Let the person choose at the console, which begins with the verbs `first`; the code of what is left."""
    from workbench.cli.desk import HouseDesk
    from workbench.console.prompt import converse

    return asyncio.run(converse(HouseDesk(house), session, first))
