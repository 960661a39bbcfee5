"""`trace validate` and `trace schema`: the published form of exported traces."""

from __future__ import annotations

import argparse
from pathlib import Path

from workbench.cli.house import House
from workbench.cli.output import document, say, write
from workbench.errors import BadFile, NotFound
from workbench.plain_files import read_text

_LARGEST = 512_000_000


def validate(args: argparse.Namespace) -> int:
    """Check a trace against the schema, and its signatures against the personas of the workspace."""
    from workbench.exchange.trace_check import check_trace
    from workbench.persona.signature import signature
    from workbench.workspace.personas import load_persona

    text = read_text(Path(args.file), _LARGEST, pipes=True)
    workspace = House(args.workspace).workspace

    def digest_of(name: str) -> str | None:
        try:
            return signature(load_persona(workspace, name)).digest
        except NotFound:
            return None

    count, faults = check_trace(text.splitlines(), digest_of)
    if not count and not faults:
        raise BadFile(
            args.file, "is empty, so it is no trace: workbench sessions export SESSION --format trace writes one"
        )
    if args.json:
        document({"cycles": count, "faults": [{"line": one.line, "problem": one.problem} for one in faults]})
    else:
        for fault in faults:
            say(f"{args.file}, line {fault.line}: {fault.problem}")
        cycles, wrong = "cycle" if count == 1 else "cycles", "fault" if len(faults) == 1 else "faults"
        say(f"{count} {cycles}, {len(faults) or 'no'} {wrong}")
    return 1 if faults else 0


def schema(args: argparse.Namespace) -> int:
    """The JSON schema of a trace's lines."""
    from workbench.exchange.trace_check import schema_text

    if args.out:
        write(args.out, schema_text(), "--out")
    else:
        print(schema_text(), end="")
    return 0
