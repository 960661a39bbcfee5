"""Ratio 3: a debugger's questions of a long run, against plain queries: every step listed, the state at the middle."""

from __future__ import annotations

import tempfile
from functools import partial

from benchmarks.rounds import child, compared, interleaved, options, report

# What is committed against another framework's history (a thousandth, a half), as multiples of the plain queries.
LISTED, MIDDLE = 11.0, 2.4


def main() -> None:
    """Two files, each asked in a fresh process."""
    given = options(__doc__, rounds=9)
    n = 20 if given.quick else 1000
    with tempfile.TemporaryDirectory() as folder:
        for side in ("ours", "floor"):
            child(side, "--n", n, "--db", f"{folder}/{side}.db", "--keep")
        works = {side: partial(child, side, "--history", "--db", f"{folder}/{side}.db") for side in ("ours", "floor")}
        answers = interleaved(given.rounds, works)

    def figures(side: str, field: str) -> list[float]:
        return [float(answer[field]) * 1e3 for answer in answers[side]]

    report(
        "history",
        "ms to list every step",
        compared(figures("ours", "list_steps_s"), figures("floor", "list_steps_s"), LISTED),
        facts={"n": n},
        state_at_middle=compared(figures("ours", "state_at_mid_s"), figures("floor", "state_at_mid_s"), MIDDLE),
    )


if __name__ == "__main__":
    main()
