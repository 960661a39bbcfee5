"""The built wheel in an empty folder: names resolve among what it ships."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the wheel was installed into, without its dependencies."""
    built, target = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(ROOT)]
    subprocess.run(build, capture_output=True, check=True)
    (wheel,) = built.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(target), str(wheel)]
    subprocess.run(install, capture_output=True, check=True)
    return target


def workbench(installed: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the installed program in an empty folder of a user without a workspace."""
    empty = home / "empty"
    empty.mkdir(exist_ok=True)
    env = os.environ | {"PYTHONPATH": str(installed), "HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
    argv = [sys.executable, "-m", "workbench", *words]
    return subprocess.run(argv, cwd=empty, env=env, capture_output=True, text=True, check=False)


def test_what_is_shipped_lies_in_the_package(installed: Path):
    shipped = installed / "workbench" / "shipped"
    for folder in ("personas", "scenarios"):
        there = {path.name for path in (shipped / folder).iterdir()}
        assert there == {path.name for path in (ROOT / folder).iterdir() if path.suffix in (".yaml", ".json")}
    demos = {path.name for path in (shipped / "sessions" / "demo").iterdir()}
    assert demos == {path.name for path in (ROOT / "sessions" / "demo").glob("*.jsonl")}
    assert not list(installed.rglob("*.db*"))
    assert not (installed / "tests").exists()


def test_scenarios_run_and_demo_sessions_are_listed(installed: Path, tmp_path: Path):
    listed = workbench(installed, tmp_path, "scenarios", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    rows = {row["name"]: row for row in json.loads(listed.stdout)["scenarios"]}
    assert len(rows) >= 6
    assert all(row["shipped"] and Path(row["path"]).is_relative_to(installed) for row in rows.values())

    run = workbench(installed, tmp_path, "run", "support-desk", "--headless", "--json")
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["system_status"] == "complete"
    assert all(row["met"] for row in told["criteria"])

    sessions = json.loads(workbench(installed, tmp_path, "sessions", "list", "--json").stdout)["sessions"]
    assert sessions[0]["id"] == told["session"]
    assert {row["id"] for row in sessions[1:]} == {
        f"demo-{path.stem}" for path in (ROOT / "sessions" / "demo").glob("*.jsonl")
    }
    assert list((tmp_path / "empty").iterdir()) == []
    assert workbench(installed, tmp_path, "doctor").returncode == 0
