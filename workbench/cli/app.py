"""The app's three doors: its first screen, a session, a run to be stepped through."""

from __future__ import annotations

import argparse
import io
import os
import sys

from workbench.cli.app_settings import settings_of
from workbench.cli.house import House
from workbench.errors import UsedWrongly


def home(args: argparse.Namespace) -> int:
    """The first screen."""
    _need_terminal("use a command such as 'workbench sessions list' ('workbench --help' shows all)")
    house = House(args.workspace)
    return _show(house)


def opened(args: argparse.Namespace) -> int:
    """A saved session."""
    _need_terminal("use 'workbench sessions show' or 'workbench resume --headless'")
    house = House(args.workspace)
    house.store.place(args.session)
    return _show(house, open=args.session)


def started(args: argparse.Namespace) -> int:
    """A new run, held before its first model call."""
    _need_terminal("add --headless")
    house = House(args.workspace)
    from workbench.cli.beginning import begin

    session = begin(house, args, headless=False)
    ref = session.identity.session
    session.close()
    return _show(house, open=ref)


def _need_terminal(remedy: str) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsedWrongly(f"the app needs a terminal, and this is not one: {remedy}")
    if os.environ.get("TERM") == "dumb":
        raise UsedWrongly(f"the app cannot draw in a terminal of type 'dumb': set TERM=xterm-256color, or {remedy}")


def _show(house: House, *, open: str | None = None) -> int:
    from workbench.cli.desk import HouseDesk
    from workbench.tui import run

    said = settings_of(house.workspace)
    for out in (sys.__stdout__, sys.__stderr__):
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(encoding="utf-8")  # terminals show it whatever the locale says, and LANG=C says ASCII
    with house:
        return run(HouseDesk(house), open=open, keymap=said.keymap, theme=said.theme)
