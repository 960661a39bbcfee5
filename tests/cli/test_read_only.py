"""A workspace that may only be read, for a process that the permissions hold for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.bench import Bench

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permissions are those of POSIX")

_DROPPED = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", "--inh-caps=-all"]


def held_to_permissions() -> list[str]:
    """What a command begins with so that permissions hold for it, although these tests may be root's."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may write everything, and there is no setpriv to give that up with")
    return _DROPPED


@pytest.fixture
def sealed(bench: Bench) -> Iterator[Path]:
    """A workspace with the demo sessions, in which nothing can be written."""
    bench("sessions", "list")
    folders = [bench.root, *[path for path in bench.root.rglob("*") if not path.is_symlink()]]
    modes = {path: path.stat().st_mode for path in folders}
    for path in reversed(folders):
        path.chmod(modes[path] & ~0o222)
    yield bench.root
    for path in folders:
        path.chmod(modes[path])


def told(sealed: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What a command says there."""
    command = [*held_to_permissions(), sys.executable, "-m", "workbench", "--workspace", str(sealed), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


@pytest.mark.slow
def test_sessions_are_listed_shown_exported_and_replayed(sealed: Path) -> None:
    database = sealed / "sessions" / "workbench.db"
    before = database.read_bytes()
    for words in (
        ["sessions", "list"],
        ["sessions", "show", "demo-support-desk"],
        ["sessions", "export", "demo-support-desk", "--format", "openai"],
        ["replay", "demo-support-desk"],
    ):
        done = told(sealed, *words)
        assert (done.returncode, done.stderr.count("cannot be written")) == (0, 0), done.stderr
    assert database.read_bytes() == before


@pytest.mark.slow
def test_what_would_write_says_why_it_cannot(sealed: Path) -> None:
    for words in (
        ["resume", "demo-support-desk", "--headless", "--say", "more"],
        ["run", "support-desk", "--headless"],
    ):
        done = told(sealed, *words)
        assert done.returncode != 0
        assert "may only be read" in done.stderr or "cannot be written" in done.stderr
        assert "Traceback" not in done.stderr
