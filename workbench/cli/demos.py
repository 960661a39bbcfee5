"""The recorded demo sessions that come with the program, laid into a workspace whose database is new."""

from __future__ import annotations

from workbench.store import Store
from workbench.workspace.place import shipped_root


def lay_in(store: Store) -> None:
    """Import every shipped demo session, tagged `demo`."""
    paths = sorted((shipped_root() / "sessions" / "demo").glob("*.jsonl"))
    if not paths:
        return
    from workbench.cli.laying import lay
    from workbench.exchange import load

    for path in paths:
        for recording in load(path).recordings:
            lay(store, recording, tags=("demo",))
