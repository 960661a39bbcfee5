"""What all tests share: no settings of the machine, where recorded data lies, how much is tried in a hurry."""

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


_MACHINE = ("OLLAMA_HOST", "WORKBENCH_WORKSPACE", "COLUMNS", "EDITOR", "VISUAL")


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither keys nor addresses of model servers, nor a workspace, an editor or a terminal's width."""
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_BASE_URL")) or name in _MACHINE:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of recorded data, which `WORKBENCH_DATA` names."""
    named = os.environ.get("WORKBENCH_DATA")
    if not named or not Path(named).is_dir():
        pytest.skip("no recorded data here: set WORKBENCH_DATA to its folder")
    return Path(named)
