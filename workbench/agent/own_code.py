"""What the program's own code raises in the midst of a run: the run tells of it in words, and keeps what was raised.

A model, a middleware or a guard with a bug ends the run as a failure that stands in the log. `NoOutput` has the
exception as its cause, so that a traceback leads to the line.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from workbench.context import ModelRetry, RunContext
from workbench.errors import WorkbenchError
from workbench.run.ports import Checked

Check = Callable[[str, RunContext[Any]], Awaitable[Checked]]


class Bugs:
    """What the code of the program raised that is no failure told on purpose.

    Attributes:
        last: the newest of them, None where there is none.
    """

    def __init__(self) -> None:
        self.last: Exception | None = None

    def note(self, raised: Exception) -> None:
        """Keep it, if it is a bug: from the run, of what models and middleware raise."""
        if not isinstance(raised, WorkbenchError | ModelRetry):
            self.last = raised

    def check(self, check: Check) -> Check:
        """A check of outputs whose bugs are kept."""

        async def checked(given: str, context: RunContext[Any]) -> Checked:
            try:
                return await check(given, context)
            except Exception as raised:
                self.note(raised)
                raise

        return checked
