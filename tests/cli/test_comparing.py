"""`diff`, and exports to look at or to test with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.bench import Bench
from tests.pytest_runs import outcome

A, B = "demo-support-desk", "demo-budget-runaway"


def test_a_session_equals_itself(bench: Bench):
    result = bench("diff", A, A)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("They are equal.\nTheir first 39 events are the same ones.\n")
    assert bench.json("diff", A, A)["equal"] is True


def test_places_in_a_session_are_compared(bench: Bench):
    document = bench.json("diff", f"{A}@7", f"{A}/main@12")
    assert (document["left"]["name"], document["right"]["name"]) == (f"{A}/main@7", f"{A}/main@12")
    assert document["shared_events"] == 7
    assert {row["mark"] for row in document["rows"]} == {"same", "right"}


def test_strangers_are_compared_and_the_first_difference_is_pointed_at(bench: Bench):
    result = bench("diff", A, B)
    assert result.code == 0
    assert "They part after 0 equal messages" in result.out
    assert "→ ~ system @1 and @1" in result.out
    assert any(line.split()[:1] == ["outcome"] and line.rstrip().endswith("≠") for line in result.out.splitlines())


def test_the_comparison_is_written_as_a_page(bench: Bench, tmp_path: Path):
    page = tmp_path / "diff.html"
    result = bench("diff", A, B, "--html", str(page))
    assert (result.code, result.out, result.err) == (0, "", f"wrote {page}\n")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert bench("diff", A, B, "--json", "--html", str(page)).document["equal"] is False


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("diff", A, "nope"), "no session goes by 'nope'"),
        (("diff", A, f"{A}@400"), "has events 1 to 39"),
        (("diff", A), "the following arguments are required: B"),
        (("diff", A, B, "--html", "/no/such/folder/x.html"), "--html /no/such/folder/x.html: cannot be written"),
    ],
)
def test_what_cannot_be_compared_is_said(bench: Bench, words: tuple[str, ...], sentence: str):
    result = bench(*words)
    assert result.code == 2
    assert sentence in result.sentence


def test_a_session_leaves_as_a_page(bench: Bench, tmp_path: Path):
    shown = bench("sessions", "export", A, "--format", "html")
    assert shown.out.startswith("<!doctype html>")
    page = tmp_path / "page.html"
    assert bench("sessions", "export", A, "--format", "html", "--out", str(page)).code == 0
    assert page.read_text(encoding="utf-8") == shown.out


@pytest.mark.slow
def test_a_session_leaves_as_a_test_that_passes(bench: Bench, tmp_path: Path):
    file = tmp_path / "test_support_desk.py"
    assert bench("sessions", "export", A, "--format", "pytest", "--out", str(file)).code == 0
    code, said = outcome(file)
    assert code == 0, said
    assert "4 passed" in said
