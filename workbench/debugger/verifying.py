"""Ruling on a call in doubt by what the tool's own check finds out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import Impossible

if TYPE_CHECKING:
    from workbench.debugger.desk import Desk, Finding
    from workbench.debugger.session import Session


async def verify(desk: Desk, session: Session, call: str) -> Finding:
    """Ask the tool of `call`, which is in doubt, whether it happened, and rule so; what it found.

    Raises:
        Impossible: the call is not in doubt, or its tool offers no check.
        ToolFailed: the check could not find out; nothing was decided.
    """
    run = session.writer()
    want = next((want for want in run.state.doubtful if want.call == call), None)
    if want is None:
        doubtful = ", ".join(want.call for want in run.state.doubtful)
        raise Impossible(f"call {call!r} is not in doubt; " + (f"in doubt: {doubtful}" if doubtful else "no call is"))
    finding = await desk.happened(session, want)
    if finding is None:
        raise Impossible(f"{want.tool} offers no check that finds out; ran, not-run, again and leave are there")
    session.settle(call, "ran" if finding.happened else "not_run", finding.result)
    return finding
