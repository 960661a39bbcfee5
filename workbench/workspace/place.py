"""Where the workspace is: named, found by walking up from the current folder, or the per-user data folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import BadFile, UsedWrongly
from workbench.plain_files import read_text

MARK = "workbench.toml"
FOLDERS = ("personas", "scenarios", "sessions")
SETTINGS = (
    "model", "models", "providers", "prices", "retry", "cache", "budget", "tools", "mcp", "telemetry", "app", "keys",
)  # fmt: skip
"""What a `workbench.toml` can say; each table is judged by whoever keeps to it."""


def shipped_root() -> Path:
    """The folder of what comes with the program: inside the package where it was installed, else the checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "shipped"
    return installed if installed.is_dir() else package.parent


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with `personas/`, `scenarios/` and `sessions/`; any of them may be missing.

    Attributes:
        how: how it was found: `named`, `found` or `user`.
    """

    root: Path
    how: str = "named"

    @property
    def database(self) -> Path:
        """Where its sessions are kept."""
        return self.root / "sessions" / "workbench.db"

    def settings(self) -> dict[str, Any]:
        """What its `workbench.toml` says; nothing where there is none.

        Raises:
            BadFile: it is not TOML, or says something that nobody keeps to.
        """
        import tomllib

        path = self.root / MARK
        if not os.path.lexists(path):
            return {}
        try:
            told = tomllib.loads(read_text(path))
        except tomllib.TOMLDecodeError as error:
            raise BadFile(path, f"is not TOML: {error}") from error
        except RecursionError as error:
            raise BadFile(path, "is nested too deeply") from error
        for name in told:
            if name not in SETTINGS:
                from difflib import get_close_matches

                near = get_close_matches(name, SETTINGS, 1)
                meant = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(SETTINGS)}"
                raise BadFile(path, f"there is no such setting; {meant}", field=name)
        return told


def find(
    named: str | Path | None = None, *, start: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Workspace:
    """The workspace that serves.

    Args:
        named: what `--workspace` says; it goes over WORKBENCH_WORKSPACE, which goes over walking up from `start`
            (the current folder).

    Raises:
        UsedWrongly: the named folder is not there.
    """
    given = named or environ.get("WORKBENCH_WORKSPACE")
    if given:
        root = Path(given).expanduser()
        if not root.is_dir():
            source = "--workspace" if named else "WORKBENCH_WORKSPACE"
            raise UsedWrongly(f"{source}: there is no folder {root}; 'workbench init {root}' makes one")
        return Workspace(root.resolve())
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / MARK).is_file() or ((folder / "personas").is_dir() and (folder / "scenarios").is_dir()):
            return Workspace(folder, "found")
    import platformdirs

    return Workspace(platformdirs.user_data_path("workbench", appauthor=False), "user")
