"""Events and processes that the tests of the store are made of."""

import subprocess
import sys
from pathlib import Path
from typing import Self

from workbench.events import Body, CallFailed, Event, Said, ToolCalled, ToolReturned
from workbench.store import Store
from workbench.store.log import BranchLog, BranchReader


def event(branch: int, seq: int, body: Body | str = "hello", *, at: float | None = None) -> Event:
    """An event; where the body is text, somebody said it."""
    given = Said(text=body) if isinstance(body, str) else body
    return Event(branch, seq, branch * 1000.0 + seq if at is None else at, "engine", "agent", given)


def record(log: BranchLog, *bodies: Body | str) -> None:
    """Append bodies, one commit each, where the branch ends."""
    for body in bodies:
        log.append([event(log.branch.id, log.last_seq + 1, body)])


def called(call: str, arguments: str = "{}") -> ToolCalled:
    """The intent to run a tool."""
    return ToolCalled(call=call, tool="refund_order", arguments=arguments)


def returned(call: str, content: str = "done") -> ToolReturned:
    """A tool's result."""
    return ToolReturned(call=call, content=content)


def failed(call: str, message: str = "no such order") -> CallFailed:
    """A tool's failure."""
    return CallFailed(call=call, error="tool", message=message)


def texts(reader: BranchReader, after: int = 0, upto: int | None = None) -> list[str]:
    """What was said in a stretch of a branch."""
    return [event.body.text for event in reader.events(after, upto) if isinstance(event.body, Said)]


def session_with(store: Store, *said: str, title: str = "a session", created: float = 1.0) -> int:
    """A new session in which all this was said; its main branch."""
    branch = store.create_session(title, created=created).head
    log = store.write(branch, process="a test")
    record(log, *said)
    log.close()
    return branch


class Writer:
    """Another process, which writes a branch and does what it is told (`tests/store/another_process.py`)."""

    def __init__(self, path: Path, branch: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.another_process", str(path), str(branch)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self.opened = self.answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def tell(self, line: str) -> str:
        """Give it a line; what it answers."""
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout
        return self.process.stdout.readline().rstrip("\n")

    def kill(self) -> None:
        """Kill it as `kill -9` does, and wait until the kernel is done with it."""
        self.process.kill()
        self.process.wait()
