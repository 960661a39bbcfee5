"""docs/store-and-log.md has every kind of event and every table, and no other."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.docs.pages import ROOT, rows
from workbench.events import KINDS
from workbench.store import Store

PAGE = ROOT / "docs" / "store-and-log.md"


def section(title: str) -> list[str]:
    """The names in the first column of the table under a heading."""
    text = PAGE.read_text(encoding="utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    return [name for cells in rows(text) for name in re.findall(r"`(\w+)`", cells[0])]


def test_kinds_of_events() -> None:
    assert sorted(section("The events")) == sorted(KINDS)


def test_tables(tmp_path: Path) -> None:
    path = tmp_path / "workbench.db"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as database:
        names = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    told = section("The tables")
    assert len(told) == len(set(told))
    assert set(told) == {name for name in names if not name.startswith(("sqlite_", "words_"))}
