"""The verbs about breakpoints: each changes the session's set, and has the workspace keep it."""

from __future__ import annotations

from workbench.debugger.session import Session
from workbench.decide import decide
from workbench.gates import Breakpoint
from workbench.gates.watch import Watch
from workbench.state import Tell


def set_break(session: Session, text: str, *, once: bool = False, trace: bool = False) -> Breakpoint:
    """A new breakpoint: `once` goes after its first hold, `trace` tells and does not hold.

    Raises:
        BadCondition: `text` says nothing; the sentence points at the mistake.
    """
    one = session.breakpoints.add(text, once=once, trace=trace)
    session.keep_breakpoints()
    return one


def clear(session: Session, number: int | None = None) -> None:
    """Take one breakpoint away, or all."""
    if number is None:
        session.breakpoints.clear()
    else:
        session.breakpoints.remove(number)
    session.keep_breakpoints()


def enable(session: Session, number: int, enabled: bool = True) -> Breakpoint:
    """Switch one on or off."""
    one = session.breakpoints.enable(number, enabled)
    session.keep_breakpoints()
    return one


def ignore(session: Session, number: int, count: int) -> Breakpoint:
    """Let its next `count` hits pass."""
    one = session.breakpoints.ignore(number, count)
    session.keep_breakpoints()
    return one


def watched(session: Session, text: str) -> str | None:
    """JSON text of what the path `text` is at the place one looks at; None where there is nothing.

    What the newest event there lacks is looked for in the command that would follow it.
    """
    state, watch = session.state, Watch(text)
    found = watch.value(state, session.event(session.seq), session.event)
    if found is not None:
        return found
    ahead = next((command for command in decide(state) if not isinstance(command, Tell)), None)
    return None if ahead is None else watch.ahead(state, ahead)


def back_to_change(session: Session, text: str) -> int | None:
    """Look at the newest event before this place at which the path's value became what it is here.

    None where it was so from the beginning; then the place does not change.
    """
    watch = Watch(text)
    here = watch.value(session.state, session.event(session.seq), session.event)
    for seq in range(session.seq - 1, 0, -1):
        if watch.value(session.state_at(seq), session.event(seq), session.event) != here:
            session.look(seq + 1)
            return seq + 1
    return None
