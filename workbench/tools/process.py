"""A program run by a tool: what it writes is shown as it comes, and nothing of it outlives the call."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from workbench.context import RunContext
from workbench.errors import ToolFailed

GRACE = 2.0
"""Seconds between asking a program to end and ending it."""
CHARACTERS = 200_000
"""The most that is kept of what a program writes: its end."""


class Finished(NamedTuple):
    """How a program ended: its exit code (negative: the signal that ended it), and the end of what it wrote."""

    code: int
    out: str
    err: str


async def run_process(
    ctx: RunContext[Any], *command: str, given: str = "", cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Finished:
    """Run a program to its end. Cancelling the call, or its time limit, ends the program and all that it started.

    Args:
        ctx: each line that the program writes is the call's progress.
        command: the program and its arguments; no shell reads them.
        given: what it reads from its stdin.
        cwd: where it runs; by default the folder of the run's file tools.
        env: variables beside those of this process.

    Raises:
        ToolFailed: `no_program`: it is not there or may not be run.
    """
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            cwd=cwd or ctx.files,
            env=None if env is None else {**os.environ, **env},
            start_new_session=True,
            limit=CHARACTERS,
        )
    except OSError as error:
        raise ToolFailed("no_program", f"{command[0]} cannot be run: {error.strerror or error}") from error
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # it need not read all, or anything
            process.stdin.write(given.encode())
            process.stdin.close()
        out, err = await asyncio.gather(_read(process.stdout, ctx), _read(process.stderr, ctx))
        return Finished(await process.wait(), out, err)
    finally:
        await asyncio.shield(_end(process))


async def _read(stream: asyncio.StreamReader, ctx: RunContext[Any]) -> str:
    """All that comes, or the end of it; each whole line is progress."""
    kept: deque[str] = deque()
    size, begun = 0, ""
    while piece := await stream.read(65536):
        text = piece.decode("utf-8", "replace")
        kept.append(text)
        size += len(text)
        while size - len(kept[0]) > CHARACTERS:
            size -= len(kept.popleft())
        *lines, begun = (begun + text).split("\n")
        begun = begun[-CHARACTERS:]
        if told := [line for line in lines if line.strip()]:
            ctx.progress(told[-1])
    return "".join(kept)[-CHARACTERS:]


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the program's whole group, gently first; a child may have outlived it, or not want to go."""
    _signal(process, signal.SIGTERM)
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            await process.wait()
    _signal(process, signal.SIGKILL)
    await process.wait()


def _signal(process: asyncio.subprocess.Process, sign: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, sign)
