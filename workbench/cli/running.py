"""`run`, `resume` and `settle`: a run driven without the app, to its end or its first hold."""

from __future__ import annotations

import argparse
import asyncio
from contextlib import closing

from workbench.budget import Limit
from workbench.cli.attaching import attached
from workbench.cli.beginning import begin, caps_of, need_no_person
from workbench.cli.configuration import remark_on_app
from workbench.cli.desk import HouseDesk
from workbench.cli.headless import finish, told
from workbench.cli.house import House
from workbench.cli.output import aside, document, say
from workbench.cli.recasting import remark
from workbench.debugger.capping import cap
from workbench.debugger.session import Session
from workbench.debugger.verifying import verify
from workbench.errors import UsedWrongly
from workbench.events import Ruling


def run(args: argparse.Namespace) -> int:
    """Start a run; headless, or held in the app."""
    if not args.headless:
        from workbench.cli.app import started

        return started(args)
    with House(args.workspace) as house:
        remark_on_app(house)
        with closing(begin(house, args, headless=True)) as session:
            return finish(session, args, [])


def resume(args: argparse.Namespace) -> int:
    """Go on with a session where it stands."""
    if not args.headless:
        from workbench.cli.app import opened

        return opened(args)
    with House(args.workspace) as house:
        remark_on_app(house)
        with closing(writing(house, args.session)) as session:
            return _resumed(house, session, args)


def _resumed(house: House, session: Session, args: argparse.Namespace) -> int:
    run = session.run
    assert run is not None
    assert run.state.started is not None
    need_no_person(run.state.started, f"open it in the app with 'workbench open {session.identity.session}'")
    args.on_difference = args.on_difference or "stop"
    words, caps, media = list(args.say or []), caps_of(args), attached(args)
    if changed := remark(house, session):
        aside(changed)
    ended = run.state.ended
    if ended is not None and ended.outcome in ("completed", "criteria_unmet") and not words:
        return told(session, args)

    def reopen() -> None:
        for name, given in caps.items():
            cap(session, given if isinstance(given, Limit) else Limit(name, given, at="stop"))
        state = run.state
        if run.difference is not None:
            return  # driving chooses there, before anything is released
        if state.held is not None or (state.ended is not None and not words):
            run.release("run")
        elif state.mode != "run":
            run.release("run", grant="")

    return finish(session, args, words, media=media, first=reopen)


def writing(house: House, ref: str) -> Session:
    """The session `ref`, opened as its writer.

    Raises:
        NotWriter: another process writes it.
        UsedWrongly: it is a place in the past, where nothing can be added.
    """
    place = house.store.place(ref)
    if place.seq is not None and place.seq != place.branch.last_seq:
        raise UsedWrongly(f"{ref} lies in the past; what goes on is the end: {place.session.id}/{place.branch.name}")
    return house.open(ref, must=True)


def settle(args: argparse.Namespace) -> int:
    """Rule on a call in doubt; the session goes on with `resume`."""
    given: dict[Ruling, bool] = {
        "ran": args.ran is not None,
        "not_run": args.not_run,
        "again": args.again,
        "accept": args.accept,
        "discard": args.discard,
        "leave": args.leave,
    }
    with House(args.workspace) as house, closing(writing(house, args.session)) as session:
        ruling: Ruling | None = next((one for one, said in given.items() if said), None)
        if ruling is None:
            finding = asyncio.run(verify(HouseDesk(house), session, args.call))
            ruling = "ran" if finding.happened else "not_run"
            aside(f"the tool's own check says: {finding.words}")
        else:
            session.settle(args.call, ruling, args.ran or "")
        session.summarise()
        place = session.identity
    if args.json:
        document({"session": place.session, "branch": place.branch, "call": args.call, "ruling": ruling})
    else:
        say(f"{args.call}: {ruling.replace('_', ' ')}. Go on with: workbench resume {place.session} --headless")
    return 0
