"""`personas` and `scenarios`: what there is, whole, checked, and new."""

from __future__ import annotations

import json
import os

import pytest

from tests.cli.bench import Bench

MINE = """
name: support-desk
title: My own desk
teaches: That mine goes before what is shipped.
persona: assistant
user: [Hello?]
script: [{say: Mine.}]
"""


def test_scenarios_are_listed_with_what_they_teach(bench: Bench):
    rows = {row["name"]: row for row in bench.json("scenarios", "list")["scenarios"]}
    assert len(rows) >= 6
    desk = rows["support-desk"]
    assert set(desk) == {"name", "title", "about", "model", "needs_key", "shipped", "path", "problem"}
    assert (desk["title"], desk["model"], desk["needs_key"], desk["shipped"]) == (
        "Support desk: charged twice",
        None,
        False,
        True,
    )
    lines = bench("scenarios", "list").out.splitlines()
    assert len(lines) == 2 + len(rows)
    assert bench("scenarios").out.splitlines() == lines


@pytest.mark.slow
def test_the_workspaces_own_goes_before_the_shipped_one(bench: Bench):
    bench.write("scenarios/support-desk.yaml", MINE)
    (row,) = [row for row in bench.json("scenarios", "list")["scenarios"] if row["name"] == "support-desk"]
    assert (row["title"], row["shipped"]) == ("My own desk", False)
    assert bench("run", "support-desk", "--headless").out == "Mine.\n"
    assert bench("scenarios", "show", "support-desk").out == MINE


@pytest.mark.slow
def test_personas_are_listed_and_shown_as_the_model_will_see_them(bench: Bench):
    rows = bench.json("personas", "list")["personas"]
    assert {"assistant", "support-agent", "analyst"} <= {row["name"] for row in rows}
    document = bench.json("personas", "show", "support-agent")
    assert document["name"] == "support-agent"
    assert document["rendered"].startswith("You are a customer support agent of HomeBase")
    told = bench("personas", "show", "support-agent").out
    assert told.startswith(f"support-agent 1.0.0   signature {document['signature'][:16]}\n\n")
    assert told.endswith(document["rendered"].rstrip("\n") + "\n")


@pytest.mark.slow
def test_a_scenario_is_shown_as_its_file_or_its_fields(bench: Bench):
    assert bench("scenarios", "show", "flaky-parts").out.startswith(
        "# yaml-language-server: $schema=schema.json\nname:"
    )
    assert bench.json("scenarios", "show", "flaky-parts")["tools"] == ["lookup_part"]


@pytest.mark.slow
@pytest.mark.parametrize("what", ["persona", "scenario"])
def test_new_ones_are_valid_at_once_and_never_overwrite(bench: Bench, what: str):
    path = bench.root / f"{what}s" / "my-own.yaml"
    assert bench(f"{what}s", "new", "my-own").out == f"wrote {path}\n"
    assert bench(f"{what}s", "validate", "my-own").out == f"1 {what}: all right\n"
    assert bench(f"{what}s", "new", "my-own").sentence.startswith(f"{path} is there already")
    assert bench(f"{what}s", "validate").code == 0


@pytest.mark.slow
def test_a_new_scenario_runs_as_it_is(bench: Bench):
    bench("scenarios", "new", "my-own")
    result = bench("run", "my-own", "--headless", "--json")
    assert (result.code, result.document["system_status"]) == (0, "complete")


def test_validate_names_every_problem_of_every_file(bench: Bench):
    bench.write("personas/bad.yaml", "name: bad\nversion: one\nflavour: sweet\n")
    result = bench("personas", "validate")
    assert (result.code, result.out) == (2, "")
    problems = result.err.splitlines()
    assert len(problems) >= 2
    assert all(line.startswith("workbench: ") and "bad.yaml, line " in line for line in problems)


@pytest.mark.parametrize("what", ["personas", "scenarios"])
def test_schemas_are_those_beside_the_shipped_files(bench: Bench, what: str):
    told = bench(what, "schema").out
    assert json.loads(told)["type"] == "object"
    path = bench.root / "schema.json"
    assert bench(what, "schema", "--out", str(path)).err == f"wrote {path}\n"
    assert path.read_text(encoding="utf-8") == told


@pytest.mark.parametrize("kind", ["personas", "scenarios"])
def test_a_file_that_is_not_right_is_listed_with_a_mark_and_why(bench: Bench, kind: str):
    bench.write(f"{kind}/odd.yaml", "name: odd\ntitl: what\n")
    bench.write(f"{kind}/good.json", "{")
    os.mkfifo(bench.root / kind / "pipe.yaml")
    told = bench(kind, "list")
    assert told.code == 0
    marked = {line.split()[0] for line in told.out.splitlines() if line.split()[1:2] == ["✗"]}
    assert marked == {"odd", "good", "pipe"}
    problems = told.err.splitlines()
    assert len(problems) == 3
    assert all(line.startswith("workbench: ") for line in problems)
    assert any("odd.yaml, line 2: titl: there is no such field" in line for line in problems)
    assert any("pipe.yaml: cannot be read: it is a pipe, not a file" in line for line in problems)
    rows = {row["name"]: row["problem"] for row in bench.json(kind, "list")[kind]}
    assert rows["odd"] is not None
    assert rows["good"] is not None
    assert sum(problem is not None for problem in rows.values()) == 3
