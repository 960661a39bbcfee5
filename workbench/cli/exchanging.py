"""`import` and `sessions export`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from workbench.cli.house import House, events_of
from workbench.cli.keys import strike_keys
from workbench.cli.output import aside, document, escaped, say, write
from workbench.errors import UsedWrongly


def load(args: argparse.Namespace) -> int:
    """Take in every run that a file holds."""
    from workbench.cli.laying import lay
    from workbench.exchange import load as read

    strike_keys()
    loaded = read(Path(args.file))
    with House(args.workspace) as house:
        ids = [lay(house.store, recording, tags=args.tag or ()) for recording in loaded.recordings]
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
    """Write a session in another form: to read, to go on with elsewhere, or as a test."""
    with House(args.workspace) as house:
        text = _FORMS[args.format](house, args.session)
    if args.out:
        write(args.out, text, "--out")
    else:
        print(text if args.format == "html" else escaped(text), end="")
    return 0


def _jsonl(house: House, ref: str) -> str:
    from workbench.cli.laying import recording_of
    from workbench.exchange import export_jsonl

    return "".join(export_jsonl(recording_of(house.store, ref)))


def _openai(house: House, ref: str) -> str:
    from workbench.exchange import export_openai

    return json.dumps(export_openai(events_of(house, ref)), ensure_ascii=False, indent=1) + "\n"


def _html(house: House, ref: str) -> str:
    from workbench.exchange import export_html

    place = house.store.place(ref)
    named = f"{place.session.id}/{place.branch.name}"
    return export_html(events_of(house, ref), title=place.session.title, place=named)


def _otel(house: House, ref: str) -> str:
    from workbench.cli.parser import VERSION
    from workbench.exchange import export_otel

    place = house.store.place(ref)
    document = export_otel(events_of(house, ref), session=place.session.id, branch=place.branch.name, version=VERSION)
    return json.dumps(document, ensure_ascii=False) + "\n"


def _pytest(house: House, ref: str) -> str:
    """A test; of a recording that does not replay there can be none."""
    from workbench.exchange import export_pytest
    from workbench.run import Divergence, check

    place, events = house.store.place(ref), events_of(house, ref)
    result = check(events)
    if isinstance(result, Divergence):
        raise UsedWrongly(f"{ref} does not replay, so a test of it would fail: {result}")
    named = f"{place.session.id}/{place.branch.name}"
    return export_pytest(events, title=place.session.title, place=named)


def _trace(house: House, ref: str) -> str:
    from workbench.exchange.trace import export_trace

    place = house.store.place(ref)
    return "".join(export_trace(events_of(house, ref), session=place.session.id, branch=place.branch.name))


_FORMS = {"jsonl": _jsonl, "openai": _openai, "html": _html, "otel": _otel, "trace": _trace, "pytest": _pytest}
