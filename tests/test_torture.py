"""The short form of `python -m tests.torture`: a real command line killed at random moments, then resumed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture import torture


@pytest.mark.slow
async def test_a_killed_command_line_loses_nothing_and_doubles_nothing(tmp_path: Path):
    score = await torture(6, jobs=2, seed=7, root=tmp_path)
    assert (score.lost, score.doubled, score.different) == ([], [], [])
    assert score.rounds == 6
    assert score.kills > 0
    assert score.resumed + score.nothing_recorded == score.rounds
