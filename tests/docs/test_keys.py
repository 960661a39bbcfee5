"""docs/keys.md has exactly the keys of the app's bindings."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, rows
from workbench.tui.bindings import DEEDS, OTHERS, sign
from workbench.tui.sheets.help_screen import first_help, session_help

PAGE = ROOT / "docs" / "keys.md"


def section(title: str) -> list[list[str]]:
    """The table rows under a heading."""
    text = PAGE.read_text(encoding="utf-8")
    return list(rows(re.split(r"^## ", text.partition(f"## {title}\n")[2], flags=re.MULTILINE)[0]))


def test_keys_of_an_open_session() -> None:
    assert section("An open session") == [
        [f"`{sign(deed.keys)}`", deed.word, deed.meaning, f"`{deed.id}`"] for deed in DEEDS
    ]


def test_keys_of_the_first_screen() -> None:
    assert section("The first screen") == [[f"`{key}`", meaning] for key, meaning in first_help() if key]


def test_keys_that_work_everywhere() -> None:
    own = {sign(deed.keys) for deed in DEEDS}
    everywhere = [(key, meaning) for key, meaning in session_help({}) if key not in own]
    assert section("Everywhere") == [[f"`{key}`", meaning] for key, meaning in everywhere]


def test_ids_of_every_other_binding() -> None:
    assert section("Your own keys") == [
        [f"`{name}`", ", ".join(f"`{sign(key)}`" for key in keys.split(",")), meaning]
        for name, (keys, meaning) in OTHERS.items()
    ]
