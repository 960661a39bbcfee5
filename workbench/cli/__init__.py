"""The command line: the composition root, the only place that knows every room."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is the one that `workbench --help` lists."""
    from workbench.cli.invoke import invoke

    return invoke(sys.argv[1:] if argv is None else argv)


def script() -> None:
    """The `workbench` command."""
    sys.exit(main())
