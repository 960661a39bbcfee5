"""`doctor` and `init`."""

from __future__ import annotations

import pytest

from tests.cli.bench import Bench


@pytest.mark.slow
def test_all_is_well_in_a_new_workspace(bench: Bench):
    document = bench.json("doctor")
    assert all(set(check) == {"name", "ok", "detail"} and check["ok"] for check in document["checks"])
    names = {check["name"] for check in document["checks"]}
    assert {"python", "sqlite", "textual", "workspace", "database", "personas", "scenarios", "disk"} <= names
    told = bench("doctor")
    assert (told.code, told.out.splitlines()[-1]) == (0, "Everything is in its place.")


@pytest.mark.slow
def test_what_is_wrong_is_named_and_exits_1(bench: Bench):
    bench.write("personas/bad.yaml", "name: bad\n")
    result = bench("doctor", "--json")
    assert result.code == 1
    (wrong,) = [check for check in result.document["checks"] if not check["ok"]]
    assert wrong["name"] == "personas"
    assert "bad.yaml, line 1: a persona needs a description" in wrong["detail"]
    assert bench("doctor").out.splitlines()[-1] == "1 wrong: personas"


@pytest.mark.slow
def test_tools_that_cannot_be_had_are_wrong_and_servers_are_only_named(bench: Bench):
    bench.write("tools/bad.py", "import os\nx = nosuch\n")
    bench.write("workbench.toml", '[mcp.time]\ncommand = "no-such-program"\n')
    result = bench("doctor", "--json")
    (wrong,) = [check for check in result.document["checks"] if not check["ok"]]
    assert wrong["name"] == "tools"
    assert wrong["detail"] == (
        "tools/bad.py, line 2: NameError: name 'nosuch' is not defined; "
        "MCP servers: time ('workbench mcp test' starts them)"
    )


@pytest.mark.slow
def test_init_makes_a_workspace_that_is_found_and_overwrites_nothing(bench: Bench):
    folder = bench.root / "mine"
    assert bench("init", str(folder)).code == 0
    inner = Bench(folder)
    assert inner("scenarios", "validate").code == 0
    assert inner("run", "my-first", "--headless").code == 0
    (folder / "workbench.toml").write_text("# mine\n", encoding="utf-8")
    again = bench("init", str(folder))
    assert again.out == f"A workspace is ready in {folder}; open it with: workbench --workspace {folder}\n"
    assert (folder / "workbench.toml").read_text(encoding="utf-8") == "# mine\n"
