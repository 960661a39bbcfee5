"""What all tests share: where recorded data lies, and how much is tried in a hurry."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# `make check` names it; the whole suite tries four times as many examples.
settings.register_profile("quick", max_examples=25)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of recorded data: `WORKBENCH_DATA`, else `shared/data` beside the project."""
    root = Path(__file__).resolve().parent.parent
    folder = Path(os.environ.get("WORKBENCH_DATA") or root.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no recorded data here: set WORKBENCH_DATA to its folder")
    return folder
