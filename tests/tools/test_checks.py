"""Functions of criteria: registered ones, those of files in a folder, and what is wrong with the others."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from workbench.errors import BadFile, UsedWrongly
from workbench.tools.checks import CheckFunctions

FILE = """
import threading
def where(seen):
    return threading.current_thread().name
async def soon(seen):
    return f"soon {seen}"
NUMBER = 5
"""


async def test_functions_of_a_file_are_asked_in_a_thread_and_asynchronous_ones_here(tmp_path: Path):
    (tmp_path / "checks.py").write_text(FILE)
    functions = CheckFunctions(tmp_path)
    assert await functions("checks.py:where", None) != threading.current_thread().name
    assert await functions("checks.py:soon", 5) == "soon 5"


async def test_a_file_that_was_changed_is_read_again(tmp_path: Path):
    path = tmp_path / "checks.py"
    path.write_text("def one(seen): return 1")
    functions = CheckFunctions(tmp_path)
    assert functions.find("checks.py:one") is functions.find("checks.py:one")
    path.write_text("def one(seen): return 222")
    os.utime(path, ns=(1, 1))
    assert await functions("checks.py:one", None) == 222


async def test_a_program_gives_its_own():
    functions = CheckFunctions()
    functions.register("mine", lambda seen: seen)
    assert await functions("mine", "x") == "x"
    with pytest.raises(UsedWrongly, match="there are: mine"):
        await functions("yours", "x")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fresh", "is no function: write FILE.py:NAME"),
        ("checks.py:", "is no function"),
        ("other.py:fresh", "there is no file"),
        ("../checks.py:fresh", "must lie in the workspace"),
        ("checks.py:NUMBER", "has no function 'NUMBER'"),
        ("checks.py:fresh", "has no function 'fresh'"),
    ],
)
def test_what_is_no_function_is_said_in_a_sentence(tmp_path: Path, name: str, words: str):
    (tmp_path / "checks.py").write_text(FILE)
    with pytest.raises(UsedWrongly, match=words):
        CheckFunctions(tmp_path).find(name)


def test_a_file_that_does_not_load(tmp_path: Path):
    (tmp_path / "checks.py").write_text("1 / 0")
    with pytest.raises(BadFile, match="ZeroDivisionError"):
        CheckFunctions(tmp_path).find("checks.py:fresh")


def test_without_a_folder_there_are_no_files():
    with pytest.raises(UsedWrongly, match="no workspace"):
        CheckFunctions().find("checks.py:fresh")
