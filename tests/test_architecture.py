"""What holds of the code as a whole: light imports, rooms that keep to themselves, no way to run text as code."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "workbench").rglob("*.py"))
HEAVY = ("pydantic", "textual", "openai", "ollama", "sqlite_utils", "jinja2", "ruamel", "prompt_toolkit", "rich")


def loaded_by(statements: str, *heavy: str) -> list[str]:
    """Which of these the statements have loaded; what measures coverage may have loaded some before them."""
    ask = (
        f"import sys\nbefore = set(sys.modules)\n{statements}\n"
        f"sys.exit(' '.join(name for name in {heavy!r} if name in set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr.split()


@pytest.mark.parametrize("room", ["workbench", "workbench.cli", "workbench.store", "workbench.debugger.desk"])
def test_starting_loads_nothing_heavy(room: str):
    assert loaded_by(f"import {room}", *HEAVY) == []


def test_help_loads_nothing_heavy():
    assert loaded_by("from workbench.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass", *HEAVY) == []


@pytest.mark.slow
def test_the_core_knows_no_screen_no_provider_and_no_database():
    assert loaded_by("import workbench.run, workbench.debugger.session", "textual", "openai", "ollama", "sqlite3") == []


@pytest.mark.slow
def test_rooms_import_one_way():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_no_text_is_ever_run_as_code():
    """No call of `eval`, `exec` or `compile` as a plain name, anywhere in the product."""
    calls = [
        (file, node.func.id, node.lineno)
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    found = [f"{file}:{line}" for file, name, line in calls if name in ("eval", "exec", "compile")]
    assert found == []


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_file_says_its_one_idea_and_keeps_to_it(file: Path):
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 500
    assert not text.strip() or ast.get_docstring(ast.parse(text)), "the first line of a file says what it is"
