"""Ratio 1: CPU time of a durable iteration, against a bare loop with a commit a step; flat from N=100 to N=1000."""

from __future__ import annotations

import tempfile
from functools import partial

from benchmarks.rounds import child, compared, interleaved, options, report


def main() -> None:
    """Both sides at both lengths."""
    given = options(__doc__, rounds=7)
    short, long = (5, 20) if given.quick else (100, 1000)
    with tempfile.TemporaryDirectory() as folder:
        works = {
            f"{side} {n}": partial(child, side, "--n", n, "--db", f"{folder}/{side}.db")
            for side in ("ours", "floor")
            for n in (short, long)
        }
        figures = {
            name: [float(run["cpu_us_per_iter"]) for run in runs]
            for name, runs in interleaved(given.rounds, works).items()
        }
    report(
        "iteration",
        "CPU µs an iteration",
        compared(figures[f"ours {long}"], figures[f"floor {long}"], 3.0),
        facts={"n": long},
        flat=compared(figures[f"ours {long}"], figures[f"ours {short}"], 1.1, name=f"at_{short}"),
    )


if __name__ == "__main__":
    main()
