"""The terminal between two prompts: what is typed there waits for the next one, ctrl-d and all."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Generator
from typing import Any


class TypeAhead:
    """While this context lasts ctrl-d is a key like others, and ctrl-c throws away nothing that was typed before it.

    Lines are still edited and echoed by the terminal, for a tool that reads them. Where there is no such terminal,
    nothing is changed.
    """

    def __init__(self) -> None:
        self._plain: list[Any] | None = None

    def __enter__(self) -> None:
        if sys.platform == "win32":
            return
        import termios

        with contextlib.suppress(termios.error, OSError, ValueError):
            attributes = termios.tcgetattr(sys.stdin)
            none = bytes([os.fpathconf(sys.stdin.fileno(), "PC_VDISABLE")])
            self._plain = [*attributes[:_KEYS], list(attributes[_KEYS])]
            attributes[_FLAGS] |= termios.NOFLSH
            attributes[_KEYS][termios.VEOF] = none
            self._set(attributes)

    def __exit__(self, *_: object) -> None:
        if self._plain is not None:
            self._set(self._plain)
            self._plain = None

    @contextlib.contextmanager
    def aside(self) -> Generator[None]:
        """The terminal as it was, for a program that has it meanwhile."""
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()

    def _set(self, attributes: list[Any]) -> None:
        if sys.platform != "win32":
            import termios

            termios.tcsetattr(sys.stdin, termios.TCSANOW, attributes)


_FLAGS, _KEYS = 3, 6
"""Places in what `termios` says of a terminal: the local modes, the special characters."""
