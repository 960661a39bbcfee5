"""The command line on a workspace of its own: in this process, in another, or in one that is under way."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from workbench.cli import main

PROGRAM = (sys.executable, "-m", "workbench")


class Result(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document that stdout holds."""
        assert self.out.endswith("\n")
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one line that stderr holds; stdout holds nothing."""
        assert self.out == ""
        assert "Traceback" not in self.err
        assert self.err.startswith("workbench: "), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("workbench: ").removesuffix("\n")


class Bench:
    """`bench("sessions", "list")` is `workbench --workspace ROOT sessions list`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, *words: str) -> Result:
        """In this process."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = main(["--workspace", str(self.root), *words])
            except SystemExit as stop:
                code = int(stop.code or 0)
        return Result(code, out.getvalue(), err.getvalue())

    def json(self, *words: str) -> dict[str, Any]:
        """The document of a command that succeeds."""
        result = self(*words, "--json")
        assert result.code == 0, result.err
        return result.document

    def process(self, *words: str | bytes, env: dict[str, str] | None = None, given: bytes = b"") -> Result:
        """In a process of its own, to its end; `given` is what it reads from stdin."""
        done = subprocess.run(
            self.argv(*words), input=given, capture_output=True, env=os.environ | (env or {}), timeout=60, check=False
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    async def spawn(self, *words: str, env: dict[str, str] | None = None) -> asyncio.subprocess.Process:
        """In a process of its own, under way."""
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            *self.argv(*words), stdout=pipe, stderr=pipe, env=os.environ | (env or {})
        )

    async def beside(self, *words: str, env: dict[str, str] | None = None) -> Result:
        """In a process of its own, to its end, while this one serves it."""
        return await ended(await self.spawn(*words, env=env))

    def argv(self, *words: str | bytes) -> list[str | bytes]:
        """The whole command line."""
        return [*PROGRAM, "--workspace", str(self.root), *words]

    def run(self, scenario: str = "support-desk", *words: str, code: int = 0) -> str:
        """The id of the session of a headless run that ends with `code`."""
        result = self("run", scenario, "--headless", "--json", *words)
        assert result.code == code, result.err
        return result.document["session"]

    def write(self, name: str, content: str | bytes) -> Path:
        """A file in the workspace."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def sessions(self) -> list[dict[str, Any]]:
        """The saved sessions, newest first, without the demo sessions."""
        return [row for row in self.json("sessions", "list")["sessions"] if "demo" not in row["tags"]]

    def exported(self, session: str) -> list[dict[str, Any]]:
        """The lines of a session's own export."""
        result = self("sessions", "export", session)
        assert result.code == 0, result.err
        return [json.loads(line) for line in result.out.splitlines()]


async def ended(process: asyncio.subprocess.Process) -> Result:
    """How a process that is under way ends."""
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return Result(process.returncode, out.decode(), err.decode())
