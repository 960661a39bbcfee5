"""What a docstring in Google's style says: of the function as a whole, and of each parameter."""

from __future__ import annotations

import inspect
import re
from typing import NamedTuple

_SECTION = re.compile(
    r"(Args|Arguments|Parameters|Attributes|Returns?|Yields?|Raises|Examples?|Notes?|Warnings?|See Also):\s*$"
)
_ENTRY = re.compile(r"\*{0,2}(\w+)(?:\s*\([^)]*\))?\s*:\s*(.*)")


class Docstring(NamedTuple):
    """`summary` is all that stands before the first section; `parameters` maps names to their one-line texts."""

    summary: str
    parameters: dict[str, str]


def read_docstring(text: str | None) -> Docstring:
    """Read `text`; None or an unusual form gives what can be found."""
    summary: list[str] = []
    parameters: dict[str, str] = {}
    section = name = ""
    indent = 0
    for line in inspect.cleandoc(text or "").splitlines():
        if heading := _SECTION.match(line):
            section, name, indent = heading[1], "", 0
        elif not section:
            summary.append(line)
        elif section in {"Args", "Arguments", "Parameters"} and line.strip():
            depth = len(line) - len(line.lstrip())
            indent = indent or depth
            entry = _ENTRY.match(line.strip()) if depth <= indent else None
            if entry:
                name = entry[1]
                parameters[name] = entry[2].strip()
            elif name:
                parameters[name] = f"{parameters[name]} {line.strip()}".strip()
    return Docstring("\n".join(summary).strip(), parameters)
