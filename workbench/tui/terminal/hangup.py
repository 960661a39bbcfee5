"""Whether the terminal is gone: a window that was closed, a connection that broke.

Textual reads such a terminal over and over without an end; and a run that nobody can see must let its session go.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

EVERY = 1.0
"""Seconds between two looks."""
HUNG_UP = 129
"""The exit code of a program whose terminal went away."""


def hung_up() -> bool:
    """Whether the other end of standard input's terminal is closed."""
    if sys.platform == "win32":
        return False
    import select

    with suppress(OSError, ValueError):
        poll = select.poll()
        poll.register(sys.__stdin__.fileno() if sys.__stdin__ else 0, 0)
        return any(flags & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, flags in poll.poll(0))
    return False


def leave() -> None:
    """End the process at once: there is no terminal left to put back in order."""
    os._exit(HUNG_UP)
