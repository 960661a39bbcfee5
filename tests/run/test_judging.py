"""Criteria that are asked outside: a function through its port, a judge as an actor of its own, both in the log."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from tests.playbook import FakeModel, Line, Stage, agent, until
from workbench.criteria.rubrics import PROMPT
from workbench.criteria.seen import Seen
from workbench.errors import UsedWrongly
from workbench.events import Check, Criterion, CriterionJudged, FunctionChecked, JudgeAsked, Judging
from workbench.run import Run, check
from workbench.run.examining import examine
from workbench.state import Examine, State

DONE = '{"agent_output": "It is sent. Thank you!", "system_status": "complete", "collected": {"order": "A-17"}}'
POLITE = Criterion(name="polite", kind="indicator", check=Check(rubric="The agent thanks the user."))
ORDER = Criterion(name="order", check=Check(pattern=r"A-\d+"))
FUNCTION = Criterion(name="fresh", kind="condition", check=Check(function="fresh"))


def says(met: bool, quote: str = "") -> str:
    return json.dumps({"verdicts": [{"name": "polite", "met": met, "quote": quote, "reason": "so it is"}]})


def begin(stage: Stage, *criteria: Criterion, judge: FakeModel | None = None, **more: Any) -> Run:
    actors = [agent("agent", structured=True)]
    if judge is not None:
        stage.models["fake:judge"] = judge
        actors.append(agent("judge", role="judge", system=PROMPT).model_copy(update={"tools": ()}))
    return stage.start(*actors, criteria=criteria, lines=more.pop("lines", ("my order is A-17",)), **more)


def verdicts(stage: Stage) -> list[tuple[str, bool | None, int | None]]:
    bodies = [event.body for event in stage.log.events()]
    return [
        (one.name, one.met, one.evidence and one.evidence.seq) for one in bodies if isinstance(one, CriterionJudged)
    ]


async def test_the_judge_sees_the_run_and_its_verdict_ends_it():
    stage = Stage(DONE)
    judge = FakeModel(says(True, "thank you"))
    run = begin(stage, ORDER, POLITE, judge=judge)
    await run.drive()
    assert run.state.ended is not None
    assert run.state.ended.outcome == "completed"
    assert verdicts(stage) == [("order", True, 2), ("polite", True, 5)]
    (request,) = judge.requests
    assert request.system == PROMPT
    (case,) = request.messages
    assert "- polite: The agent thanks the user." in case.text
    assert "[2] user: my order is A-17" in case.text
    assert isinstance(check(stage.log.events()), State)
    assert run.state.output == "It is sent. Thank you!"


async def test_what_it_finds_unmet_is_asked_again_after_the_next_answer_and_anew():
    stage = Stage(DONE, DONE)
    judge = FakeModel(says(False))
    run = begin(stage, POLITE, judge=judge, lines=("hello", "again"))
    judge.lines = (says(False),)
    await run.drive()
    assert len(judge.requests) == 2
    assert all(len(request.messages) == 1 for request in judge.requests)
    assert "again" in judge.requests[1].messages[0].text
    assert run.waiting
    assert [one.criteria for one in (event.body for event in stage.log.events()) if isinstance(one, JudgeAsked)] == [
        ("polite",),
        ("polite",),
    ]


async def test_its_budget_is_kept():
    stage = Stage(DONE, DONE)
    judge = FakeModel(says(False))
    run = begin(stage, POLITE, judge=judge, lines=("hello", "again"), judging=Judging(requests=1))
    await run.drive()
    assert len(judge.requests) == 1
    assert run.waiting


async def test_a_process_that_ends_in_between_asks_again():
    stage = Stage(DONE)
    run = begin(stage, ORDER, POLITE, judge=FakeModel(says(True)))
    await run.drive()
    asked = next(event.seq for event in stage.log.events() if isinstance(event.body, JudgeAsked))
    whole = stage.log
    for upto in (asked - 1, asked, asked + 1):
        stage.log = whole
        again = stage.reopen(upto)
        await again.drive()
        assert again.state.ended is not None
        assert again.state.verdicts["polite"].met is True


async def test_stepping_stops_before_the_judge_is_asked():
    stage = Stage(DONE)
    run = begin(stage, POLITE, judge=FakeModel(says(True)), mode="step")
    for _ in range(3):
        run.release("step")
        await run.drive()
    assert run.state.held is not None
    assert run.state.held.command == "judge.1"


# -- functions ---------------------------------------------------------------------------------------------------------


def with_function(function: Any, *lines: Line) -> Stage:
    stage = Stage(*(lines or (DONE,)))

    async def checks(name: str, seen: Seen) -> object:
        assert name == "fresh"
        result = function(seen)
        return await result if asyncio.iscoroutine(result) else result

    stage.ports = replace(stage.ports, checks=checks)
    return stage


async def test_a_function_looks_at_the_run_and_its_words_are_evidence():
    seen: list[Seen] = []

    def fresh(one: Seen) -> str:
        seen.append(one)
        return "A-17"

    stage = with_function(fresh)
    run = begin(stage, ORDER, FUNCTION)
    await run.drive()
    assert verdicts(stage) == [("order", True, 2), ("fresh", True, 2)]
    assert run.state.ended is not None
    (one,) = seen
    assert (one.output, one.status, one.collected) == ("It is sent. Thank you!", "complete", {"order": "A-17"})
    assert [message.role for message in one.messages] == ["user", "assistant"]
    assert one.verdicts == {"order": True}


async def test_a_function_that_changes_its_mind_regresses():
    stage = with_function(at_first, DONE.replace("complete", "continue"), DONE)
    run = begin(stage, FUNCTION, lines=("hello", "again"))
    await run.drive()
    assert [met for _, met, _ in verdicts(stage)] == [True, False]
    assert run.state.verdicts["fresh"].regressed


def at_first(seen: Seen) -> bool:
    return len(seen.messages) < 3


async def for_ever(seen: Seen) -> bool:
    return await asyncio.Event().wait()


def broken(seen: Seen) -> bool:
    raise ValueError("no such thing")


def unknown(seen: Seen) -> bool:
    raise UsedWrongly("there is no function fresh")


@pytest.mark.parametrize(
    ("function", "error"), [(broken, "ValueError: no such thing"), (unknown, "there is no function fresh")]
)
async def test_what_goes_wrong_in_a_function_is_a_fact(function: Any, error: str):
    stage = with_function(function)
    run = begin(stage, FUNCTION)
    await run.drive()
    assert run.state.verdicts["fresh"].reason == f"fresh could not say: {error}"
    assert run.waiting


async def test_without_a_port_no_function_can_be_asked():
    stage = Stage(DONE)
    run = begin(stage, FUNCTION)
    await run.drive()
    assert "nothing here runs Python functions" in run.state.verdicts["fresh"].reason


async def test_one_that_takes_for_ever_is_given_up():
    stage = with_function(for_ever)
    run = begin(stage, FUNCTION, lines=())
    run.say("hello")
    command = Examine("agent", "fresh", "fresh", 2)
    fact = await examine(command, run.state, stage.ports, [], run.told, cancelled=lambda: False, within=0.0)
    assert fact.error == "no answer within 0 seconds"


async def under_way() -> tuple[Stage, Run, asyncio.Task[None]]:
    """A run whose function has been asked and does not answer, and who drives it."""
    waiting = asyncio.Event()

    async def wait(seen: Seen) -> bool:
        waiting.set()
        await asyncio.Event().wait()
        return True

    stage = with_function(wait)
    run = begin(stage, FUNCTION)
    task = asyncio.create_task(run.drive())
    await until(waiting.is_set)
    return stage, run, task


async def test_a_person_breaks_it_off():
    stage, run, task = await under_way()
    run.cancel()
    await task
    facts = [event.body for event in stage.log.events() if isinstance(event.body, FunctionChecked)]
    assert [fact.error for fact in facts] == ["broken off"]


async def test_the_end_of_the_process_leaves_it_to_be_asked_again():
    stage, _, task = await under_way()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "answer_read" in stage.last
