"""The verbs about breakpoints: each changes the session's set, which the workspace keeps; how one stands, in words."""

from __future__ import annotations

from workbench.debugger.session import Session
from workbench.gates import Breakpoint


def set_break(session: Session, text: str, *, once: bool = False, trace: bool = False) -> Breakpoint:
    """A new breakpoint: `once` goes after its first hold, `trace` tells and does not hold.

    Raises:
        BadCondition: `text` says nothing; the sentence points at the mistake.
    """
    one = session.breakpoints.add(text, once=once, trace=trace)
    session.keep_breakpoints()
    return one


def remark(session: Session, one: Breakpoint) -> str:
    """What may be wrong with a breakpoint that can be set all the same; "" where nothing is."""
    from workbench.gates.completion import names_of, unknown

    return "; ".join(unknown(one.text, names_of(session.newest)))


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


def state_of(one: Breakpoint) -> str:
    """How a breakpoint stands, in a few words; "" for one that just holds."""
    parts = (
        "" if one.enabled else "off",
        "once" if one.once else "",
        "trace" if one.trace else "",
        f"ignores {one.ignore} more" if one.ignore else "",
        f"{one.hits} hits" if one.hits > 1 else "1 hit" if one.hits else "",
    )
    return ", ".join(part for part in parts if part)
