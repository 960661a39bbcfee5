"""`criteria try` and `criteria report`: criteria held against recorded runs, and how many runs met theirs."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workbench.cli.house import House, events_of
from workbench.cli.keys import strike_keys
from workbench.cli.output import document, say, table
from workbench.errors import UsedWrongly

if TYPE_CHECKING:
    from workbench.criteria.report import RunLine
    from workbench.events import Criterion, Event, RunStarted
    from workbench.state import State

TASK = "task"
"""What to try: the criteria that each imported run's own task expects."""


def attempt(args: argparse.Namespace) -> int:
    """Hold new criteria against recorded runs."""
    strike_keys()
    with House(args.workspace) as house:
        given = None if args.what == TASK else _criteria(house, args.what)
        runs: list[tuple[str, str, Sequence[Criterion], State]] = []
        for ref in args.sessions:
            place, events = house.store.place(ref), events_of(house, ref)
            started = _start_of(ref, events)
            criteria = _expected(ref, started) if given is None else given
            runs.append((place.session.id, place.branch.name, criteria, _held_against(house, events, criteria)))
    rows = _rows(runs)
    if args.json:
        document({"criteria": rows})
        return 0
    lines: list[tuple[object, ...]] = []
    for row in rows:
        for run in row["runs"]:
            seq = f"@{run['evidence']['seq']}" if run["evidence"] else ""
            words = run["evidence"]["words"] if run["evidence"] else run["reason"]
            lines.append((row["name"], f"{run['session']}/{run['branch']}", _VERDICTS[run["met"]], seq, words))
    table(("criterion", "run", "verdict", "event", "words"), lines)
    for row in rows:
        say(f"{row['name']}: met in {row['met']} of {row['of']}")
    return 0


_VERDICTS = {True: "met", None: "claimed", False: "not met"}


def _start_of(ref: str, events: Sequence[Event]) -> RunStarted:
    from workbench.events import RunStarted

    started = events[0].body if events else None
    if not isinstance(started, RunStarted):
        raise UsedWrongly(f"{ref} holds no run: nothing was recorded in it")
    return started


def _expected(ref: str, started: RunStarted) -> Sequence[Criterion]:
    from workbench.exchange.expected import expected_criteria

    criteria = expected_criteria(started)
    if not criteria:
        raise UsedWrongly(
            f"{ref} keeps no task that expects an action; import a tau-bench or tau2 run, or name criteria"
        )
    return criteria


def _held_against(house: House, events: Sequence[Event], criteria: Sequence[Criterion]) -> State:
    from workbench.run.rejudging import rejudge

    return asyncio.run(rejudge(events, criteria, house.ports("criteria")))


def _criteria(house: House, what: str) -> Sequence[Criterion]:
    """The criteria of a file or a scenario; else what is an expression, as one criterion.

    Raises:
        UsedWrongly: it is none of these.
    """
    from workbench.criteria.expressions import criteria_named, problem_of_expression
    from workbench.events import Check, Criterion
    from workbench.scenario.start import criteria_of
    from workbench.workspace.listing import ENDINGS, list_files
    from workbench.workspace.loading import load_criteria

    if what.endswith(ENDINGS) or what in list_files(house.workspace, "scenario"):
        criteria = criteria_of(load_criteria(house.workspace, what))
        if not criteria:
            raise UsedWrongly(f"{what} has no criteria to try")
        return criteria
    problem = problem_of_expression(what)
    if problem is not None:
        raise UsedWrongly(f"{what!r} is neither a file, nor a scenario, nor an expression: {problem}")
    named = sorted(criteria_named(what))
    if named:
        raise UsedWrongly(
            f"an expression that is tried alone has no criteria beside it to ask about ({', '.join(named)})"
        )
    return (Criterion(name=what, kind="condition", check=Check(expression=what)),)


def _rows(runs: Sequence[tuple[str, str, Sequence[Criterion], State]]) -> list[dict[str, Any]]:
    """A row for each criterion with what came of it in each run."""
    from workbench.criteria.complete import percentage

    rows: dict[str, dict[str, Any]] = {}
    for session, branch, criteria, state in runs:
        met = {name: verdict.met for name, verdict in state.verdicts.items()}
        share = percentage(criteria, met)
        for criterion in criteria:
            verdict = state.verdicts.get(criterion.name)
            row = rows.setdefault(
                criterion.name, {"name": criterion.name, "kind": criterion.kind, "met": 0, "of": 0, "runs": []}
            )
            shown = None if verdict is None or verdict.seq is None else {"seq": verdict.seq, "words": verdict.words}
            holds = False if verdict is None else verdict.met
            row["met"] += holds is True
            row["of"] += 1
            row["runs"].append(
                {
                    "session": session,
                    "branch": branch,
                    "met": holds,
                    "percentage": share,
                    "evidence": shown,
                    "reason": verdict.reason if verdict is not None else _unjudged(criterion),
                }
            )
    return list(rows.values())


def _unjudged(criterion: Criterion) -> str:
    rubric = criterion.check is not None and criterion.check.rubric is not None
    return "a judge would have to be asked" if rubric else ""


def report(args: argparse.Namespace) -> int:
    """Completion rates, failures by criterion and by the way in which answers were read."""
    from workbench.criteria.report import line_of, report_of
    from workbench.state import fold

    with House(args.workspace) as house:
        refs = args.sessions or [row.id for row in house.store.sessions(limit=-1, tag=args.tag)]
        lines: list[RunLine | None] = []
        for ref in refs:
            events = events_of(house, ref)
            lines.append(line_of(fold(events), events))
    told = report_of(lines)
    if args.json:
        import msgspec

        document(msgspec.to_builtins(told))
        return 0
    if not told.runs:
        say(f"None of {told.without} sessions has criteria. Begin one with: workbench run support-desk --headless")
        return 0
    say(
        f"{told.completed} of {told.runs} runs with criteria completed"
        + (f"; {told.without} have none" if told.without else "")
    )
    say("")
    rows = [(one.scenario, one.runs, one.completed, f"{one.percentage} %") for one in told.scenarios]
    table(("scenario", "runs", "completed", "met on average"), rows, right=(1, 2, 3))
    say("")
    counts = [
        (one.scenario, one.name, one.kind, one.met, one.claimed, one.unmet, one.regressed, one.unknown)
        for one in told.criteria
    ]
    kinds = ("met", "claimed", "unmet", "regressed", "unknown")
    table(("scenario", "criterion", "kind", *kinds), counts, right=(3, 4, 5, 6, 7))
    say("")
    read = [(one.how, one.answers, one.runs, one.completed) for one in told.readings]
    table(("answers read as", "answers", "in runs", "completed"), read, right=(1, 2, 3))
    return 0
