"""A terminal that goes away: the app ends, and its session can be written by others."""

from __future__ import annotations

import pytest

from tests.tui.bench import Bench
from tests.tui.pseudo_terminal import Terminal
from workbench.tui.terminal.hangup import HUNG_UP


@pytest.mark.slow
def test_a_closed_window_ends_the_app_and_lets_its_session_go(bench: Bench):
    with Terminal(str(bench.house.workspace.root), (100, 30), "run", "long-answer") as terminal:
        terminal.until("HELD")
        assert terminal.hang_up() == HUNG_UP
    session = bench.house.open("last")
    assert session.run is not None, "nobody else writes it"
    assert session.newest.held is not None
    session.close()
