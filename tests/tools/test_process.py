"""A tool's program: its output, its lines as they come, and its end with the call."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.playbook import Stage, agent, wants
from workbench.context import RunContext
from workbench.errors import ToolFailed
from workbench.events import ToolSpec
from workbench.tools.process import CHARACTERS, run_process


def python(code: str) -> tuple[str, str, str]:
    return sys.executable, "-c", code


async def test_what_it_writes_and_how_it_ends(tmp_path: Path):
    told: list[str] = []
    context = RunContext(None, files=tmp_path, progress=told.append)
    code = "import os, sys; print(input(), os.environ['A'], os.getcwd()); print('oh', file=sys.stderr); sys.exit(3)"
    done = await run_process(context, *python(code), given="in\n", env={"A": "b"})
    assert done == (3, f"in b {tmp_path.resolve()}\n", "oh\n")
    assert sorted(told) == [f"in b {tmp_path.resolve()}", "oh"]


async def test_one_that_reads_nothing_and_writes_much():
    code = f"import sys; sys.stdin.close(); print('x' * {CHARACTERS}); print('end')"
    done = await run_process(RunContext(None), *python(code), given="y" * 1_000_000)
    assert done.code == 0
    assert len(done.out) == CHARACTERS
    assert done.out.endswith("x\nend\n")


async def test_one_that_is_not_there():
    with pytest.raises(ToolFailed, match="no-such-program cannot be run: No such file") as failed:
        await run_process(RunContext(None), "no-such-program")
    assert failed.value.type == "no_program"


def alive(pid: int) -> bool:
    """Whether it is there and does anything; what nobody has reaped yet does not."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
async def test_a_call_that_is_not_waited_for_ends_its_program_and_what_that_started(tmp_path: Path):
    child = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"
    code = (
        "import os, subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "print(os.getpid(), child.pid, flush=True)\n"
        "child.wait()\n"
    )
    began = asyncio.Event()
    pids: list[int] = []

    def progress(words: str) -> None:
        pids.extend(int(word) for word in words.split())
        began.set()

    async def work(arguments: str, context: RunContext[object]) -> str:
        await run_process(RunContext(None, progress=progress), *python(code))
        return "never"

    stage = Stage(wants("lookup"), "I see")
    stage.tools.deeds["lookup"] = work
    run = stage.start(agent("agent", ToolSpec(name="lookup", effect="read")), lines=["go"])
    driving = asyncio.create_task(run.drive())
    await began.wait()
    run.cancel()
    await driving
    assert "call_failed agent.1.1 cancelled" in stage.lines
    assert len(pids) == 2
    for pid in pids:
        while alive(pid):  # what was killed may need a moment to be gone
            os.sched_yield()
