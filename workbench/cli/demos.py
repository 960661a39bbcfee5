"""A new workspace's database, with the recorded demo sessions that come with the program: all of it, or nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from workbench.store import Store
from workbench.store.locks import making
from workbench.workspace.place import shipped_root


def begin(path: Path) -> None:
    """Make the database at `path` with the demo sessions in it. It is made beside, and put there once it is whole.

    Another process that began at the same moment may have put its own there, which then stays.

    Raises:
        StoreError: it cannot be made; nothing of it is left.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        store = Store.open(draft)
        try:
            lay_in(store)
        finally:
            store.close()
        with making(path):
            if not path.exists():
                os.replace(draft, path)
    finally:
        shutil.rmtree(draft.with_name(f"{draft.name}.writers"), ignore_errors=True)
        for ending in ("", "-wal", "-shm"):
            draft.with_name(draft.name + ending).unlink(missing_ok=True)


def lay_in(store: Store) -> None:
    """Lay in every shipped demo session as `demo-NAME`, tagged `demo`, as old as its recording is."""
    paths = sorted((shipped_root() / "sessions" / "demo").glob("*.jsonl"))
    if not paths:
        return
    from workbench.cli.laying import lay
    from workbench.exchange import load

    for path in paths:
        lay(store, load(path).recordings[0], tags=("demo",), id=f"demo-{path.stem}", newest=False)
