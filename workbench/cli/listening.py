"""Who follows a run besides its face: the log of `--log-json`, and the telemetry that `workbench.toml` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.cli import logs
from workbench.workspace.place import MARK, Workspace

if TYPE_CHECKING:
    from workbench.cli.telemetry import Telemetry, TelemetrySettings
    from workbench.run import Run
    from workbench.store import Store
    from workbench.store.catalog import BranchRow


def listen(run: Run, branch: BranchRow, telemetry: Telemetry | None, store: Store) -> None:
    """Let them follow `run`, the one of this branch."""
    if logs.wanted():
        logs.follow(run, branch.session, branch.name)
    if telemetry is not None:
        telemetry.watch(run, branch.session, branch.name, store.read(branch.id).events())


def telemetry_of(workspace: Workspace) -> Telemetry | None:
    """The way to the collector that the workspace names, if it names one.

    Raises:
        BadFile: what is said of it is wrong.
        UsedWrongly: the extra is not installed.
    """
    settings = telemetry_settings(workspace)
    if settings is None:
        return None
    from workbench.cli.telemetry import Telemetry

    return Telemetry(settings)


def telemetry_settings(workspace: Workspace) -> TelemetrySettings | None:
    """What the workspace says of a collector, if it does.

    Raises:
        BadFile: what is said of it is wrong.
    """
    table = workspace.settings().get("telemetry")
    if table is None:
        return None
    from workbench.cli.telemetry import read_telemetry

    return read_telemetry(table, workspace.root / MARK)
