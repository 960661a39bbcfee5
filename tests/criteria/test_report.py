"""Reports: completion rates, criteria and readings, each run counted once."""

from __future__ import annotations

from typing import Any

from tests.playbook import agent, read, started, story
from workbench.criteria.report import CriterionRow, Report, ScenarioRow, line_of, report_of
from workbench.events import Check, Criterion, CriterionJudged, RunEnded
from workbench.state import fold

ORDER = Criterion(name="order", check=Check(pattern="A-1"))
CALM = Criterion(name="calm", kind="indicator")
MET = CriterionJudged(name="order", met=True)
ENDED = RunEnded(outcome="completed")


def line(*bodies: Any, scenario: str | None = "desk", criteria: tuple[Criterion, ...] = (ORDER, CALM)) -> Any:
    start = started(
        agent("agent", structured=True), agent("user", role="user"), scenario=scenario, title="T", criteria=criteria
    )
    events = story(start, *bodies)
    return line_of(fold(events), events)


def test_runs_are_added_up_by_scenario_and_criterion():
    claimed = CriterionJudged(name="calm", met=None)
    lines = [
        line(MET, claimed, read("agent.1", how="json"), ("user", read("user.1", how="pattern")), ENDED),
        line(
            MET, CriterionJudged(name="order", met=False), read("agent.1", how="repaired"), read("agent.2", how="json")
        ),
        line(CriterionJudged(name="calm", met=False)),
        line(MET, scenario=None),
        line(criteria=()),
    ]
    report = report_of(lines)
    assert (report.runs, report.completed, report.without) == (4, 1, 1)
    assert report.scenarios == (ScenarioRow("T", 1, 0, 50), ScenarioRow("desk", 3, 1, 33))
    assert report.criteria == (
        CriterionRow("T", "order", "required", met=1),
        CriterionRow("T", "calm", "indicator", unmet=1),
        CriterionRow("desk", "order", "required", met=1, unmet=1, regressed=1),
        CriterionRow("desk", "calm", "indicator", claimed=1, unmet=2),
    )
    assert [(row.how, row.answers, row.runs, row.completed) for row in report.readings] == [
        ("json", 2, 2, 1),
        ("repaired", 1, 1, 0),
    ]


def test_no_runs_make_an_empty_report():
    assert report_of([]) == Report(0, 0, 0, (), (), ())
