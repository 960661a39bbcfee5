"""The app: `run` opens it on a desk. Nothing of Textual is imported before that."""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.debugger.desk import Desk


def before_textual() -> None:
    """Say what Textual reads when it is imported: 120 frames a second halve the time from a key to its echo."""
    os.environ.setdefault("TEXTUAL_FPS", "120")
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")


def run(
    desk: Desk,
    *,
    open: str | None = None,
    scenario: str | None = None,
    keymap: Mapping[str, str] | None = None,
    theme: str = "",
) -> int:
    """Show the app until the person leaves it; the exit code.

    Raises:
        WorkbenchError: the session or scenario that was asked for cannot be opened.

    Args:
        open: a session to open at once; without it (and without `scenario`) the first screen.
        scenario: a scenario to start at once.
        keymap: binding id → keys, in place of the ones that are built in.
        theme: `dark` or `light`.
    """
    before_textual()
    # Nothing that is made on the way to the first paint is garbage, and looking for some delays it.
    gc.disable()
    from workbench.tui.app import WorkbenchApp

    app = WorkbenchApp(desk, open=open, scenario=scenario, keymap=keymap, theme=theme)
    try:
        app.run()
    finally:
        gc.enable()
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0
