"""Recordings laid into the store: what an import read becomes sessions, all of a recording or nothing of it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from workbench.debugger.summary import summary_of
from workbench.events import Event, RunStarted
from workbench.exchange.recording import Branch, Recording, renumbered
from workbench.run import state_at
from workbench.store import Store


def lay(
    store: Store, recording: Recording, *, tags: Sequence[str] = (), id: str | None = None, newest: bool = True
) -> str:
    """The id of the new session that holds `recording`; what was laid in is taken back if anything fails.

    Args:
        id: the id it is to have; one of its own by default.
        newest: `last` means it from now on; otherwise it is as old as what was recorded.

    Raises:
        UsedWrongly: `id` is taken.
    """
    now = time.time()
    created = recording.created if recording.created is not None else now
    row = store.create_session(recording.title, created=created, id=id, tags=(*recording.tags, *tags))
    try:
        numbers: dict[int, int] = {}
        for branch in recording.branches:
            if branch.parent is None:
                numbers[branch.number] = row.head
            else:
                parent = numbers[branch.parent]
                made = store.create_branch(row.id, parent, branch.parent_seq, created=created, name=branch.name)
                numbers[branch.number] = made.id
            log = store.write(numbers[branch.number], process="import")
            try:
                log.append(list(renumbered(recording.own(branch.number), numbers)))
            finally:
                log.close()
        head = numbers[recording.head]
        state = state_at(store.read(head))
        summary = summary_of(state)
        started = state.started
        assert isinstance(started, RunStarted)
        store.update_session(
            row.id,
            status=summary.status,
            outcome=summary.outcome,
            cost=summary.cost,
            model=summary.model,
            persona=summary.persona,
            head=head,
            updated=now if newest else min(summary.at, now),
        )
    except BaseException:
        store.remove(row.id)
        raise
    return row.id


def recording_of(store: Store, ref: str) -> Recording:
    """The whole session that `ref` names, all its branches."""
    row = store.place(ref).session
    branches = store.branches(row.id)
    events: list[Event] = []
    for branch in branches:
        events += store.read(branch.id).events(branch.parent_seq if branch.parent is not None else 0)
    return Recording(
        title=row.title,
        events=tuple(events),
        branches=tuple(Branch(branch.id, branch.name, branch.parent, branch.parent_seq) for branch in branches),
        tags=row.tags,
        created=row.created,
        head=row.head,
        id=row.id,
    )
