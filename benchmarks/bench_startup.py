"""Ratio 5: the app's first paint against a bare Textual app's, few sessions or many; `--help` against an interpreter.

Wall time, since it is a person who waits; every start is a fresh process in a terminal of 120 columns and 40 rows.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from benchmarks.rounds import compared, interleaved, options, report
from workbench.store import Store
from workbench.workspace.place import find

FIRST_PAINT = 1.3
HELP = 14.0
"""A quarter of what another command-line tool for models takes, as a multiple of the interpreter's own start."""

ROOT = Path(__file__).resolve().parent.parent
WORKBENCH = (sys.executable, "-m", "workbench")


def fill(database: Path, sessions: int) -> None:
    """Sessions as lists show them."""
    store = Store.open(database)
    for number in range(sessions):
        at = 1.7e9 + number
        row = store.create_session(f"session {number}", created=at, tags=("kept",), model="scripted:x", persona="x")
        store.update_session(row.id, status="done", outcome="completed", cost="0", updated=at)
    store.close()


def seconds(command: Sequence[str]) -> float:
    """Wall seconds of a command that prints something and ends."""
    begun = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


def main() -> int:
    """All starts in turn; each once before, untimed."""
    given = options(__doc__, rounds=15)
    if find_spec("workbench.tui.app") is None or find_spec("pexpect") is None:
        print("bench_startup: the app, or pexpect and pyte, are not installed here", file=sys.stderr)
        return 2
    from benchmarks.terminal import first_paint

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name in ("few", "many"):
            subprocess.run([*WORKBENCH, "init", str(home / name)], stdout=subprocess.DEVNULL, check=True)
        fill(find(str(home / "many")).database, 20 if given.quick else 10_000)
        works = {
            "bare": partial(first_paint, [sys.executable, str(ROOT / "benchmarks" / "bare_app.py")], home),
            "few": partial(first_paint, [*WORKBENCH, "--workspace", str(home / "few")], home),
            "many": partial(first_paint, [*WORKBENCH, "--workspace", str(home / "many")], home),
            "help": partial(seconds, [*WORKBENCH, "--help"]),
            "interpreter": partial(seconds, [sys.executable, "-c", "pass"]),
        }
        for work in works.values():
            work()
        figures = {name: [figure * 1e3 for figure in taken] for name, taken in interleaved(given.rounds, works).items()}
    report(
        "startup",
        "ms to the first readable frame",
        compared(figures["few"], figures["bare"], FIRST_PAINT),
        many_sessions=compared(figures["many"], figures["bare"], FIRST_PAINT),
        help=compared(figures["help"], figures["interpreter"], HELP, name="interpreter"),
        facts={"sessions": 20 if given.quick else 10_000},
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
