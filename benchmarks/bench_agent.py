"""Ratio 1 through the public Python API: CPU time of an agent's durable iteration, against a bare loop with commits."""

from __future__ import annotations

import tempfile
from functools import partial

from benchmarks.rounds import child, compared, interleaved, options, report


def main() -> None:
    """Both sides, a validated async function as the tool on ours."""
    given = options(__doc__, rounds=7)
    n = 20 if given.quick else 1000
    with tempfile.TemporaryDirectory() as folder:
        works = {
            side: partial(child, side, "--n", n, "--db", f"{folder}/{side}.db") for side in ("ours_agent", "floor")
        }
        figures = {
            name: [float(run["cpu_us_per_iter"]) for run in runs]
            for name, runs in interleaved(given.rounds, works).items()
        }
    report("agent", "CPU µs an iteration", compared(figures["ours_agent"], figures["floor"], 3.0), facts={"n": n})


if __name__ == "__main__":
    main()
