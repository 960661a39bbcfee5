"""Replays: a recording checked against the rules, or run again with one side live; and what follows at a difference.

Both ask the same where they differ: use what was recorded, go live from here, or stop. The choice is an event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workbench.debugger.words import dollars
from workbench.errors import Impossible, UsedWrongly
from workbench.events import Choice, Live
from workbench.run import Divergence
from workbench.run.differences import Difference
from workbench.run.recorded import Saved, begins_at

if TYPE_CHECKING:
    from workbench.debugger.desk import Desk
    from workbench.debugger.session import Session
    from workbench.state import State


class Apart(msgspec.Struct, frozen=True):
    """Where a replay stands because it differs from its recording.

    Attributes:
        where: the call or the event, in words.
        difference: the first leaf that differs; None where the recording has no more.
    """

    where: str
    difference: Difference | None


def replay_live(
    desk: Desk, session: Session, live: Live, upto: int | None = None, *, model: str | None = None
) -> Session:
    """A fork of the session that begins before its first model call, held, and replays the session with one side live.

    Args:
        upto: the last event of the recording that counts; by default all do.
        model: who is asked in the place of the recording's model.

    Raises:
        Impossible: no model was ever called, or the session cannot be forked here.
        UsedWrongly, NotFound: the model is not live, or there is none of that name; nothing was made.
    """
    if model is not None and live != "model":
        raise UsedWrongly("another model is asked only where the model is live: --live-model")
    desk.check_cast(model=model)
    source = session.newest
    last = source.seq if upto is None else upto
    fork = session.fork(begins_at(session.events(0, last)))
    try:
        fork.writer().replay(source.branch, last, live)
        desk.recast(fork, model=model)
    except BaseException:
        fork.close()
        raise
    return fork


def apart(session: Session) -> Apart | None:
    """Where the session's run is held because a replay differs, or its recording ends; None where it is not."""
    run = session.run
    held = None if run is None or session.driving else run.apart
    if run is None or held is None:
        return None
    wants = [want for actor in run.state.actors.values() for want in actor.wants if want.call == held.call]
    before = wants[0].tool if wants else "the model thinks"
    where, found = f"before {before} ({held.command})", run.difference
    return Apart(where if found is not None else f"{where}: {held.reason}", found)


def choose(session: Session, choice: Choice) -> Session:
    """Say what follows where the session's replay differs from its recording, or where a check of it diverges.

    Gives the session that goes on: a fork of this one where one goes live in what was only checked.

    Raises:
        Impossible: nothing differs, or there is nothing recorded to be used.
    """
    if apart(session) is not None:
        session.writer().choose(choice)
        if choice != "stop":
            session.drive()
        return session
    found = session.replay()
    if not isinstance(found, Divergence):
        raise Impossible("nothing differs from the recording here, so there is nothing to choose")
    if choice == "once":
        raise Impossible("nothing is held here: live goes on from before the difference, in a fork")
    if choice == "live":
        return live_from(session, found)
    session.writer().rule_on_check(choice, found.seq, found.difference)
    return session


def live_from(session: Session, found: Divergence) -> Session:
    """A fork that leaves the session before the event that the rules do not give, held, with nothing replayed."""
    fork = session.fork(found.seq - 1)
    fork.writer().rule_on_check("live", found.seq, found.difference)
    return fork


def saved(session: Session) -> Saved | None:
    """What the session's replay was given of its recording; None where nothing is replayed here."""
    run, replay = session.run, session.newest.replay
    if run is None or run.replaying is None or replay is None:
        return None
    return run.replaying.recording.saved(replay.served, replay.redone)


def banner(state: State) -> str:
    """What a check of a whole recording comes to."""
    meters = state.meters
    saved = "what it cost is not known" if meters.unpriced else f"{dollars(meters.cost)} saved"
    touched = f"{meters.requests} model and {meters.tool_calls} tool calls served from the recording"
    passed = len(state.replay.accepted) if state.replay is not None else 0
    but = f", {passed} of them as you let {'it' if passed == 1 else 'them'} pass" if passed else ""
    return f"REPLAY: {state.seq} events, each as the rules make it{but}; {touched}, nothing else touched, {saved}"


def served(saved: Saved) -> str:
    """What a live replay was given, and the money that it did not cost."""
    cost = "what they had cost is not known" if saved.cost is None else f"{dollars(saved.cost)} saved"
    again = f", {saved.redone} of {saved.changes} changes made again" if saved.changes else ""
    return f"{saved.models} model and {saved.tools} tool calls served from the recording{again}, {cost}"
