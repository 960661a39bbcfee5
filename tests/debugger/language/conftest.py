"""Verbs typed on sessions of a fresh workspace, and no settings of the machine it runs on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.debugger.language.hand import Hand


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither keys nor addresses of model servers, nor an editor."""
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_BASE_URL")) or name in ("OLLAMA_HOST", "EDITOR", "VISUAL"):
            monkeypatch.delenv(name)


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[Hand]:
    """Verbs typed on sessions of an empty workspace."""
    hand = Hand(tmp_path / "hand")
    yield hand
    hand.close()
