"""What commands give: one JSON document, safe plain text and tables, or a file; words about the work go to stderr."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from workbench.errors import UsedWrongly
from workbench.safe_text import safe_line, safe_text

_BEYOND_ASCII = re.compile(r"[^\x00-\x7e]+")
_WIDE = 1000


def document(value: Any) -> None:
    """One JSON document on stdout."""
    print(escaped(json.dumps(value)))


def escaped(text: str) -> str:
    """JSON text in plain ASCII, so that nothing in it can reach a terminal as a control code; it means the same."""
    return _BEYOND_ASCII.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def say(text: object) -> None:
    """Plain text on stdout, made safe."""
    print(safe_text(text))


def aside(text: object) -> None:
    """A remark on stderr, made safe. That nobody listens is no reason to stop the work."""
    try:
        print(safe_text(text), file=sys.stderr, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def write(file: str, text: str, flag: str) -> None:
    """Put `text` into the file that `flag` names, and say so.

    Raises:
        UsedWrongly: it cannot be written.
    """
    try:
        Path(file).write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise UsedWrongly(f"{flag} {file}: cannot be written: {reason or error}") from error
    aside(f"wrote {file}")


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """A table on stdout; cells are untrusted. `right` names the columns that are numbers.

    On a terminal long cells are folded; elsewhere each row is one line.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for place, word in enumerate(head):
        numeric = place in right
        drawn.add_column(
            word,
            justify="right" if numeric else "left",
            no_wrap=numeric or place == 0,
            overflow="ellipsis" if numeric else "fold",
        )
    for row in rows:
        drawn.add_row(*[Text(safe_line(cell)) for cell in row])
    if sys.stdout.isatty():
        Console(highlight=False, soft_wrap=False).print(drawn)
    else:
        console = Console(highlight=False, soft_wrap=False, width=_WIDE, color_system=None)
        with console.capture() as capture:
            console.print(drawn)
        print("\n".join(line.rstrip() for line in capture.get().splitlines()))
