"""Ratio 8: a fork at any step of a long session against one committed insert into a table.

The fork is the store's: a branch that goes on from an event of its parent. What a run puts on top of that, its own
connection to the branch, the state there and the event that says so, is told beside it.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.bench_search import milliseconds
from benchmarks.floor import connect
from benchmarks.long_session import EVENTS, record
from benchmarks.ours import Fake, ports
from benchmarks.rounds import compared, interleaved, options, report
from benchmarks.work import tool_result
from workbench.run import Run
from workbench.store import Store
from workbench.store.catalog import BranchRow

COMMITTED = 2.0
FORKS = 40
"""Forks with a run on them in one session: they cost what they cost, so a few say enough."""


def insert(path: Path) -> Callable[[], object]:
    """Commits one row with the result of a tool."""
    connection = connect(str(path))
    row = (time.time(), tool_result(1))
    return lambda: connection.execute("INSERT INTO event (run, kind, at, body) VALUES ('run', 'tool', ?, ?)", row)


def forked(store: Store, branch: BranchRow, seq: int) -> None:
    """A fork as a face makes it: the branch, and a run that stands on it."""
    row = store.create_branch(branch.session, branch.id, seq, created=time.time())
    log = store.write(row.id, process="benchmark")
    Run.fork(log, ports(Fake(0)), parent=branch.id, parent_seq=seq, later=store.read(branch.id))
    log.close()


def main() -> None:
    """One session, forked all over, an insert between any two forks."""
    given = options(__doc__, rounds=1000)
    events = 40 if given.quick else EVENTS
    chance = random.Random(13)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "ours.db")
        session = record(database, events=events)
        store = Store.open(database)
        branch = store.branch(store.session(session).head)
        committed = insert(Path(folder, "floor.db"))

        steps = iter([chance.randint(1, branch.last_seq) for _ in range(given.rounds + 1)])
        now = time.time()

        def fork() -> object:
            return store.create_branch(session, branch.id, next(steps), created=now)

        fork()
        committed()
        taken = interleaved(
            given.rounds, {"fork": partial(milliseconds, fork), "insert": partial(milliseconds, committed)}
        )
        whole = [
            milliseconds(partial(forked, store, branch, branch.last_seq * place // FORKS or 1))
            for place in range(1, 2 if given.quick else FORKS)
        ]
        store.close()
    report(
        "fork",
        "ms a fork",
        compared(taken["fork"], taken["insert"], COMMITTED),
        facts={"events": events, "forks": len(taken["fork"]), "with_a_run_on_it_ms": round(median(whole), 3)},
    )


if __name__ == "__main__":
    main()
