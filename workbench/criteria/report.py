"""Many runs together: how many complete, which criteria fail, and what became of answers that missed the form. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from workbench.criteria.complete import percentage
from workbench.events import AnswerRead, Event
from workbench.state import State


class RunLine(msgspec.Struct, frozen=True):
    """One run with criteria. `readings`: how its agent's answers were read, in order."""

    scenario: str
    completed: bool
    percentage: int
    verdicts: tuple[tuple[str, str, str], ...]
    readings: tuple[str, ...]


class ScenarioRow(msgspec.Struct, frozen=True):
    """The runs of one scenario. `percentage`: how much of their criteria was met, on average."""

    scenario: str
    runs: int
    completed: int
    percentage: int


class CriterionRow(msgspec.Struct, frozen=True):
    """One criterion over all runs of its scenario; each run counts once. `regressed` ones are not in `unmet`.

    `unknown`: its check failed when it was asked last.
    """

    scenario: str
    name: str
    kind: str
    met: int = 0
    claimed: int = 0
    unmet: int = 0
    regressed: int = 0
    unknown: int = 0


class ReadingRow(msgspec.Struct, frozen=True):
    """One way of reading answers: how many were read so, in how many runs, and how many of these completed."""

    how: str
    answers: int
    runs: int
    completed: int


class Report(msgspec.Struct, frozen=True):
    """All of it; `without`: runs that have no criteria."""

    runs: int
    completed: int
    without: int
    scenarios: tuple[ScenarioRow, ...]
    criteria: tuple[CriterionRow, ...]
    readings: tuple[ReadingRow, ...]


def line_of(state: State, events: Iterable[Event]) -> RunLine | None:
    """What a run adds to a report; None where it has no criteria."""
    started = state.started
    if started is None or not started.criteria:
        return None
    agents = {spec.name for spec in started.actors if spec.role == "agent" and spec.structured}
    met = {name: verdict.met for name, verdict in state.verdicts.items()}
    return RunLine(
        scenario=started.scenario or started.title,
        completed=state.ended is not None and state.ended.outcome == "completed",
        percentage=percentage(started.criteria, met),
        verdicts=tuple([(one.name, one.kind, _standing(state, one.name)) for one in started.criteria]),
        readings=tuple([one.body.how for one in events if isinstance(one.body, AnswerRead) and one.actor in agents]),
    )


def _standing(state: State, name: str) -> str:
    verdict = state.verdicts.get(name)
    return "unmet" if verdict is None else verdict.standing


def report_of(lines: Sequence[RunLine | None]) -> Report:
    """The report of these runs, scenarios by name and criteria in their order."""
    runs = [line for line in lines if line is not None]
    names = sorted({line.scenario for line in runs})
    scenarios: list[ScenarioRow] = []
    criteria: dict[tuple[str, str], dict[str, int | str]] = {}
    for name in names:
        mine = [line for line in runs if line.scenario == name]
        share = sum(line.percentage for line in mine) // len(mine)
        scenarios.append(ScenarioRow(name, len(mine), sum(line.completed for line in mine), share))
        for line in mine:
            for criterion, kind, standing in line.verdicts:
                counted = criteria.setdefault((name, criterion), {"kind": kind})
                counted[standing] = int(counted.get(standing, 0)) + 1
    return Report(
        runs=len(runs),
        completed=sum(line.completed for line in runs),
        without=len(lines) - len(runs),
        scenarios=tuple(scenarios),
        criteria=tuple(
            [
                msgspec.convert({"scenario": key[0], "name": key[1], **counted}, CriterionRow)
                for key, counted in criteria.items()
            ]
        ),
        readings=tuple([_reading(how, runs) for how in sorted({how for line in runs for how in line.readings})]),
    )


def _reading(how: str, runs: Sequence[RunLine]) -> ReadingRow:
    mine = [line for line in runs if how in line.readings]
    answers = sum(line.readings.count(how) for line in mine)
    return ReadingRow(how, answers, len(mine), sum(line.completed for line in mine))
