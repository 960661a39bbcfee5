"""What all tests share: where recorded data lies, and how much is tried in a hurry."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# No example is timed: how fast something is, a benchmark says.
settings.register_profile("whole", deadline=None)
settings.load_profile("whole")
# `make check` names it; the whole suite tries four times as many examples.
settings.register_profile("quick", max_examples=25, deadline=None)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of recorded data, which `WORKBENCH_DATA` names."""
    named = os.environ.get("WORKBENCH_DATA")
    if not named or not Path(named).is_dir():
        pytest.skip("no recorded data here: set WORKBENCH_DATA to its folder")
    return Path(named)
