"""A database with anything wrong in it: every command ends by itself, with a sentence where it cannot do its work."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable

import pytest

from tests.cli.bench import Bench

COMMANDS = (
    ("sessions", "list"),
    ("sessions", "show", "last"),
    ("sessions", "search", "part"),
    ("sessions", "export", "last", "--format", "html"),
    ("replay", "last"),
    ("usage",),
    ("fork", "last@3"),
    ("diff", "last", "demo-support"),
    ("criteria", "report"),
    ("resume", "demo-support", "--headless", "--say", "Hello?"),
    ("doctor",),
)
PAGE = 4096


def flipped(data: bytearray, chance: random.Random) -> None:
    """Some bytes are others."""
    for _ in range(chance.choice([1, 20, 400])):
        data[chance.randrange(100, len(data))] = chance.randrange(256)


def swapped(data: bytearray, chance: random.Random) -> None:
    """Two pages have changed places."""
    first, second = (chance.randrange(1, len(data) // PAGE) * PAGE for _ in range(2))
    one, other = data[first : first + PAGE], data[second : second + PAGE]
    data[first : first + PAGE], data[second : second + PAGE] = other, one


def blank(data: bytearray, chance: random.Random) -> None:
    """A stretch is zeros."""
    start = chance.randrange(len(data) - PAGE)
    data[start : start + PAGE] = bytes(PAGE)


def cut(data: bytearray, chance: random.Random) -> None:
    """The end is missing."""
    del data[chance.randrange(len(data)) :]


@pytest.mark.slow
@pytest.mark.parametrize("harm", [flipped, swapped, blank, cut])
def test_any_damage_ends_in_a_sentence(bench: Bench, harm: Callable[[bytearray, random.Random], None]):
    bench.run("flaky-parts")
    path = bench.root / "sessions" / "workbench.db"
    sound = path.read_bytes()
    for seed in range(4):
        data = bytearray(sound)
        harm(data, random.Random(seed))
        path.write_bytes(data)
        for rest in ("-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)
        for words in COMMANDS:
            told = bench(*words)
            assert told.code in range(7), words
            assert "Traceback" not in told.err
            assert not (told.code == 2 and told.err.count("\n") > 2), told.err


def changed(bench: Bench, *statements: str) -> None:
    """The database as these statements leave it."""
    connection = sqlite3.connect(bench.root / "sessions" / "workbench.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.slow
def test_a_branch_that_descends_from_itself_keeps_nobody_waiting(bench: Bench):
    bench.run("flaky-parts")
    changed(bench, "UPDATE branch SET parent = id, parent_seq = 3 WHERE id = (SELECT max(id) FROM branch)")
    for words in (("sessions", "show", "last"), ("replay", "last"), ("usage",)):
        told = bench(*words)
        assert told.code == 2
        assert "the file is damaged (" in told.sentence


@pytest.mark.slow
def test_events_that_do_not_follow_from_one_another_are_told_with_their_place(bench: Bench):
    bench.run("flaky-parts")
    changed(bench, "UPDATE event SET actor = 'nobody' WHERE id & 4294967295 = 4")
    changed(bench, "DELETE FROM snapshot")
    for words in (("sessions", "export", "last", "--format", "html"), ("replay", "last"), ("fork", "last@9")):
        told = bench(*words)
        assert told.code == 2
        assert "does not hold together after event 3 (KeyError: 'nobody'): its file is damaged" in told.err
    assert bench("sessions", "list").code == 0


@pytest.mark.slow
def test_one_damaged_event_is_named_and_the_others_can_be_searched(bench: Bench):
    bench.run("flaky-parts")
    changed(bench, "UPDATE event SET body = '{\"text\": 5' WHERE kind = 'said'")
    told = bench("sessions", "show", "last")
    assert told.code == 2
    assert "the log holds a damaged 'said' event: Invalid JSON: " in told.sentence
    assert bench("sessions", "search", "refund").code == 0
    changed(bench, "UPDATE session SET cost = 'much'")
    assert "the file is damaged (" in bench("sessions", "list").sentence
