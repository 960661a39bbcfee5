"""Criteria that a program checks with functions of its own, and personas that it brings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from workbench import AcceptanceCriteria, Agent, Check, Criterion, Seen, register_persona, replies
from workbench.cli.house import House, events_of
from workbench.events import FunctionChecked, RunStarted
from workbench.persona.registry import unregister_persona
from workbench.scenario.criteria import name_of

DONE = json.dumps({"agent_output": "It is sent.", "system_status": "complete"})


def sent(run: Seen) -> str | None:
    """The agent says that it was sent."""
    return "sent" if "sent" in run.output else None


class Polite:
    """A check that is an object."""

    def __call__(self, run: Seen) -> bool:
        return "please" in run.output


@pytest.fixture
def harbour() -> Iterator[str]:
    """The name of a persona that this program brings."""
    register_persona({"name": "harbour-clerk", "description": "a clerk of a small harbour"})
    yield "harbour-clerk"
    unregister_persona("harbour-clerk")


async def test_a_function_of_the_program_checks_a_criterion(tmp_path: Path, harbour: str):
    criteria = AcceptanceCriteria(
        completion_conditions=(
            Criterion(name="sent", check=Check(function=sent)),
            Criterion(name="polite", check=Check(function=Polite())),
        )
    )
    agent = Agent(replies(DONE), persona=harbour, criteria=criteria, store=tmp_path)
    result = await agent.run("Where is it?")
    assert result.output == "It is sent."
    assert [(one.name, one.met) for one in result.criteria] == [("sent", True), ("polite", False)]
    bodies = [event.body for event in events_of(House(str(tmp_path)), result.session)]
    checked = [body for body in bodies if isinstance(body, FunctionChecked)]
    assert [(body.function, body.met, body.words) for body in checked] == [
        (name_of(sent), True, "sent"),
        (f"{__name__}:Polite", False, ""),
    ]
    started = bodies[0]
    assert isinstance(started, RunStarted)
    assert started.actors[0].system.startswith("You are a clerk of a small harbour.")


def test_a_file_names_a_function_of_the_workspace():
    assert Check(function="checks.py:fresh").model_dump()["function"] == "checks.py:fresh"
    with pytest.raises(ValidationError, match=r"should be FILE\.py:NAME"):
        Check(function="fresh")
    assert AcceptanceCriteria().functions == {}
