"""Commands that ask or draw, in a real terminal."""

from __future__ import annotations

import importlib
import os
import re
import sys
from typing import Any

import pytest

from tests.cli.bench import Bench

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a terminal here is that of POSIX")


def terminal(bench: Bench, *words: str) -> Any:
    """A command in a terminal of 120 by 40."""
    pexpect: Any = importlib.import_module("pexpect")
    program, *rest = [str(word) for word in bench.argv(*words)]
    env = os.environ | {"TERM": "xterm-256color"}
    return pexpect.spawn(program, rest, timeout=60, encoding="utf-8", dimensions=(40, 120), env=env)


def ended(child: Any) -> tuple[int, str]:
    """Exit code, and what was shown since the last thing that was waited for."""
    import pexpect

    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, child.before


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "removed"), [("y\r", True), ("\r", False), ("n\r", False), ("\x04", False)])
def test_removal_asks(bench: Bench, answer: str, removed: bool):
    session = bench.run("flaky-parts")
    child = terminal(bench, "sessions", "rm", session)
    child.expect_exact(f"{session}  A mirror that does not answer")
    child.expect_exact("Remove for good? [y/N] ")
    child.send(answer)
    code, shown = ended(child)
    assert code == 0
    assert (f"removed {session}" in shown) is removed
    assert ("Nothing was removed." in shown) is not removed
    assert (bench.sessions() == []) is removed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "shows"),
    [
        ((), "Four cities at once"),
        (("open", "demo-customer-duet"), "Duet: an impatient customer"),
        (("run", "flaky-parts"), "A mirror that does not answer"),
        (("resume", "demo-parallel-weather"), "Four cities at once"),
    ],
)
def test_the_app_opens_by_each_of_its_doors_and_leaves_by_ctrl_q(bench: Bench, words: tuple[str, ...], shows: str):
    child = terminal(bench, *words)
    child.expect_exact(shows)
    child.send("\x11")
    code, _ = ended(child)
    assert code == 0


@pytest.mark.slow
def test_a_table_fits_the_terminal(bench: Bench):
    bench.run("flaky-parts", "--title", "many words " * 30)
    child = terminal(bench, "sessions", "list")
    code, shown = ended(child)
    assert code == 0
    assert max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in shown.splitlines()) == 120
