"""What all tests of the Python API share: a workspace of their own, and no database that stays open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.agent.place import close_places


@pytest.fixture(autouse=True)
def own_workspace(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The workspace that serves where an agent names none."""
    folder = tmp_path_factory.mktemp("workspace")
    monkeypatch.setenv("WORKBENCH_WORKSPACE", str(folder))
    yield folder
    close_places()
