"""Tools in files: found, reloaded, and each mistake told with its line while the rest serve."""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import signal
import sys
import threading
from pathlib import Path

import pytest

from workbench.context import RunContext
from workbench.errors import ToolFailed
from workbench.tools.file_tools import FileTools
from workbench.tools.registry import Registry
from workbench.tools.standard import standard_registry

STOCK = """
from workbench import tool

@tool(effect="read")
def stock(part: str) -> int:
    '''How many there are.'''
    return {"A": %d}[part]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tools").mkdir()
    return tmp_path / "tools"


def write(folder: Path, name: str, text: str) -> None:
    """Write a file that is newer than any that was there."""
    path = folder / name
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text)
    os.utime(path, ns=(before + 10**9, max(before + 10**9, path.stat().st_mtime_ns)))


async def call(registry: Registry, tool: str, arguments: str, iteration: int) -> str:
    return (await registry.call(tool, arguments, RunContext(None, iteration=iteration))).content


@pytest.mark.slow
async def test_a_file_is_found_and_read_anew_between_iterations(folder: Path):
    write(folder, "stock.py", STOCK % 3)
    registry = Registry(first=[FileTools(folder)])
    assert [spec.effect for spec in registry.specs(["stock"])] == ["read"]
    assert await call(registry, "stock", '{"part": "A"}', 1) == "3"
    write(folder, "stock.py", STOCK % 4)
    assert await call(registry, "stock", '{"part": "A"}', 1) == "3", "one iteration meets one state of the files"
    assert await call(registry, "stock", '{"part": "A"}', 2) == "4"
    write(folder, "more.py", "from workbench import tool\n@tool\ndef more() -> None: ...\n")
    assert await call(registry, "more", "{}", 3) == "done"
    (folder / "stock.py").unlink()
    with pytest.raises(ToolFailed, match="no tool named 'stock'"):
        await call(registry, "stock", '{"part": "A"}', 4)


async def test_what_is_found_goes_over_what_is_shipped_and_says_where_it_is_from(folder: Path):
    write(folder, "own.py", "from workbench import tool\n@tool\ndef now() -> str: return 'late'\n")
    registry = standard_registry(first=[FileTools(folder)])
    assert await call(registry, "now", "{}", 1) == "late"
    listed, problems = registry.listed()
    assert [source for spec, source in listed if spec.name in ("now", "calculator")] == ["tools/own.py", "built in"]
    assert problems == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("import os\n\nx = nosuch\n", "tools/odd.py, line 3: NameError: name 'nosuch' is not defined"),
        ("def f(:\n", "tools/odd.py, line 1: SyntaxError: "),
        ("import sys\nsys.exit(4)\n", "tools/odd.py, line 2: SystemExit: 4"),
        ("import _help\n", "tools/_help.py, line 2: RuntimeError: not today"),
        ("import no_such_library\n", "tools/odd.py, line 1: ModuleNotFoundError: "),
        (
            "from workbench import tool\n\n@tool\ndef f(*parts: str) -> None: ...\n",
            "tools/odd.py, line 3: UsedWrongly: tool f: parameter 'parts' takes any number of values",
        ),
        (
            "from workbench import tool\n@tool\ndef stock() -> None: ...\n",
            "tools/stock.py: there is a tool named stock",
        ),
        ("\0", "tools/odd.py"),
        ("raise KeyboardInterrupt\n", "tools/odd.py, line 1: KeyboardInterrupt"),
        ("import asyncio\nraise asyncio.CancelledError('me')\n", "tools/odd.py, line 2: CancelledError: me"),
        ("class E(Exception):\n    def __str__(self): raise self\nraise E\n", "tools/odd.py, line 3: E"),
        ("#" * 1_000_001, "tools/odd.py: is larger than 1000 kB; "),
    ],
)
def test_what_is_wrong_with_a_file_is_told_and_the_rest_serves(folder: Path, text: str, problem: str):
    write(folder, "stock.py", STOCK % 3)
    write(folder, "_help.py", "\nraise RuntimeError('not today')\n")
    write(folder, "odd.py", text)
    tools = FileTools(folder)
    assert list(tools.names) == ["stock"]
    (told,) = tools.problems
    assert told.startswith(problem)


def test_what_is_no_plain_file_is_told_and_keeps_nobody_waiting(folder: Path):
    write(folder, "stock.py", STOCK % 3)
    (folder / "endless.py").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.py")
    (folder / "folder.py").mkdir()
    (folder / "loop.py").symlink_to("loop.py")
    tools = FileTools(folder)
    assert list(tools.names) == ["stock"]
    assert tools.problems == [
        "tools/endless.py: cannot be read: it is a device, not a file",
        "tools/folder.py: cannot be read: Is a directory",
        "tools/pipe.py: cannot be read: it is a pipe, not a file",
    ]


def test_a_long_complaint_is_one_line(folder: Path):
    write(folder, "odd.py", "raise ValueError('no\\n' * 100_000)\n")
    (told,) = FileTools(folder).problems
    assert told.startswith("tools/odd.py, line 1: ValueError: no no no")
    assert len(told) < 400
    assert "\n" not in told


def ignore(shown: str) -> None:
    """Nobody wants to know."""


def test_a_persons_ctrl_c_ends_the_reading(folder: Path):
    write(folder, "slow.py", "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nwhile True: pass\n")
    with pytest.raises(KeyboardInterrupt, match=r"^while tools/slow.py, line [23], was being loaded$"):
        FileTools(folder).reload()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_file_that_takes_its_time_is_named_while_it_does(folder: Path):
    told = folder / "told"
    told.touch()
    until_told = f"\nimport pathlib\ntold = pathlib.Path({str(told)!r})\nwhile not told.read_text(): pass\n"
    write(folder, "slow.py", STOCK % 3 + until_told)
    tools = FileTools(folder, slow=lambda shown: ignore(str(told.write_text(shown))), patience=0.0)
    assert list(tools.names) == ["stock"]
    assert told.read_text() == "tools/slow.py"


def test_who_may_not_wait_is_told_that_there_may_be_such_a_tool_while_files_are_read(folder: Path):
    go_on = folder / "go_on"
    write(folder, "slow.py", STOCK % 3 + f"\nimport pathlib\nwhile not pathlib.Path({str(go_on)!r}).exists(): pass\n")
    tools = FileTools(folder, patience=0.0, slow=ignore)
    assert tools.may_have("stock"), "nobody waited for it to be read"
    assert tools.may_have("other"), "it is being read"
    go_on.touch()
    assert list(tools.names) == ["stock"]
    assert tools.may_have("stock")
    tools = FileTools(folder)
    assert (tools.may_have("stock"), tools.may_have("other")) == (True, False)


async def test_what_a_tool_raises_is_told_with_its_line(folder: Path):
    write(folder, "stock.py", STOCK % 3)
    with pytest.raises(ToolFailed) as failed:
        await call(Registry(first=[FileTools(folder)]), "stock", '{"part": "B"}', 1)
    assert failed.value.message == "KeyError: 'B' (tools/stock.py, line 7)"


async def test_files_may_import_one_another_and_a_changed_helper_is_read_anew(folder: Path):
    write(folder, "_help.py", "WORD = 'one'\n")
    write(folder, "own.py", "from workbench import tool\nimport _help\n@tool\ndef word() -> str: return _help.WORD\n")
    registry = Registry(first=[FileTools(folder)])
    assert await call(registry, "word", "{}", 1) == "one"
    write(folder, "_help.py", "WORD = 'two'\n")
    assert await call(registry, "word", "{}", 2) == "two"
    assert str(folder) not in sys.path
    assert not list(folder.rglob("__pycache__")), "nothing is left beside them"


def test_a_built_in_tool_that_a_file_imports_is_not_its_own(folder: Path):
    write(folder, "own.py", "from workbench.tools.builtin.calculator import calculator\n")
    assert list(FileTools(folder).names) == []


def test_what_a_file_prints_when_it_is_imported_is_no_part_of_our_output(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    write(folder, "own.py", "print('hello')\n")
    assert list(FileTools(folder).names) == []
    assert capsys.readouterr() == ("", "hello\n")


def test_a_folder_that_nobody_chose_is_not_touched(folder: Path):
    write(folder, "own.py", "raise SystemExit\n")
    tools = FileTools(folder, chosen=False)
    assert (list(tools.names), tools.problems, tools.find("own")) == ([], [], None)
    assert list(FileTools(folder / "nowhere").names) == []


async def test_calls_of_one_turn_that_begin_together_meet_the_same_files(folder: Path):
    write(folder, "stock.py", STOCK % 3)
    registry = Registry(first=[FileTools(folder)])
    calls = [call(registry, "stock", '{"part": "A"}', 1) for _ in range(3)]
    assert await asyncio.gather(*calls) == ["3", "3", "3"]


@pytest.mark.slow
async def test_what_is_saved_is_told_at_once_and_taken_by_the_next_iteration(folder: Path):
    pytest.importorskip("watchfiles", reason="files are followed by the extra: pip install 'workbench[reload]'")
    write(folder, "stock.py", STOCK % 3)
    tools = FileTools(folder)
    registry = Registry(first=[tools])
    assert await call(registry, "stock", '{"part": "A"}', 1) == "3"
    told: queue.Queue[str] = queue.Queue()
    tools.follow(told.put)
    try:
        saved = told.get_nowait() if not told.empty() else ""
        number = 3
        while not saved:  # until whoever follows the folder has begun to
            number += 1
            write(folder, "stock.py", STOCK % number)
            with contextlib.suppress(queue.Empty):
                saved = await asyncio.to_thread(told.get, timeout=1)
        assert saved == "tools/ has changed: taken next time"
        assert await call(registry, "stock", '{"part": "A"}', 1) == "3", "not in the middle of an iteration"
        assert await call(registry, "stock", '{"part": "A"}', 2) == str(number)
        write(folder, "bad.py", "x = nosuch\n")
        assert await asyncio.to_thread(told.get) == "tools/bad.py, line 1: NameError: name 'nosuch' is not defined"
    finally:
        tools.close()


def test_a_folder_that_is_not_there_is_not_followed(tmp_path: Path):
    before = set(threading.enumerate())
    FileTools(tmp_path / "nowhere").follow(print)
    FileTools(tmp_path, chosen=False).follow(print)
    assert set(threading.enumerate()) <= before
