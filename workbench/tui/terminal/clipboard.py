"""What leaves the app: copying (OSC 52 and a native tool), reading in the pager, writing in the person's editor."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from workbench.safe_text import safe_text

if TYPE_CHECKING:
    from textual.app import App

_TOOLS = (
    ("wl-copy", ["wl-copy"], "WAYLAND_DISPLAY"),
    ("xclip", ["xclip", "-selection", "clipboard"], "DISPLAY"),
    ("xsel", ["xsel", "--clipboard", "--input"], "DISPLAY"),
    ("pbcopy", ["pbcopy"], ""),
    ("clip.exe", ["clip.exe"], ""),
)


def copy(app: App[int], text: str) -> str:
    """Put `text` on the clipboard, control characters made visible; says which way it went."""
    plain = safe_text(text)
    app.copy_to_clipboard(plain)
    ways = ["asked the terminal (OSC 52)"]
    for name, command, variable in _TOOLS:
        if (variable and not os.environ.get(variable)) or shutil.which(name) is None:
            continue
        try:
            subprocess.run(command, input=plain.encode(), timeout=2, check=True, capture_output=True)
        except (OSError, subprocess.SubprocessError) as problem:
            ways.append(f"{name} failed ({type(problem).__name__})")
        else:
            ways.append(name)
        break
    return f"copied {len(plain)} characters: {' and '.join(ways)}"


def page(app: App[int], text: str) -> str:
    """Show `text` in the person's pager, the app put aside meanwhile; words for a problem, or ""."""
    import shlex

    from textual.app import SuspendNotSupported

    command = shlex.split(os.environ.get("PAGER", "")) or ["less"]
    if shutil.which(command[0]) is None:
        return f"there is no pager {command[0]!r}: set PAGER"
    try:
        with app.suspend():
            # -R or a preprocessor would let escape codes through; what comes here holds none.
            subprocess.run(command, input=safe_text(text).encode(), check=False)
    except (SuspendNotSupported, OSError) as problem:
        return f"the pager cannot be opened here: {problem or type(problem).__name__}"
    return ""


def written_outside(app: App[int], was: str, what: str) -> str:
    """What the person makes of `was` in their $EDITOR, the app put aside meanwhile.

    Raises:
        UsedWrongly: there is no editor, or it cannot be started.
        Impossible: it failed.
    """
    from textual.app import SuspendNotSupported

    from workbench.debugger.rewriting import editor, rewritten
    from workbench.errors import Impossible, UsedWrongly

    command = editor()
    if not command:
        raise UsedWrongly(f"set EDITOR to edit {what} in it; e edits it here")
    try:
        with app.suspend():
            return rewritten(command, was)
    except SuspendNotSupported as problem:
        raise Impossible(f"an editor cannot be opened here: {problem or type(problem).__name__}") from problem
