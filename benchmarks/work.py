"""The scripted work that every measurement does: N times a model that asks for one tool, then a final answer.

A call has 200 characters of arguments, a result 1,000 characters; nothing repeats, so nothing can be shared. Both
sides, `benchmarks.ours` and `benchmarks.floor`, take the same arguments and print the same fields.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_WORDS = (
    "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec "
    "romeo sierra tango uniform victor whiskey xray yankee zulu"
).split()


def _text(seed: int, size: int) -> str:
    words: list[str] = []
    state, length = (seed * 2654435761 + 97) & 0xFFFFFFFF, 0
    while length < size:
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        word = _WORDS[(state >> 8) % 26] + str(state % 1000)
        words.append(word)
        length += len(word) + 1
    return " ".join(words)[:size]


_POOL = [_text(seed, 1000) for seed in range(64)]


def tool_arguments(number: int) -> str:
    """200 characters of JSON."""
    fields: dict[str, Any] = {"query": "", "page": number}
    fields["query"] = _POOL[number % 64][: 200 - len(json.dumps(fields))]
    return json.dumps(fields)


def tool_result(number: int) -> str:
    """1,000 characters."""
    return f"{number:08d} " + _POOL[(number * 7) % 64][:991]


class Asked:
    """The moment a model is asked, with every one of its messages at hand."""

    def __init__(self, messages: int) -> None:
        self._at, self._cpu, self._now = time.perf_counter(), time.process_time(), time.time()
        self._messages = messages

    def fields(self, begun: float) -> dict[str, float]:
        """CPU and wall seconds from the start of the process to it, and wall seconds from `begun` (perf_counter)."""
        spawned = float(os.environ.get("BENCH_T0") or self._now)
        return {
            "seen": self._messages,
            "until_model_s": self._at - begun,
            "spawn_to_model_s": self._now - spawned,
            "cpu_to_model_s": self._cpu,
        }


class Meter:
    """CPU and wall seconds, and bytes handed to `write`, since it was made.

    What the imports left is collected before: else chance decides on which side's work a whole collection falls.
    """

    def __init__(self) -> None:
        gc.collect()
        self._wrote, self._cpu, self._wall = _bytes_written(), time.process_time(), time.perf_counter()

    def stop(self) -> dict[str, float]:
        """The figures so far."""
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        return {"total_s": wall, "cpu_s": cpu, "wchar": _bytes_written() - self._wrote}


def _bytes_written() -> int:
    try:
        lines = Path("/proc/self/io").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("wchar")), 0)


def peak_memory() -> float:
    """MiB."""
    import resource

    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def settled_size(path: str) -> int:
    """Bytes of a database once its write-ahead log is folded into it."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return os.path.getsize(path)


def wipe(path: str) -> None:
    """Remove a database and what lies beside it."""
    for ending in ("", "-wal", "-shm", "-journal"):
        Path(path + ending).unlink(missing_ok=True)


def parsed(about: str | None) -> argparse.Namespace:
    """The arguments of one measured process."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--n", type=int, default=10, help="iterations")
    parser.add_argument("--db", default="tmp.db", help="the file that is written or read")
    parser.add_argument("--mode", default="event")
    parser.add_argument("--sync", default="NORMAL")
    parser.add_argument("--keep", action="store_true", help="leave the file there")
    parser.add_argument("--resume", action="store_true", help="open the file and ask the model again")
    parser.add_argument("--history", action="store_true", help="list the file's steps; the state at the middle one")
    parser.add_argument("--index", action="store_true", help="run, and bring the search index up to date")
    return parser.parse_args()


Figures = dict[str, float]


def measured(
    peer: str,
    args: argparse.Namespace,
    run: Callable[[int, str], Figures],
    resume: Callable[[str], Figures],
    history: Callable[[str], Figures],
) -> None:
    """Do what the arguments of a measured process say; before a run, a small one warms it up."""
    if args.history:
        printed(peer, args, history(args.db))
    elif args.resume:
        printed(peer, args, resume(args.db))
    else:
        warm = args.db + ".warm"
        wipe(args.db)
        wipe(warm)
        run(3, warm)
        wipe(warm)
        figures = run(args.n, args.db)
        printed(peer, args, {**figures, "db_bytes": settled_size(args.db)})
        if not args.keep:
            wipe(args.db)


def printed(name: str, args: argparse.Namespace, figures: Figures) -> None:
    """One JSON line, the process's own figures added."""
    line: dict[str, object] = {"peer": name, "mode": args.mode, "sync": "NORMAL"}
    if args.history or args.resume:
        line["history" if args.history else "resume"] = True
    else:
        line["n"] = args.n
        figures["us_per_iter"] = figures["total_s"] / args.n * 1e6
        figures["cpu_us_per_iter"] = figures["cpu_s"] / args.n * 1e6
    if spawned := os.environ.get("BENCH_T0"):
        figures["since_spawn_s"] = time.time() - float(spawned)
    figures["peak_rss_mib"] = peak_memory()
    print(json.dumps(line | {name: round(figure, 6) for name, figure in figures.items()}))
