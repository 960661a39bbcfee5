"""The recorded demo sessions that come with the program, laid into a workspace whose database is new."""

from __future__ import annotations

from contextlib import suppress

from workbench.errors import UsedWrongly
from workbench.store import Store
from workbench.workspace.place import shipped_root


def lay_in(store: Store) -> None:
    """Lay in every shipped demo session as `demo-NAME`, tagged `demo`, as old as its recording is."""
    paths = sorted((shipped_root() / "sessions" / "demo").glob("*.jsonl"))
    if not paths:
        return
    from workbench.cli.laying import lay
    from workbench.exchange import load

    for path in paths:
        recording = load(path).recordings[0]
        with suppress(UsedWrongly):  # another process that began at the same moment has laid it in
            lay(store, recording, tags=("demo",), id=f"demo-{path.stem}", newest=False)
