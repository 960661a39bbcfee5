"""A script of verbs, one a line: each is echoed with what it says, and the first that cannot be done stops it.

Nothing is printed that varies from run to run, so that a debugging session can be kept, compared and tested.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from workbench.console.interrupt import CtrlCHolds
from workbench.debugger.desk import Desk
from workbench.debugger.language.lines import Line, Lines
from workbench.debugger.language.obeying import obey
from workbench.debugger.language.opening import greeting
from workbench.debugger.language.talk import Talk
from workbench.debugger.outcome import closing_code
from workbench.debugger.session import Session
from workbench.errors import BadFile, DiskFull, WorkbenchError
from workbench.safe_text import safe_text


async def run_script(desk: Desk, session: Session, script: Iterable[str], source: str) -> int:
    """Do every line of `script` (an empty line or one that begins with # is none); the run's exit code.

    Raises:
        BadFile: a line cannot be done; names `source` and the line.
    """
    talk = Talk(desk, session, show, steady=True)
    try:
        with CtrlCHolds(talk):
            show(await greeting(talk))
            for place, line in enumerate(script, 1):
                verb = line.strip()
                if not verb or verb.startswith("#"):
                    continue
                show([Line(f"(wb) {verb}")])
                try:
                    await obey(talk, verb)
                except DiskFull:
                    raise
                except WorkbenchError as error:
                    raise BadFile(source, str(error), line=place) from error
                if talk.over:
                    break
        return closing_code(talk.session.newest, diverged=talk.diverged)
    finally:
        talk.close()


def show(lines: Lines) -> None:
    """Plain safe text on stdout."""
    for line in lines:
        print(safe_text(line.text))
    sys.stdout.flush()
