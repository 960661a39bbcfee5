"""A workspace in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.workspace.place import Workspace

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An empty workspace, which is also the current folder."""
    for name in ("personas", "scenarios"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    return Workspace(tmp_path)


@pytest.fixture
def write(workspace: Workspace) -> Write:
    """Writes a file of the workspace."""

    def write(name: str, content: str | bytes) -> Path:
        path = workspace.root / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
