"""A person in the model's place: the app says so, and what is typed is the answer."""

from __future__ import annotations

import pytest

from tests.tui.bench import Bench, opened, screen_text, still, until
from workbench.cli.starting import Wishes, starting


@pytest.mark.slow
async def test_what_is_typed_is_the_models_answer(bench: Bench) -> None:
    house = bench.house
    session = house.begin(starting(house, Wishes(model="human", mode="run", at_cap="pause")))
    reference = session.identity.session
    session.close()
    async with bench.app(open=reference).run_test(size=(120, 40)) as pilot:
        session = await opened(pilot)
        assert "WAITING for you to say something" in screen_text(pilot)
        await pilot.press("i", *"who are you?", "enter")
        await until(pilot, lambda: session.person.question is not None)
        await until(pilot, lambda: "YOU ARE THE MODEL" in screen_text(pilot))
        assert "type its answer" in screen_text(pilot)
        await pilot.press("i", *"a person", "enter")
        await still(pilot, session)
        assert session.newest.output == "a person"
        await until(pilot, lambda: screen_text(pilot).count("a person") >= 1)
        assert "WAITING" in screen_text(pilot).splitlines()[0]
