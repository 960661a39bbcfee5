"""The scripted work that every measurement does: N times a model that asks for one tool, then a final answer.

A call has 200 characters of arguments, a result 1,000 characters; nothing repeats, so nothing can be shared.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
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


class Meter:
    """CPU and wall seconds, and bytes handed to `write`, since it was made."""

    def __init__(self) -> None:
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
