"""What the model saw, and what a criterion is of which nobody knows, as the app shows them."""

from __future__ import annotations

import pytest

from tests.tui.bench import Bench, opened, screen_text
from workbench import AcceptanceCriteria, Agent, Check, Criterion, FilterContent, Seen, replies
from workbench.agent.place import close_places

WIDE = (120, 40)


@pytest.mark.slow
async def test_what_middleware_sent_stands_beside_what_the_agent_asked(bench: Bench) -> None:
    folder = bench.house.workspace.root
    agent = Agent(replies("Bob is in."), system="Bob helps.", middleware=[FilterContent("Bob")], store=folder)
    session = (await agent.run("Is Bob in?")).session
    close_places()
    app = bench.app(open=session)
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await pilot.press("1", "up", "up", "v")
        await pilot.pause()
        shown = screen_text(pilot)
    for words in (
        "FilterContent changed what is asked: system prompt, 1 of 1 messages",
        "FilterContent changed the answer; the model said: Bob is in.",
        "system, as it was sent",
        "[redacted] helps.",
        "Is [redacted] in?",
        "Is Bob in?",
    ):
        assert words in shown


@pytest.mark.slow
async def test_a_criterion_whose_function_failed_is_unknown_and_says_what_it_was(bench: Bench) -> None:
    def calm(run: Seen) -> bool:
        if len(run.messages) > 3:
            raise ValueError("the database is away")
        return True

    criteria = AcceptanceCriteria(completion_conditions=(Criterion(name="calm", check=Check(function=calm)),))
    going_on = '{"agent_output": "Yes.", "system_status": "continue"}'
    agent = Agent(replies(going_on, going_on), criteria=criteria, store=bench.house.workspace.root)
    session = (await agent.run("One")).session
    result = await agent.run("Two", session=session)
    (calmness,) = result.criteria
    assert calmness.met is None
    assert calmness.unknown.endswith("calm could not say: ValueError: the database is away")
    close_places()
    async with bench.app(open=session).run_test(size=WIDE) as pilot:
        await opened(pilot)
        shown = screen_text(pilot)
    assert "? calm" in shown
    assert "unknown, met before" in shown
