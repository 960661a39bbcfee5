"""`workbench replay` at a terminal: where it differs, the console opens with both sides, and its code is the run's."""

from __future__ import annotations

import pytest

from tests.cli.bench import Bench
from tests.console.screen import Screen
from tests.otherwise import asks, done, holds, open_shop, tampered


@pytest.fixture
def shop(bench: Bench) -> str:
    """A session of the shop, whose script asks for another part since."""
    open_shop(bench.root)
    session = bench.run("shop")
    asks(bench.root, "cable")
    holds(bench.root, "0")
    return session


@pytest.mark.slow
def test_a_live_replay_that_differs_asks_the_person_there(bench: Bench, shop: str):
    screen = Screen(bench, shop, "--live-model", command="replay")
    screen.shows("antenna                               │ cable")
    screen.type("recorded", "as it was recorded", "WAITING")
    screen.leave(code=6)
    assert done(bench.root) == []


@pytest.mark.slow
def test_a_check_that_diverges_asks_the_person_there(bench: Bench, shop: str):
    screen = Screen(bench, tampered(bench, shop), command="replay")
    screen.shows("the rules give")
    screen.type("recorded", "REPLAY DIVERGED")
    screen.type("stop", "it diverged")
    screen.leave(code=5)
    assert done(bench.root) == []
