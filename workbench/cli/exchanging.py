"""`import` and `sessions export`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from workbench.cli.house import House, events_of
from workbench.cli.keys import strike_keys
from workbench.cli.output import aside, document, escaped, say
from workbench.errors import UsedWrongly


def load(args: argparse.Namespace) -> int:
    """Take in every run that a file holds."""
    from workbench.cli.laying import lay
    from workbench.exchange import load as read

    strike_keys()
    loaded = read(Path(args.file))
    house = House(args.workspace)
    try:
        ids = [lay(house.store, recording, tags=args.tag or ()) for recording in loaded.recordings]
    finally:
        house.close()
    if args.json:
        skipped = [{"record": skip.record, "why": skip.why} for skip in loaded.skipped]
        document({"sessions": ids, "skipped": skipped})
        return 0
    for new, recording in zip(ids, loaded.recordings, strict=True):
        say(f"{new}  {recording.title}  {len(recording.events)} events")
    for skip in loaded.skipped:
        aside(f"skipped {skip.record}: {skip.why}")
    return 0


def export(args: argparse.Namespace) -> int:
    """Write a session as JSON lines, or as an OpenAI chat document."""
    house = House(args.workspace)
    try:
        if args.format == "openai":
            from workbench.exchange import export_openai

            text = json.dumps(export_openai(events_of(house, args.session)), ensure_ascii=False, indent=1) + "\n"
        else:
            from workbench.cli.laying import recording_of
            from workbench.exchange import export_jsonl

            text = "".join(export_jsonl(recording_of(house.store, args.session)))
    finally:
        house.close()
    if not args.out:
        print(escaped(text), end="")
        return 0
    try:
        Path(args.out).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsedWrongly(f"--out {args.out}: cannot be written: {error.strerror or error}") from error
    aside(f"wrote {args.out}")
    return 0
