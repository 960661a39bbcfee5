"""`sessions list|show|search|tag|title|rm`: what is saved."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.cli.house import House
from workbench.cli.output import aside, document, say, table
from workbench.errors import UsedWrongly

if TYPE_CHECKING:
    from workbench.store.catalog import SessionRow


_MOST = 50


def listed(args: argparse.Namespace) -> int:
    """Saved sessions, newest first."""
    with House(args.workspace) as house:
        most = args.limit if args.limit is not None else None if args.json else _MOST
        rows = house.store.sessions(text=args.text, limit=-1 if most is None else most + 1, tag=args.tag)
    more, rows = most is not None and len(rows) > most, rows[:most]
    if args.json:
        document({"sessions": [_plain(row) for row in rows]})
    elif not rows:
        say("No sessions here yet. Begin one with: workbench run support-desk --headless" if not args.text else
            "No session has these words.")  # fmt: skip
    else:
        from workbench.debugger.words import ago

        now = time.time()
        table(
            ("id", "title", "stands", "model", "cost", "events", "when"),
            [
                (
                    row.id,
                    row.title,
                    row.outcome or row.status,
                    row.model,
                    "?" if row.cost is None else f"${row.cost}",
                    row.events,
                    ago(row.updated, now),
                )
                for row in rows
            ],
            right=(4, 5, 6),
        )
    if more:
        aside(f"these are the newest {most}; --limit N shows more")
    return 0


def _plain(row: SessionRow) -> dict[str, object]:
    return {
        "id": row.id,
        "title": row.title,
        "status": row.status,
        "outcome": row.outcome,
        "model": row.model,
        "persona": row.persona,
        "created": row.created,
        "updated": row.updated,
        "events": row.events,
        "cost": row.cost,
        "tags": list(row.tags),
    }


def show(args: argparse.Namespace) -> int:
    """What was said and done in a session."""
    from workbench.debugger.outcome import report
    from workbench.debugger.words import standing
    from workbench.run import state_at

    with House(args.workspace) as house:
        place = house.store.place(args.session)
        reader = house.store.read(place.branch.id)
        state = state_at(reader, place.seq)
        if args.json:
            from workbench.events import as_dict

            names = {branch.id: branch.name for branch in house.store.branches(place.session.id)}
            document(
                _plain(place.session)
                | {"report": report(state, session=place.session.id, branch=place.branch.name)}
                | {"log": [as_dict(event) | {"branch": names[event.branch]} for event in reader.events(0, place.seq)]}
            )
        else:
            from workbench.cli.transcript import lines

            say(f"{place.session.title}   {place.session.id}/{place.branch.name} @{state.seq}")
            say(standing(state))
            for line in lines(reader.events(0, place.seq)):
                say(line)
    return 0


def search(args: argparse.Namespace) -> int:
    """Find words in what was said, called and returned."""
    from workbench.debugger.words import ago

    with House(args.workspace) as house:
        hits = house.store.search(" ".join(args.words), limit=args.limit)
    if args.json:
        rows = [
            {
                "session": hit.session,
                "branch": hit.branch,
                "seq": hit.seq,
                "at": hit.at,
                "kind": hit.kind,
                "actor": hit.actor,
                "snippet": hit.snippet,
            }
            for hit in hits
        ]
        document({"hits": rows})
    elif not hits:
        say("Nothing recorded has these words.")
    else:
        now = time.time()
        table(
            ("place", "kind", "words", "when"),
            [(f"{hit.session}/{hit.branch}@{hit.seq}", hit.kind, hit.snippet, ago(hit.at, now)) for hit in hits],
        )
    return 0


def tag(args: argparse.Namespace) -> int:
    """Add tags, or take them away."""
    with House(args.workspace) as house:
        session = house.store.session(args.session).id
        (house.store.untag if args.remove else house.store.tag)(session, *args.tags)
        say(f"{session}: {', '.join(house.store.session(session).tags) or 'no tags'}")
    return 0


def title(args: argparse.Namespace) -> int:
    """Give a session another title."""
    with House(args.workspace) as house:
        house.store.update_session(house.store.session(args.session).id, title=args.title)
    return 0


def remove(args: argparse.Namespace) -> int:
    """Remove sessions for good."""
    with House(args.workspace) as house:
        rows = [house.store.session(ref) for ref in args.sessions]
        if not (args.yes or _agreed(rows)):
            say("Nothing was removed.")
            return 0
        for row in rows:
            house.store.remove(row.id)
            say(f"removed {row.id}")
    return 0


def _agreed(rows: Sequence[SessionRow]) -> bool:
    """Whether the person at the terminal wants these gone.

    Raises:
        UsedWrongly: nobody is there to be asked.
    """
    if not sys.stdin.isatty():
        raise UsedWrongly("this removes sessions for good: add --yes")
    say("\n".join(f"{row.id}  {row.title}  {row.events} events" for row in rows))
    try:
        return input("Remove for good? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
