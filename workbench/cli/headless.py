"""A session driven without a face: to its end or its first hold, with its progress on stderr."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout

from workbench.cli.output import aside, document, say
from workbench.cli.progress import Progress
from workbench.debugger.outcome import HELD, closing, exit_code, report
from workbench.debugger.replaying import saved, served
from workbench.debugger.session import Session
from workbench.errors import DiskFull, Impossible
from workbench.events import Choice, Media, Said
from workbench.run import Run


def finish(
    session: Session,
    args: argparse.Namespace,
    words: Sequence[str],
    *,
    media: tuple[Media, ...] = (),
    first: Callable[[], None] = lambda: None,
) -> int:
    """Do `first`, drive to the end or the first hold, speaking `words` where the agent waits; tell how it stands.

    `media` go with the first of the words. A replay says what was said in its recording, and where it differs from
    it `args.on_difference` is chosen.
    """
    trouble = ""
    try:
        first()
        with redirect_stdout(sys.stderr):  # what a tool prints is no part of the answer
            asyncio.run(drive(session, list(words), media, at_difference=getattr(args, "on_difference", None)))
    except (KeyboardInterrupt, asyncio.CancelledError):  # the latter: a tool broke off the task that it ran in
        aside("broken off; what was under way is in doubt")
    except DiskFull as full:
        trouble = str(full)
    return told(session, args, trouble)


async def drive(
    session: Session,
    words: list[str],
    media: tuple[Media, ...] = (),
    *,
    listen: bool = True,
    at_difference: Choice | None = None,
) -> None:
    """Drive to the end or the first hold, and end the run where nobody is left to speak.

    Args:
        listen: mind ctrl+c here (it holds; a second one breaks off), and tell of every step.
        at_difference: what is chosen where a replay differs from its recording; None leaves it held there. Where the
            recording just ends, nothing differs: `live` goes on, anything else leaves it held.
    """
    run = session.run
    assert run is not None
    if listen:
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
        return run.waiting or run.state.ended is not None or run.question is not None

    if listen and sys.platform != "win32":
        loop.add_signal_handler(signal.SIGINT, interrupted)
    try:
        while True:
            if words and listening():
                run.say(words.pop(0), media=media)
                media = ()
            elif (more := _said_before(session)) is not None:
                run.say(more.text, media=more.media)
            await run.drive()
            if run.trouble or stopping:
                break
            if at_difference is not None and run.difference is not None:
                _choose(run, at_difference)
            elif at_difference == "live" and run.apart is not None:
                run.choose("live")
            elif not (words and listening()) and _said_before(session) is None:
                break
        if run.waiting and not run.trouble and not words:
            run.end(*closing(run.state))
    finally:
        if listen and sys.platform != "win32":
            loop.remove_signal_handler(signal.SIGINT)
        session.summarise()


def _said_before(session: Session) -> Said | None:
    """What is said next in the recording that the session replays, where it waits for somebody to speak."""
    run = session.run
    assert run is not None
    ended = run.state.ended
    over = ended is not None and ended.outcome in ("completed", "criteria_unmet")
    return run.replaying.said_next(run.state) if run.replaying is not None and (run.waiting or over) else None


def _choose(run: Run, choice: Choice) -> None:
    """Choose where a replay is held at a difference; where nothing is recorded that could be used, it stops."""
    found = run.difference
    assert found is not None
    if choice == "recorded" and not found.usable:
        aside("nothing is recorded in this place, so it stops")
        choice = "stop"
    run.choose(choice)


def told(session: Session, args: argparse.Namespace, trouble: str = "") -> int:
    """Say how the run stands. `trouble`: why nothing more could be recorded."""
    assert session.run is not None
    state, place = session.run.state, session.identity
    trouble = trouble or session.run.trouble
    if trouble:
        aside(f"workbench: {trouble}")
    if args.json:
        answer = report(state, session=place.session, branch=place.branch)
        if trouble:
            answer |= {"status": "held", "held": {"gate": "disk", "reason": trouble, "call": None}}
        document(answer)
    else:
        if state.output:
            say(state.output)
        aside(f"{place.session}/{place.branch} @{state.seq}  {session.standing()}")
        given = saved(session)
        if given is not None:
            aside(served(given))
        if session.run.apart is not None and session.run.difference is None:
            aside(f"live goes on: workbench resume {place.session}/{place.branch} --headless --on-difference live")
    return HELD if trouble else exit_code(state)
