"""A workspace for each test, and no settings of the machine it runs on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.bench import Bench


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither keys nor addresses of model servers, nor a workspace, an editor or a terminal's width."""
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_BASE_URL")) or name in ("OLLAMA_HOST", "WORKBENCH_WORKSPACE", "COLUMNS"):
            monkeypatch.delenv(name)
    for name in ("EDITOR", "VISUAL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """The command line on an empty workspace."""
    root = tmp_path / "bench"
    root.mkdir()
    return Bench(root)
