"""What commands print: one JSON document, or safe plain text and tables; words about the work go to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from workbench.safe_text import safe_line, safe_text


def document(value: Any) -> None:
    """One JSON document on stdout, in ASCII so that no text in it can reach a terminal as a control code."""
    print(json.dumps(value, ensure_ascii=True))


def say(text: object) -> None:
    """Plain text on stdout, made safe."""
    print(safe_text(text))


def aside(text: object) -> None:
    """A remark on stderr, made safe."""
    print(safe_text(text), file=sys.stderr)


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """A table on stdout; cells are untrusted. `right` names the columns that are numbers."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=False)
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
    console.print(drawn)
