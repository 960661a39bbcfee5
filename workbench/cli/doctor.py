"""`doctor`: is everything in its place? And `init`: make a workspace."""

from __future__ import annotations

import argparse
import platform
import shlex
import shutil
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cli.house import House
from workbench.cli.output import document, say, table
from workbench.errors import BadFile, WorkbenchError
from workbench.workspace.place import MARK

if TYPE_CHECKING:
    from workbench.workspace.listing import Kind

_PACKAGES = ("textual", "pydantic", "openai", "ollama", "sqlite-utils", "prompt-toolkit", "rich", "genai-prices")


def doctor(args: argparse.Namespace) -> int:
    """Check the workspace, its database and files, and this machine; 1 where something is wrong."""
    with House(args.workspace) as house:
        checks: list[tuple[str, bool, str]] = [
            ("python", True, platform.python_version()),
            ("sqlite", True, sqlite3.sqlite_version),
            *[_package(name) for name in _PACKAGES],
            ("workspace", True, f"{house.workspace.root} ({house.workspace.how})"),
            _settings(house),
            _database(house),
            _files(house, "persona"),
            _files(house, "scenario"),
            _tools(house),
            _room(house),
        ]
    wrong = [name for name, fine, _ in checks if not fine]
    if args.json:
        document({"checks": [{"name": name, "ok": fine, "detail": words} for name, fine, words in checks]})
    else:
        table(("", "what", "detail"), [("ok" if fine else "WRONG", name, words) for name, fine, words in checks])
        say(f"{len(wrong)} wrong: {', '.join(wrong)}" if wrong else "Everything is in its place.")
    return 1 if wrong else 0


def _package(name: str) -> tuple[str, bool, str]:
    try:
        return name, True, version(name)
    except PackageNotFoundError:
        return name, False, "not installed; run 'make run' once, or install workbench anew"


def _settings(house: House) -> tuple[str, bool, str]:
    from workbench.cli.configuration import mistakes

    path, wrong = house.workspace.root / MARK, mistakes(house)
    fine = f"{path}, all right" if path.exists() else "none; what serves without is right for most"
    return "settings", not wrong, "; ".join(str(problem) for problem in wrong) if wrong else fine


def _database(house: House) -> tuple[str, bool, str]:
    path = house.workspace.database
    try:
        sessions = house.store.sessions(limit=1)
        verdict = house.store.database.rows("PRAGMA quick_check(1)")[0][0]
    except WorkbenchError as error:
        return "database", False, str(error)
    size = path.stat().st_size / 1e6
    newest = f", newest session {sessions[0].id}" if sessions else ", no sessions yet"
    return "database", verdict == "ok", f"{path}, {size:.1f} MB, {verdict}{newest}"


def _files(house: House, kind: Kind) -> tuple[str, bool, str]:
    from workbench.workspace.listing import list_files
    from workbench.workspace.loading import check_persona, check_scenario

    wrong: list[str] = []
    paths = list_files(house.workspace, kind)
    try:
        tools = house.tools.accepted
    except BadFile:  # told under settings
        tools = None
    for path in paths.values():
        if kind == "persona":
            _, found = check_persona(house.workspace, path)
        else:
            _, found = check_scenario(house.workspace, path, tools=tools)
        wrong += [str(problem) for problem in found]
    return f"{kind}s", not wrong, "; ".join(wrong) if wrong else f"{len(paths)}, all right"


def _tools(house: House) -> tuple[str, bool, str]:
    """The workspace's own tools; MCP servers are only named: `mcp test` starts them."""
    files, wrong = house.tool_files, house.tool_files.problems
    try:
        servers = house.servers.servers
    except BadFile:  # told under settings
        servers = {}
    named = f"; MCP servers: {', '.join(servers)} ('workbench mcp test' starts them)" if servers else ""
    return "tools", not wrong, ("; ".join(wrong) if wrong else f"{len(files.names)} in files, all right") + named


def _room(house: House) -> tuple[str, bool, str]:
    folder = house.workspace.root
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / 1e9
    return "disk", free > 0.1, f"{free:.1f} GB free"


def init(args: argparse.Namespace) -> int:
    """Make a workspace; nothing that is there is overwritten."""
    from workbench.workspace.making import init as make

    for path in make(Path(args.dir)):
        say(f"wrote {path}")
    there = Path(args.dir).resolve()
    here = there == Path.cwd()
    opens = "workbench" if here else f"workbench --workspace {shlex.quote(args.dir)}"
    say(f"A workspace is ready in {there}; open it with: {opens}")
    return 0
