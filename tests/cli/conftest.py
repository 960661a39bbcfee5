"""A workspace for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """The command line on an empty workspace."""
    root = tmp_path / "bench"
    root.mkdir()
    return Bench(root)
