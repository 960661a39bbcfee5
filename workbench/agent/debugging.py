"""`debug()` opens the console in the middle of a program, on the agent that runs there, as `breakpoint()` opens pdb."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Protocol

from workbench.agent.place import Live, Place, where
from workbench.errors import Impossible


class Here(Live, Protocol):
    """A run of this program, and where its session is kept."""

    @property
    def place(self) -> Place: ...


current: ContextVar[Here | None] = ContextVar("current", default=None)
"""The run that the code at hand is a part of: inside `agent.iter(...)`, in a tool, in a guard."""


def debug(session: str = "", *, store: str | Path | None = "", commands: Sequence[str] | None = None) -> None:
    """Open the console here; the program goes on when it is left.

    Between two steps of a run every verb serves, and what is changed holds when the program goes on. Inside a tool
    or a guard the run is under way: it can be looked at.

    Args:
        session: another session than that of the run at hand, in the workspace `store`.
        commands: verbs that are obeyed in the place of a person's.

    Raises:
        Impossible: no agent runs here, and no session is named.
        BadFile: one of `commands` cannot be done.
    """
    run = current.get()
    if session:
        place, shown = where(store), session
    elif run is not None:
        place, shown = run.place, run
    else:
        raise Impossible(
            "no agent runs here: call debug() inside agent.iter(...), a tool or a guard, or name a session"
        )
    raised: list[BaseException] = []

    def talk() -> None:
        try:
            asyncio.run(place.talk(shown, commands))
        except BaseException as error:
            raised.append(error)

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        talk()
    else:  # a loop runs in this thread, and waits: the console has one of its own
        thread = threading.Thread(target=talk, name="workbench console")
        thread.start()
        thread.join()
    if raised:
        raise raised[0]
