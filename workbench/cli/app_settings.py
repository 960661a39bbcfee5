"""What the app keeps to of `workbench.toml`: read before the first paint, so it loads nothing that judges the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.workspace.place import MARK

if TYPE_CHECKING:
    from workbench.tui.settings import AppSettings
    from workbench.workspace.place import Workspace


def settings_of(workspace: Workspace) -> AppSettings:
    """What the app keeps to of the workspace's `workbench.toml`.

    Raises:
        BadFile: it is wrong.
    """
    from workbench.tui import settings

    return settings.read(workspace.root / MARK, workspace.settings())
