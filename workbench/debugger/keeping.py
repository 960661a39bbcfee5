"""What keeps a session: the workspace behind it, as far as a session asks anything of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import NotWriter

if TYPE_CHECKING:
    from workbench.debugger.exchanged import Rebuild
    from workbench.debugger.summary import Summary
    from workbench.gates import Breakpoint
    from workbench.run import Ports, Run
    from workbench.run.ports import Log


class Keeper:
    """Keeps nothing, which is enough for a session that is in memory only. Whoever keeps one says otherwise.

    Attributes:
        rebuild: makes the body of a request that was sent again; None where nothing can.
    """

    rebuild: Rebuild | None = None

    def changed(self) -> bool:
        """Whether another process has written since this was asked last."""
        return False

    def listen(self, run: Run) -> None:
        """Let telemetry and logs follow a run of the session."""

    def summarise(self, summary: Summary) -> None:
        """Bring what the list of sessions says of it up to date."""

    def keep_breakpoints(self, kept: list[Breakpoint]) -> None:
        """Keep this set for every session."""

    def take_over(self) -> tuple[Log, Ports]:
        """The log to write, and what a run needs, now that the other writer is gone.

        Raises:
            NotWriter: it is not gone.
        """
        raise NotWriter("this session can only be read")

    def close(self) -> None:
        """Let go of the branch."""
