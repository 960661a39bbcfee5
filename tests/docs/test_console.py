"""docs/console.md has every verb of the console, as its help tells it."""

from __future__ import annotations

from tests.docs.pages import ROOT, rows
from workbench.debugger.language.table import LANGUAGE

PAGE = ROOT / "docs" / "console.md"


def test_every_verb_is_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for title, verbs in LANGUAGE.items():
        told = list(rows(text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]))
        assert told == [
            [f"`{verb.usage}`", ", ".join(f"`{short}`" for short in verb.short), verb.means] for verb in verbs
        ], title
