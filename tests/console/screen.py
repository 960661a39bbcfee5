"""The console in a terminal that is emulated: it answers as terminals do, and its screen can be read."""

from __future__ import annotations

import os
import re
import sys

import pexpect
import pyte

from tests.cli.bench import Bench

PATIENCE = 60.0
"""Seconds after which what is waited for will not come."""
_CODES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[=>]|\][^\x07]*\x07)")


class _Screen(pyte.Screen):
    """A screen whose answers go back to the program (prompt-toolkit asks where the cursor is)."""

    def __init__(self, child: pexpect.spawn[str]) -> None:
        super().__init__(120, 50)
        self._child = child

    def write_process_input(self, data: str) -> None:
        self._child.send(data)


class Screen:
    """`workbench debug WORDS`, or another command that opens the console, under way at its first prompt."""

    def __init__(
        self, bench: Bench, *words: str, command: str = "debug", term: str = "xterm-256color", **env: str
    ) -> None:
        arguments = ["-m", "workbench", "--workspace", str(bench.root), command, *words]
        environment = {**os.environ, "TERM": term, **env}
        self._child: pexpect.spawn[str] = pexpect.spawn(
            sys.executable, arguments, env=environment, encoding="utf-8", dimensions=(50, 120), timeout=PATIENCE
        )
        self._child.delaybeforesend = None
        self._screen = _Screen(self._child)
        self._stream = pyte.Stream(self._screen)
        self.came, self._seen = "", 0
        self.until("(wb)")

    def type(self, line: str, *answers: str) -> None:
        """Type a line and Enter; wait for all that it should say, in order, and for the next prompt."""
        self.press(f"{line}\r", *answers, "(wb)")

    def press(self, keys: str, *answers: str) -> None:
        """Press keys, and wait for what should come."""
        self.came, self._seen = "", 0
        self._child.send(keys)
        # What is typed is echoed beside the prompt, so a prompt counts only behind the line's end.
        for answer in answers:
            self.until(answer, behind_line=answer == "(wb)")

    def signal(self, number: int, *answers: str) -> None:
        """Send a signal, and wait for what should come."""
        self._child.kill(number)
        self.press("", *answers)

    def until(self, words: str, *, behind_line: bool = False) -> None:
        """Read until `words` came since the last key, behind what was waited for before; codes do not count.

        A prompt that is drawn once more when it is left is not the next one, which alone has the keys.
        """
        pattern = re.compile(rf"\n\s*{re.escape(words)}" if behind_line else re.escape(words))
        while (found := pattern.search(self.plain, self._seen)) is None:
            self._read()
        self._seen = found.end()

    def shows(self, words: str) -> None:
        """Read until `words` stand on the screen."""
        while words not in "\n".join(self._screen.display):
            self._read()

    @property
    def plain(self) -> str:
        """What came since the last key, without codes."""
        return _CODES.sub("", self.came)

    def _read(self) -> None:
        try:
            new = self._child.read_nonblocking(4096, PATIENCE)
        except (pexpect.TIMEOUT, pexpect.EOF) as never:
            shown = "\n".join(line.rstrip() for line in self._screen.display).strip()
            raise AssertionError(f"it never came; the screen shows:\n{shown}\nand came: {self.came!r}") from never
        self.came += new
        self._stream.feed(new)

    def leave(self, keys: str = "quit\r", code: int = 0) -> None:
        """Leave the console, which ends with `code`."""
        self._child.send(keys)
        self._child.expect(pexpect.EOF)
        self._child.close()
        assert self._child.exitstatus == code
