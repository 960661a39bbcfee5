"""Each benchmark works from end to end, with very little work, and prints one line of JSON; no figure is judged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUICK = {
    "bench_agent": ["--quick"],
    "bench_app_load": ["--quick"],
    "bench_back": ["--quick"],
    "bench_file_size": ["--quick"],
    "bench_fork": ["--quick"],
    "bench_history": ["--quick"],
    "bench_iteration": ["--quick"],
    "bench_resume": ["--quick"],
    "bench_search": ["--rows", "400", "--queries", "2"],
    "bench_startup": ["--quick"],
}


def test_every_script_is_tried() -> None:
    assert {script.stem for script in (ROOT / "benchmarks").glob("bench_*.py")} == set(QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(QUICK))
def test_prints_one_line(name: str) -> None:
    command = [sys.executable, f"benchmarks/{name}.py", *QUICK[name]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=170)
    assert done.returncode == 0, done.stderr
    line: dict[str, Any] = json.loads(done.stdout)
    assert line["bench"] == name.removeprefix("bench_")
    assert {"floor", "ratio", "committed", "met", "unit"} <= line.keys()
    assert line["ratio"] > 0
