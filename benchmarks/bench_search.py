"""Search over a million recorded messages for two words, newest 50, against plain FTS5 over the same texts.

Our side is the product's own path: messages appended to sessions of a thousand, an index that catches up, and
`Store.search`, which also reads each event that it found and cuts an excerpt from it.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import accumulate, islice
from pathlib import Path

from workbench.events import Event, Said
from workbench.store import Store

COMMITTED = 20.0
SESSION = 1000
VOCABULARY = 50_000
BANDS = {"rare+rare": (True, True), "rare+common": (True, False), "common+common": (False, False)}


def vocabulary(chance: random.Random) -> list[str]:
    """Made-up words, in no order."""
    syllables = [consonant + vowel for consonant in "bcdfghjklmnprstvz" for vowel in "aeiou"]
    words = {"".join(chance.choices(syllables, k=chance.choice((2, 2, 3, 3, 4)))) for _ in range(VOCABULARY * 3)}
    return chance.sample(sorted(words), VOCABULARY)


def messages(words: list[str], rows: int) -> Iterator[str]:
    """Texts of about 300 characters; the first words are common, as in any language (Zipf)."""
    chance = random.Random(7)
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    for _ in range(rows):
        yield " ".join(chance.choices(words, cum_weights=weights, k=42))[:300]


def build_floor(path: Path, texts: Iterator[str]) -> sqlite3.Connection:
    """FTS5 over an ordinary table."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(body, content='message', content_rowid='id')")
    numbered = enumerate(texts, 1)
    while rows := list(islice(numbered, 10_000)):
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO message VALUES (?, ?)", rows)
        connection.executemany("INSERT INTO words (rowid, body) VALUES (?, ?)", rows)
        connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return connection


def build_ours(path: Path, texts: Iterator[str]) -> Store:
    """Sessions full of messages, all of them indexed."""
    store, at = Store.open(path), 1.7e9
    while said := list(islice(texts, SESSION)):
        branch = store.create_session("a session", created=at).head
        log = store.write(branch, process="benchmark")
        log.append(
            [Event(branch, seq, at + seq, "human", "agent", Said(text=text)) for seq, text in enumerate(said, 1)]
        )
        log.close()
        at += SESSION
    store.search("nothing")
    store.close()
    return Store.open(path)


def queries(words: list[str], count: int) -> Iterator[tuple[str, str]]:
    """A band, and two words of it: rare ones are the 2,000th to 12,000th of the language, common ones the first 100."""
    chance = random.Random(5)
    for _ in range(count):
        for band, kinds in BANDS.items():
            chosen = [words[chance.randrange(2_000, 12_000) if rare else chance.randrange(100)] for rare in kinds]
            yield band, " ".join(chosen)


def milliseconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


def p95(figures: list[float]) -> float:
    """The 95th percentile."""
    return round(sorted(figures)[int(len(figures) * 0.95)], 3)


def main() -> None:
    """Build both, ask both in turn, print one line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--queries", type=int, default=200, help="of each band")
    given = arguments.parse_args()
    words = vocabulary(random.Random(11))
    with tempfile.TemporaryDirectory() as folder:
        floor = build_floor(Path(folder, "floor.db"), messages(words, given.rows))
        store = build_ours(Path(folder, "ours.db"), messages(words, given.rows))
        page = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 50"
        figures: dict[str, tuple[list[float], list[float]]] = {band: ([], []) for band in BANDS}
        for band, asked in queries(words, given.queries):
            ours, floors = figures[band]
            floors.append(milliseconds(lambda asked=asked: floor.execute(page, (asked,)).fetchall()))
            ours.append(milliseconds(lambda asked=asked: store.search(asked)))
        size = Path(folder, "ours.db").stat().st_size
        store.close()
        floor.close()
    figure = p95([one for ours, _ in figures.values() for one in ours])
    plain = p95([one for _, floors in figures.values() for one in floors])
    print(
        json.dumps(
            {
                "bench": "search",
                "figure": figure,
                "floor": plain,
                "ratio": round(figure / plain, 2),
                "unit": "ms, p95",
                "committed": COMMITTED,
                "met": figure <= COMMITTED,
                "rows": given.rows,
                "bands": {band: {"ours": p95(ours), "floor": p95(floors)} for band, (ours, floors) in figures.items()},
                "file_mb": round(size / 1e6, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
