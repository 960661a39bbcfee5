"""Answers in a file: one that is no database costs nothing but the saving."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.models.asking import ask
from tests.models.care.test_answer_cache import SAID, Once
from workbench.models.care.answer_cache import Cached
from workbench.store.answers import AnswerFile


async def test_a_file_that_is_no_database_costs_nothing_but_the_saving(tmp_path: Path):
    (tmp_path / "answers.db").write_bytes(b"\xff" * 5000)
    kept = AnswerFile(tmp_path / "answers.db")
    with pytest.raises(sqlite3.DatabaseError):
        kept.get("k")
    answer, shown = await ask(Cached(Once(), kept, ""))
    assert answer == SAID
    assert [delta.note for delta in shown if delta.note] == [
        "the cache of answers cannot be read: DatabaseError",
        "the cache of answers cannot be written: DatabaseError",
    ]
