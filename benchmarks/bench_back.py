"""Stepping backwards through a long session: the work for each step back, and from the key to the paint.

Committed is one frame of 60 a second for the work. The floor is the plain query for the transcript at the same place,
which is what looking back costs where nothing is kept in memory.
"""

from __future__ import annotations

import re
import sys
import tempfile
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import floor
from benchmarks.bench_search import milliseconds, p95
from benchmarks.long_session import EVENTS, WORKBENCH, record, workspace
from benchmarks.rounds import compared, options, report
from workbench.debugger.session import Session
from workbench.debugger.summary import Identity
from workbench.store import Store

if TYPE_CHECKING:
    from benchmarks.terminal import Terminal

FRAME = 16.0
PAINT = 50.0
KEYS = 100
_LOOKING = re.compile(r"LOOKING BACK at event (\d+)")


def backwards(store: Store, session: str) -> tuple[list[int], list[float]]:
    """Every place from the end to the beginning, and the milliseconds that each step there took."""
    row = store.session(session)
    open_session = Session(Identity(row.id, "main", row.title), store.read(row.head))

    def step() -> None:
        open_session.back("step")
        _ = open_session.state

    places: list[int] = []
    taken: list[float] = []
    first = open_session.seq
    _ = open_session.steps
    while first > 1:
        taken.append(milliseconds(step))
        first = open_session.seq
        places.append(first)
    return places, taken


def looking(terminal: Terminal) -> int:
    """The event that the top line says one looks at; 0 while it says something else."""
    found = _LOOKING.search(terminal.line(0))
    return int(found[1]) if found else 0


def painted(folder: Path, session: str, keys: int) -> list[float]:
    """Milliseconds from each of so many presses of S to the frame that shows the step before."""
    from benchmarks.bench_app_load import opened
    from benchmarks.terminal import Terminal

    taken: list[float] = []
    with Terminal([*WORKBENCH, "--workspace", str(folder), "open", session], folder) as terminal:
        opened(terminal)
        terminal.watch(1.0)
        for _ in range(keys):
            before = looking(terminal)
            pressed = terminal.press("S")
            shown = terminal.until(lambda was=before: looking(terminal) not in (0, was))
            taken.append((shown - pressed) * 1e3)
            terminal.watch(0.05)
    return taken


def main() -> int:
    """The work in this process, then the keys in a terminal."""
    given = options(__doc__, rounds=3)
    if find_spec("workbench.tui.app") is None or find_spec("pexpect") is None:
        print("bench_back: the app, or pexpect and pyte, are not installed here", file=sys.stderr)
        return 2
    events = 40 if given.quick else EVENTS
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home, "workspace")
        database = workspace(folder)
        session = record(database, events=events)
        floor.run(max(1, events // 4), f"{home}/floor.db")
        connection = floor.connect(f"{home}/floor.db")
        store = Store.open(database)
        worst: list[float] = []
        plain: list[float] = []
        every: list[float] = []
        for _ in range(given.rounds):
            places, taken = backwards(store, session)
            every += taken
            worst.append(p95(taken))
            # The floor has two rows where we have four events.
            asked = [partial(floor.load, connection, place // 2) for place in places[:: max(1, len(places) // 100)]]
            plain.append(p95([milliseconds(ask) for ask in asked]))
        store.close()
        connection.close()
        keys = painted(folder, session, 3 if given.quick else KEYS)
    figures = compared(worst, plain, 1.0)
    report(
        "back",
        "ms of work a step back, p95",
        figures | {"committed": FRAME, "met": figures["ours"] <= FRAME, "median": round(median(every), 3)},
        key_to_paint={
            "ours": p95(keys),
            "median": round(median(keys), 2),
            "committed": PAINT,
            "met": p95(keys) <= PAINT,
        },
        facts={"events": events, "steps": len(every) // given.rounds, "slowest": round(max(every), 2)},
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
