"""Fair comparison on a busy machine: both sides in turn, in fresh processes, and the median of each round's ratio."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

Figure = TypeVar("Figure")

ROOT = Path(__file__).resolve().parent.parent


def options(about: str | None, *, rounds: int) -> argparse.Namespace:
    """`--rounds` and `--quick`, which measures little and only shows that all of it works."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--quick", action="store_true", help="one round of very little work")
    given = parser.parse_args()
    if given.quick:
        given.rounds = 1
    return given


def child(side: str, *arguments: object) -> dict[str, Any]:
    """What a fresh process of `benchmarks.SIDE` prints."""
    command = [sys.executable, "-m", f"benchmarks.{side}", *map(str, arguments)]
    environment = {**os.environ, "BENCH_T0": repr(time.time())}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def interleaved(rounds: int, works: dict[str, Callable[[], Figure]]) -> dict[str, list[Figure]]:
    """What each of the works gives, round by round, in another order in each round."""
    order, chance = list(works), random.Random(7)
    figures: dict[str, list[Figure]] = {name: [] for name in works}
    for _ in range(rounds):
        chance.shuffle(order)
        for name in order:
            figures[name].append(works[name]())
    return figures


def compared(ours: Sequence[float], other: Sequence[float], committed: float, *, name: str = "floor") -> dict[str, Any]:
    """Our figures beside the `name`'s of the same rounds, and whether their ratio keeps to what is committed."""
    ratio = median(mine / its for mine, its in zip(ours, other, strict=True))
    figures: dict[str, Any] = {"ours": _short(median(ours)), name: _short(median(other))}
    return figures | {"ratio": _short(ratio), "committed": committed, "met": ratio <= committed}


def report(bench: str, unit: str, first: dict[str, Any], *, facts: dict[str, Any], **others: dict[str, Any]) -> None:
    """Print the bench's one line: its first comparison, others below their names, and facts; `met` counts them all."""
    met = all(part["met"] for part in (first, *others.values()))
    line = {"bench": bench, **first, "met": met, "unit": unit, **others, **facts, "load": round(os.getloadavg()[0], 1)}
    print(json.dumps(line, ensure_ascii=False))


def _short(figure: float) -> float:
    """Four significant digits."""
    return float(f"{figure:.4g}")
