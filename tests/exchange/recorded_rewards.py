"""Recorded runs with a reward, and what criteria generated from their tasks say of them; run, it prints the tables."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any, NamedTuple

from workbench.criteria.complete import all_met
from workbench.errors import BadFile
from workbench.events import RunStarted
from workbench.exchange import load
from workbench.exchange.expected import expected_criteria
from workbench.exchange.shapes import extra_of
from workbench.exchange.untrusted import an_object
from workbench.run.rejudging import rejudge


class Compared(NamedTuple):
    """One run: its recorded reward, how many checks its task gives, and those that are not met."""

    file: str
    task: str
    reward: float
    checks: int
    missed: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether all checks are met exactly where the whole reward was given."""
        return (not self.missed) == (self.reward == 1)

    @property
    def family(self) -> str:
        """Who recorded it, as the file's name begins."""
        return "es" if self.file.startswith("es-") else self.file.partition("__")[0]

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of its row, without the reason."""
        said = (
            f"not met: {', '.join(self.missed)}" if self.missed else f"all {self.checks} met" if self.checks else "none"
        )
        return self.file.removesuffix(".json")[:44], self.task.partition("[PERSONA")[0], f"{self.reward:g}", said


def compared(folder: Path) -> list[Compared]:
    """Every run of the folder that carries a reward."""
    return asyncio.run(_compared(folder))


async def _compared(folder: Path) -> list[Compared]:
    found: list[Compared] = []
    for path in sorted(folder.glob("*.json")):
        try:
            recordings = load(path).recordings
        except BadFile:
            continue
        for recording in recordings:
            started = recording.events[0].body
            assert isinstance(started, RunStarted)
            assert started.origin is not None
            around = an_object(extra_of(started.origin.extra).get("around"))
            simulation = an_object(around.get("simulation"))
            reward: Any = around.get("reward", an_object(simulation.get("reward_info")).get("reward"))
            if not isinstance(reward, int | float):
                continue
            criteria = expected_criteria(started)
            state = await rejudge(recording.events, criteria)
            met = {name: verdict.met for name, verdict in state.verdicts.items()}
            missed = [one.name for one in criteria if not all_met([one], met)]
            task = str(around.get("task_id", simulation.get("task_id")))
            found.append(Compared(path.name, task.partition("|")[0], float(reward), len(criteria), tuple(missed)))
    return found


def summary(runs: list[Compared]) -> list[tuple[str, ...]]:
    """A row for each family: runs, wholly rewarded ones, those on which the checks agree."""
    rows: list[tuple[str, ...]] = []
    for family in dict.fromkeys(run.family for run in runs):
        mine = [run for run in runs if run.family == family]
        rows.append(
            (family, *map(str, (len(mine), sum(run.reward == 1 for run in mine), sum(run.agrees for run in mine))))
        )
    counts = (len(runs), sum(run.reward == 1 for run in runs), sum(run.agrees for run in runs))
    return [*rows, ("all", *map(str, counts))]


if __name__ == "__main__":
    every = compared(Path(os.environ["WORKBENCH_DATA"]) / "tau")
    for row in [*summary(every), *[run.cells for run in every if not run.agrees]]:
        print("| " + " | ".join(row) + " |")
