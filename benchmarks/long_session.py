"""A saved session of 10,000 events, of the work that every measurement does; in the app its model goes on streaming."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.ours import STARTED, Fake, ports
from workbench.run import Run
from workbench.store import Store
from workbench.workspace.place import find

EVENTS = 10_000
FIRST_SEQS = 2
"""Events before the first iteration; each iteration has four."""

WORKBENCH = (sys.executable, "-m", "workbench")
_MODEL = "scripted:stream"
_WORDS = "a log is written before the table and so a crash between two pages loses nothing that was promised".split()


def workspace(folder: Path) -> Path:
    """A new workspace; its database."""
    subprocess.run([*WORKBENCH, "init", str(folder)], stdout=subprocess.DEVNULL, check=True)
    return find(str(folder)).database


def streaming(folder: Path, *, tokens: int, pace: int) -> None:
    """Let the model of the session say so many words (of which a line has some ten) whenever it is spoken to."""
    lines = "\n".join(" ".join(_WORDS[(at + by) % len(_WORDS)] for by in range(10)) for at in range(tokens // 10))
    document = {
        "name": "stream",
        "title": "A model that streams",
        "persona": "assistant",
        "tools": [],
        "model": _MODEL,
        "script": [{"when": ".", "say": lines, "pace": pace}],
    }
    (folder / "scenarios" / "stream.yaml").write_text(json.dumps(document))


def record(database: Path, *, events: int = EVENTS, title: str = "a long session") -> str:
    """A session of about `events` events; its id. With 0 it has only begun."""
    store = Store.open(database)
    session = store.create_session(title, created=time.time(), model=_MODEL)
    log = store.write(session.head, process="benchmark")
    actor = STARTED.actors[0].model_copy(update={"model": _MODEL})
    run = Run.start(log, ports(Fake(max(0, events - FIRST_SEQS) // 4)), STARTED.model_copy(update={"actors": (actor,)}))
    if events:
        run.say("go")
        asyncio.run(run.drive())
    log.close()
    store.close()
    return session.id
