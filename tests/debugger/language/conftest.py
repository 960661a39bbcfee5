"""Verbs typed on sessions of a fresh workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.debugger.language.hand import Hand


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[Hand]:
    """Verbs typed on sessions of an empty workspace."""
    hand = Hand(tmp_path / "hand")
    yield hand
    hand.close()
