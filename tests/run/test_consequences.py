"""What follows from a fact by rule: readings and verdicts, each with the event that shows it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.playbook import Stage, agent, cap, raises, says, wants
from workbench.errors import ToolFailed
from workbench.events import Call, Check, Criterion, CriterionJudged, Event, UserSide
from workbench.events.messages import ToolOutcome
from workbench.state import State


def verdicts(stage: Stage) -> list[tuple[str, bool | None, int | None, str]]:
    """Every verdict in the log: name, met, the event that shows it, its words."""
    return [
        (body.name, body.met, body.evidence and body.evidence.seq, body.evidence.words if body.evidence else "")
        for body in (event.body for event in stage.log.events())
        if isinstance(body, CriterionJudged)
    ]


def criterion(**check: str) -> Criterion:
    return Criterion(name="it", check=Check.model_validate(check))


async def judged(stage: Stage, *criteria: Criterion, lines: tuple[str, ...] = ("my order is A-17",)) -> State:
    run = stage.start(agent("agent", structured=True), lines=lines, criteria=criteria)
    await run.drive()
    return run.state


async def test_what_the_user_says_shows_it():
    stage = Stage("fine")
    await judged(stage, criterion(pattern=r"A-\d+"))
    assert verdicts(stage) == [("it", True, 2, "A-17")]


async def test_what_the_agent_says_shows_it_only_where_that_counts():
    stage = Stage("your order B-2 is on its way")
    await judged(stage, criterion(source="agent", pattern=r"B-\d"))
    assert verdicts(stage) == [("it", True, 4, "B-2")]
    silent = Stage("your order B-2 is on its way")
    await judged(silent, criterion(source="user", pattern=r"B-\d"))
    assert verdicts(silent) == []


@pytest.mark.parametrize("tools", [("lookup",), ("save", "lookup")])
async def test_a_result_shows_it_whichever_of_the_calls_it_answers(tools: tuple[str, ...]):
    stage = Stage(wants(*tools), "done", lookup=says("order A-17 was sent"))
    await judged(stage, criterion(tool="lookup", pattern="was sent"))
    ((_, met, seq, words),) = verdicts(stage)
    assert (met, words) == (True, "was sent")
    assert seq is not None
    assert stage.lines[seq - 1].startswith("tool_returned")


async def test_a_tool_that_failed_shows_nothing():
    stage = Stage(wants("lookup"), "done", lookup=raises(ToolFailed("lost", "order A-17 was sent")))
    await judged(stage, criterion(tool="lookup"))
    assert verdicts(stage) == []


async def test_a_claim_is_met_where_what_was_said_shows_it_and_only_claimed_where_not():
    say = '{"agent_output": "ok", "system_status": "continue", "collected": {"order": "a-17", "name": "Ada"}}'
    stage = Stage(wants("lookup"), say)
    state = await judged(stage, Criterion(name="order"), Criterion(name="name"))
    assert [(name, met, seq) for name, met, seq, _ in verdicts(stage)] == [("order", True, 2), ("name", None, 9)]
    assert state.verdicts["name"].reason == "only the agent says so"


async def test_verdicts_are_recorded_with_the_fact_that_they_follow_from():
    commits: list[list[str]] = []
    stage = Stage("fine")

    class Watcher:
        def recorded(self, events: Sequence[Event]) -> None:
            commits.append([event.body.kind for event in events])

        def streamed(self, call: str, delta: object) -> None: ...
        def progressed(self, call: str, words: str) -> None: ...

    run = stage.start(agent("agent", structured=True), criteria=(criterion(pattern=r"A-\d+"),))
    run.watch(Watcher())
    run.say("A-17")
    assert commits == [["said", "criterion_judged"]]


async def test_what_an_agent_hears_from_a_played_user_shows_it():
    stage = Stage("which one?", "thank you")
    stage.models["fake:user"] = type(stage.model)("hello", "A-17")
    run = stage.start(
        agent("agent", structured=True),
        agent("user", role="user"),
        user=UserSide(kind="actor", actor="user"),
        caps=(cap("iterations", 2),),
        criteria=(criterion(pattern=r"A-\d+"), Criterion(name="other", check=Check(source="agent", pattern="hello"))),
    )
    await run.drive()
    ((name, met, seq, words),) = verdicts(stage)
    assert (name, met, words) == ("it", True, "A-17")
    assert seq is not None
    assert stage.lines[seq - 1] == "heard", "the evidence is what the agent heard, and a user's words are no agent's"


async def test_expressions_follow_every_event_and_may_ask_about_criteria_before_them():
    criteria = (
        Criterion(name="order", check=Check(pattern=r"A-\d+")),
        Criterion(name="frugal", check=Check(expression="tool_calls < 1")),
        Criterion(name="both", check=Check(expression="criteria.order and criteria.frugal")),
    )
    stage = Stage(wants("lookup"), "done")
    state = await judged(stage, *criteria)
    assert [(name, met, seq) for name, met, seq, _ in verdicts(stage)] == [
        ("order", True, 2),
        ("frugal", True, 2),
        ("both", True, 2),
        ("frugal", False, 8),
        ("both", False, 8),
    ]
    assert [one.regressed for one in state.verdicts.values()] == [False, True, True]


def sent(arguments: str, context: object) -> ToolOutcome:
    return ToolOutcome("sent", '{"state": {"now": "sent"}}')


async def test_arguments_and_fields_of_the_very_call_are_looked_at():
    call = Call(name="lookup", arguments='{"order": "A-17"}')
    stage = Stage(wants(call), "done", lookup=sent)
    criteria = (
        Criterion(name="right", check=Check(tool="lookup", arguments='{"order": "A-17"}')),
        Criterion(name="other", check=Check(tool="lookup", arguments='{"order": "A-18"}')),
        Criterion(name="sent", check=Check(tool="lookup", field="state.now", pattern="sent")),
    )
    await judged(stage, *criteria)
    assert [(name, words) for name, _, _, words in verdicts(stage)] == [
        ("right", "sent"),
        ("sent", "sent"),
    ]
