"""Ratio 4: from the start of a process to the next model call, and what ten times as long a run adds to it.

The figure is how much longer the longer run takes; the floor's is its own growth. Both sides have read every message
when the model is called. CPU time from the start of the process, the interpreter and imports included.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from statistics import median
from typing import Any

from benchmarks.rounds import child, compared, interleaved, options, report


def resumed(side: str, folder: str, n: int) -> dict[str, Any]:
    """A fresh process on a copy, since resuming writes."""
    copy = shutil.copy(f"{folder}/{side}-{n}.db", f"{folder}/copy-{side}-{n}.db")
    return child(side, "--resume", "--db", copy)


def main() -> None:
    """Both sides at both lengths."""
    given = options(__doc__, rounds=9)
    short, long = (10, 100) if given.quick else (1000, 10_000)
    with tempfile.TemporaryDirectory() as folder:
        for side in ("ours", "floor"):
            for n in (short, long):
                child(side, "--n", n, "--db", f"{folder}/{side}-{n}.db", "--keep")
        works = {f"{side} {n}": partial(resumed, side, folder, n) for side in ("ours", "floor") for n in (short, long)}
        answers = interleaved(given.rounds, works)

    def growth(side: str) -> list[float]:
        pairs = zip(answers[f"{side} {long}"], answers[f"{side} {short}"], strict=True)
        return [more["cpu_to_model_s"] / less["cpu_to_model_s"] for more, less in pairs]

    def seconds(field: str) -> dict[str, float]:
        return {name: round(median(float(answer[field]) for answer in runs), 4) for name, runs in answers.items()}

    report(
        "resume",
        f"growth from {short} to {long} iterations",
        compared(growth("ours"), growth("floor"), 1.2),
        facts={"cpu_s": seconds("cpu_to_model_s"), "wall_s": seconds("spawn_to_model_s")},
    )


if __name__ == "__main__":
    main()
