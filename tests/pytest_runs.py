"""Pytest over a file that was exported: in a process of its own, and without our settings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def outcome(file: Path) -> tuple[int, str]:
    """The exit code, and what pytest said."""
    command = [sys.executable, "-W", "ignore", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null"]
    done = subprocess.run(
        [*command, str(file)], capture_output=True, text=True, timeout=120, cwd=file.parent, check=False
    )
    return done.returncode, done.stdout + done.stderr
