"""`run`, `resume` and `settle`: a run driven without the app, to its end or its first hold."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Sequence

from workbench.cli.beginning import begin, caps_of, need_no_person
from workbench.cli.house import House
from workbench.cli.output import aside, document, say
from workbench.cli.progress import Progress
from workbench.debugger.outcome import HELD, closing, exit_code, report
from workbench.debugger.session import Session
from workbench.errors import DiskFull, Impossible, NotWriter, UsedWrongly


def run(args: argparse.Namespace) -> int:
    """Start a run; headless, or held in the app."""
    if not args.headless:
        from workbench.cli.app import started

        return started(args)
    house = House(args.workspace)
    try:
        session = begin(house, args, headless=True)
        try:
            return _finish(session, args, [])
        finally:
            session.close()
    finally:
        house.close()


def resume(args: argparse.Namespace) -> int:
    """Go on with a session where it stands."""
    if not args.headless:
        from workbench.cli.app import opened

        return opened(args)
    house = House(args.workspace)
    try:
        session = writing(house, args.session)
        try:
            run = session.run
            assert run is not None
            assert run.state.started is not None
            need_no_person(run.state.started, f"open it in the app with 'workbench open {session.identity.session}'")
            words, caps = list(args.say or []), caps_of(args)

            def reopen() -> None:
                for name, limit in caps.items():
                    session.limit(name, limit)
                state = run.state
                if state.held is not None or (state.ended is not None and not words):
                    run.release("run")
                elif state.mode != "run":
                    run.release("run", grant="")

            ended = run.state.ended
            if ended is not None and ended.outcome in ("completed", "criteria_unmet") and not words:
                return _told(session, args)
            return _finish(session, args, words, first=reopen)
        finally:
            session.close()
    finally:
        house.close()


def writing(house: House, ref: str) -> Session:
    """The session `ref`, opened as its writer.

    Raises:
        NotWriter: another process writes it.
        UsedWrongly: it is a place in the past, where nothing can be added.
    """
    place = house.store.place(ref)
    if place.seq is not None and place.seq != place.branch.last_seq:
        raise UsedWrongly(f"{ref} lies in the past; what goes on is the end: {place.session.id}/{place.branch.name}")
    session = house.open(ref)
    if session.run is None:
        session.close()
        raise NotWriter(session.other)
    return session


def settle(args: argparse.Namespace) -> int:
    """Rule on a call in doubt; the session goes on with `resume`."""
    house = House(args.workspace)
    try:
        session = writing(house, args.session)
        try:
            result = args.ran or ""
            ruling = (
                "ran" if args.ran is not None else "not_run" if args.not_run else "again" if args.again else "leave"
            )
            session.settle(args.call, ruling, result)
            session.summarise()
            place = session.identity
            if args.json:
                document({"session": place.session, "branch": place.branch, "call": args.call, "ruling": ruling})
            else:
                say(f"{args.call}: {ruling.replace('_', ' ')}. Go on with: workbench resume {place.session} --headless")
            return 0
        finally:
            session.close()
    finally:
        house.close()


def _finish(
    session: Session, args: argparse.Namespace, words: Sequence[str], *, first: Callable[[], None] = lambda: None
) -> int:
    """Do `first`, drive to the end or the first hold, speaking `words` where the agent waits; tell how it stands."""
    trouble = ""
    try:
        first()
        asyncio.run(_drive(session, list(words)))
    except KeyboardInterrupt:
        aside("broken off; what was under way is in doubt")
    except DiskFull as full:
        trouble = str(full)
    return _told(session, args, trouble)


async def _drive(session: Session, words: list[str]) -> None:
    run = session.run
    assert run is not None
    run.watch(Progress(run))
    loop = asyncio.get_running_loop()
    stopping = False

    def interrupted() -> None:
        nonlocal stopping
        stopping = True
        try:
            session.pause()
            aside("holding at the next boundary; ctrl+c again breaks off what is under way")
        except Impossible as nothing:
            aside(nothing)

    def listening() -> bool:
        return run.waiting or run.state.ended is not None

    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGINT, interrupted)
    try:
        while True:
            if words and listening():
                run.say(words.pop(0))
            await run.drive()
            if run.trouble or stopping or not words or not listening():
                break
        if run.waiting and not run.trouble and not words:
            run.end(*closing(run.state))
    finally:
        if sys.platform != "win32":
            loop.remove_signal_handler(signal.SIGINT)
        session.summarise()


def _told(session: Session, args: argparse.Namespace, trouble: str = "") -> int:
    """Say how the run stands. `trouble`: why nothing more could be recorded."""
    assert session.run is not None
    state, place = session.run.state, session.identity
    trouble = trouble or session.run.trouble
    if trouble:
        aside(f"workbench: {trouble}")
    if args.json:
        told = report(state, session=place.session, branch=place.branch)
        if trouble:
            told |= {"status": "held", "held": {"gate": "disk", "reason": trouble, "call": None}}
        document(told)
    else:
        if state.output:
            say(state.output)
        aside(f"{place.session}/{place.branch} @{state.seq}  {session.standing()}")
    return HELD if trouble else exit_code(state)
