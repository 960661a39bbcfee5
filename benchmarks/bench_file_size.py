"""Ratio 2: bytes of the file after a run, without and with the search index, against the bare log; and linear in N."""

from __future__ import annotations

import tempfile

from benchmarks.rounds import child, compared, options, report

# A sixth of a framework that stores deltas, and a quarter of it with the index, as multiples of the bare log.
PLAIN, INDEXED = 1.86, 2.79


def main() -> None:
    """Sizes do not vary: one run of each."""
    given = options(__doc__, rounds=1)
    n = 50 if given.quick else 1000
    with tempfile.TemporaryDirectory() as folder:

        def size(side: str, n: int, *more: str) -> list[float]:
            return [float(child(side, "--n", n, "--db", f"{folder}/{side}.db", *more)["db_bytes"])]

        ours, floor = size("ours", n), size("floor", n)
        indexed, twice = size("ours", n, "--index"), size("ours", 2 * n)
    report(
        "file_size",
        "bytes",
        compared(ours, floor, PLAIN),
        facts={"n": n},
        with_index=compared(indexed, floor, INDEXED),
        linear=compared(twice, ours, 2.1, name=f"at_{n}"),
    )


if __name__ == "__main__":
    main()
