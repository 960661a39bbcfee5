"""The figures in the README are those of docs/benchmarks.md."""

from __future__ import annotations

from tests.docs.pages import ROOT, rows


def test_the_readme_says_what_was_measured() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = list(rows(readme.partition("\n## Benchmarks\n")[2].partition("\n## ")[0]))
    measured = list(rows((ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")))
    assert shown
    assert shown == [row for row in measured if row in shown]
