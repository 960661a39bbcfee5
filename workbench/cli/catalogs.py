"""`personas` and `scenarios`: list, validate, new and schema of the kind that `args.kind` says; `scenarios show`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from workbench.cli.house import House
from workbench.cli.output import aside, document, say, table, write
from workbench.errors import BadFile
from workbench.plain_files import read_text

if TYPE_CHECKING:
    from workbench.workspace.listing import Kind


def listed(args: argparse.Namespace) -> int:
    """What there is of a kind, and what is wrong with some."""
    from workbench.workspace.listing import list_scenarios
    from workbench.workspace.loading import broken
    from workbench.workspace.personas import list_personas

    kind: Kind = args.kind
    house = House(args.workspace)
    entries = (list_personas if kind == "persona" else list_scenarios)(house.workspace)
    wrong = broken(house.workspace, kind)
    if args.json:
        rows = [
            {
                "name": entry.name,
                "title": entry.title,
                "about": entry.about,
                "model": entry.model or None,
                "needs_key": entry.needs_key,
                "shipped": entry.shipped,
                "path": None if entry.path is None else str(entry.path),
                "problem": str(wrong[entry.name]) if entry.name in wrong else None,
            }
            | ({"source": entry.source, "fragment": entry.fragment} if kind == "persona" else {})
            for entry in entries
        ]
        document({f"{kind}s": rows})
    elif not entries:
        say(f"No {kind}s here. Write one with: workbench {kind}s new NAME")
    else:
        table(
            ("name", "about", "from"),
            [
                (
                    entry.name + (" ✗" if entry.name in wrong else ""),
                    entry.about + (" (needs a key)" if entry.needs_key else ""),
                    entry.source + (", fragment" if entry.fragment else ""),
                )
                for entry in entries
            ],
        )
    for problem in wrong.values():
        aside(f"workbench: {problem}")
    return 0


def show(args: argparse.Namespace) -> int:
    """One scenario's file, or its fields."""
    from workbench.workspace.listing import locate
    from workbench.workspace.loading import load_scenario

    house = House(args.workspace)
    scenario = load_scenario(house.workspace, args.name, tools=house.tools.accepted)
    if args.json:
        document(scenario.model_dump(mode="json"))
    else:
        say(read_text(locate(house.workspace, "scenario", args.name)).rstrip("\n"))
    return 0


def validate(args: argparse.Namespace) -> int:
    """Check files of a kind; 2 where one is wrong."""
    from workbench.workspace.listing import list_files, locate
    from workbench.workspace.loading import check_persona, check_scenario

    kind: Kind = args.kind
    house = House(args.workspace)
    paths = [locate(house.workspace, kind, name) for name in args.files] or list(
        list_files(house.workspace, kind).values()
    )
    wrong: list[BadFile] = []
    for path in paths:
        if kind == "persona":
            _, found = check_persona(house.workspace, path)
        else:
            _, found = check_scenario(house.workspace, path, tools=house.tools.accepted)
        wrong += found
    for problem in wrong:
        aside(f"workbench: {problem}")
    if not wrong:
        say(f"{len(paths)} {kind}{'' if len(paths) == 1 else 's'}: all right")
    return 2 if wrong else 0


def new(args: argparse.Namespace) -> int:
    """A commented file to begin with."""
    from workbench.workspace.making import new_file

    kind: Kind = args.kind
    path = new_file(House(args.workspace).workspace, kind, args.name)
    say(f"wrote {path}")
    return 0


def schema(args: argparse.Namespace) -> int:
    """The JSON schema of the files of a kind."""
    from workbench.workspace.schemas import schema_text

    kind: Kind = args.kind
    if args.out:
        write(args.out, schema_text(kind), "--out")
    else:
        print(schema_text(kind), end="")
    return 0
