"""`run`, `resume` and `settle`: a run driven without the app, to its end or its first hold."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence

from workbench.cli.beginning import begin, caps_of
from workbench.cli.house import House
from workbench.cli.output import aside, document, say
from workbench.cli.progress import Progress
from workbench.debugger.outcome import closing, exit_code, report
from workbench.debugger.session import Session
from workbench.debugger.words import standing
from workbench.errors import Impossible, NotWriter


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
            for name, limit in caps_of(args).items():
                session.limit(name, limit)
            assert session.run is not None
            words = list(args.say or [])
            state = session.run.state
            if state.ended is not None and state.ended.outcome in ("completed", "criteria_unmet") and not words:
                return _told(session, args)
            if state.held is not None or (state.ended is not None and not words):
                session.run.release("run")
            elif state.mode != "run":
                session.run.release("run", grant="")
            return _finish(session, args, words)
        finally:
            session.close()
    finally:
        house.close()


def writing(house: House, ref: str) -> Session:
    """The session `ref`, opened as its writer.

    Raises:
        NotWriter: another process writes it.
    """
    session = house.open(ref)
    if session.run is None:
        session.close()
        raise NotWriter(session.other)
    if session.looking is not None:
        session.look(None)
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


def _finish(session: Session, args: argparse.Namespace, words: Sequence[str]) -> int:
    """Drive to the end or the first hold, speaking `words` where the agent waits; then tell how it stands."""
    try:
        asyncio.run(_drive(session, list(words)))
    except KeyboardInterrupt:
        aside("broken off; what was under way is in doubt")
    return _told(session, args)


async def _drive(session: Session, words: list[str]) -> None:
    run = session.run
    assert run is not None
    run.watch(Progress(run))
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        try:
            session.pause()
            aside("holding at the next boundary; ctrl+c again breaks off what is under way")
        except Impossible as nothing:
            aside(nothing)

    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGINT, interrupted)
    try:
        while True:
            if words and (run.waiting or run.state.ended is not None):
                run.say(words.pop(0))
            await run.drive()
            if run.trouble or not words or not (run.waiting or run.state.ended is not None):
                break
        if run.waiting and not run.trouble:
            run.end(*closing(run.state))
    finally:
        if sys.platform != "win32":
            loop.remove_signal_handler(signal.SIGINT)
        session.summarise()


def _told(session: Session, args: argparse.Namespace) -> int:
    assert session.run is not None
    state, place = session.run.state, session.identity
    if session.run.trouble:
        aside(f"workbench: {session.run.trouble}")
    if args.json:
        document(report(state, session=place.session, branch=place.branch))
    else:
        if state.output:
            say(state.output)
        aside(f"{place.session}/{place.branch} @{state.seq}  {standing(state)}")
    return exit_code(state)
