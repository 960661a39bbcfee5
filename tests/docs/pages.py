"""The README and the pages of docs/, read as what a person copies out of them: examples, tables, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])

_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced example: `line` is where its fence stands, `name` the file that it is the content of, if any."""

    line: int
    language: str
    name: str
    text: str


def name_of(page: Path) -> str:
    """The page's path inside the project."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """The page's fenced examples in their order."""
    text = page.read_text(encoding="utf-8")
    found: list[Block] = []
    for match in _FENCE.finditer(text):
        language, _, name = match["info"].strip().partition(" ")
        found.append(Block(text.count("\n", 0, match.start()) + 1, language, name.strip(), match["text"]))
    return found


def prose(page: Path) -> str:
    """The page without its fenced examples."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def rows(text: str) -> Iterator[list[str]]:
    """The cells of every row of every table in `text`, heads and rules left out."""
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if not line.startswith("|") or set(line) <= set("|-: "):
            continue
        if place + 1 < len(lines) and lines[place + 1].startswith("|--"):
            continue
        cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
        yield [cell.strip().replace("\\|", "|") for cell in cells]
