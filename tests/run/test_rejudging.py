"""New criteria on old runs: the verdicts that a live run would have come to, edits and functions among them."""

from __future__ import annotations

from dataclasses import replace

from tests.playbook import Stage, agent, wants
from workbench.criteria.seen import Seen
from workbench.events import Call, Check, Criterion, Event
from workbench.run.rejudging import rejudge
from workbench.state import State, Verdict

ORDER = Criterion(name="order", check=Check(pattern=r"A-\d+"))
CALLED = Criterion(name="called", check=Check(tool="lookup", arguments='{"order": "A-17"}'))
FRUGAL = Criterion(name="frugal", check=Check(expression="tool_calls < 1"))
BOTH = Criterion(name="both", check=Check(expression="criteria.order and criteria.called"))
CLAIMED = Criterion(name="claimed")
ASKED = Criterion(name="asked", check=Check(function="asked"))
RUBRIC = Criterion(name="polite", check=Check(rubric="It is polite."))
DONE = '{"agent_output": "sent", "system_status": "complete", "collected": {"claimed": "yes"}}'
ALL = (ORDER, CALLED, FRUGAL, BOTH, CLAIMED, ASKED, RUBRIC)


async def recorded(*criteria: Criterion) -> tuple[Stage, list[Event], State]:
    async def checks(name: str, seen: Seen) -> object:
        return len(seen.calls) == 1

    stage = Stage(wants(Call(name="lookup", arguments='{"order": "A-17"}')), DONE)
    stage.ports = replace(stage.ports, checks=checks)
    run = stage.start(agent("agent", structured=True), lines=("my order is A-17",), criteria=criteria)
    await run.drive()
    return stage, list(stage.log.events()), run.state


async def test_what_is_tried_later_comes_to_what_a_live_run_would_have():
    _, _, live = await recorded(*ALL)
    stage, events, _ = await recorded(ORDER)
    assert len(events) < 30
    tried = await rejudge(events, ALL, stage.ports)
    assert {name: (one.met, one.regressed) for name, one in tried.verdicts.items()} == {
        name: (one.met, one.regressed) for name, one in live.verdicts.items()
    }
    assert tried.verdicts["order"] == Verdict(True, 2, "A-17")
    assert tried.verdicts["frugal"].regressed
    assert tried.verdicts["asked"].met is True
    assert "polite" not in tried.verdicts


async def test_without_ports_no_function_is_asked():
    _, events, _ = await recorded()
    assert "asked" not in (await rejudge(events, ALL)).verdicts


async def test_edits_are_read_as_they_were():
    stage, _, _ = await recorded()
    run = stage.reopen()
    run.change(2, "text", "my order is lost")
    run.say("anything new?")
    await run.drive()
    tried = await rejudge(list(stage.log.events()), (CLAIMED, Criterion(name="lost", check=Check(pattern="lost"))))
    assert "lost" not in tried.verdicts  # it was edited after it had been said
