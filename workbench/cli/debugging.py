"""`debug`: the console on a session or a new run of a scenario; with a file or piped input, a script of verbs."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from workbench.cli.configuration import remark_on_app
from workbench.cli.desk import HouseDesk
from workbench.cli.house import House
from workbench.debugger.session import Session
from workbench.errors import NotFound
from workbench.plain_files import read_text


def debug(args: argparse.Namespace) -> int:
    """Open the console, or do what a script says and exit with the run's code."""
    script = _script(args.commands)
    with House(args.workspace) as house:
        desk = HouseDesk(house)
        remark_on_app(house)
        session = _session(house, desk, args.session)
        lines = None if script is None else script.splitlines()
        return asyncio.run(talk(desk, session, lines, args.commands or "stdin"))


async def talk(desk: HouseDesk, session: Session, script: Sequence[str] | None, source: str) -> int:
    """Let a person speak with `session` at the console, or do what the lines of `script` say; an exit code."""
    if script is None:
        from workbench.console.prompt import converse

        return await converse(desk, session)
    from workbench.console.scripts import run_script

    return await run_script(desk, session, script, source)


def _session(house: House, desk: HouseDesk, ref: str) -> Session:
    """The session that `ref` names, else a new one of the scenario that it names, held before its first model call."""
    try:
        return desk.open(ref)
    except NotFound as no_session:
        try:
            return desk.start(ref)
        except NotFound as no_scenario:
            raise NotFound(f"{no_session}; and {no_scenario}") from no_scenario


def _script(name: str | None) -> str | None:
    """The verbs in the file `name`, or what is piped in; None where a person sits at a terminal."""
    if name is None or name == "-":
        return sys.stdin.read() if name or not sys.stdin.isatty() else None
    return read_text(Path(name), pipes=True)
