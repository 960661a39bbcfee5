"""The Python functions of criteria by name: those that a program gave, and `FILE.py:NAME` of a folder.

A file is loaded when one of its functions is first asked for, and again once it was changed.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench.errors import UsedWrongly
from workbench.tools.importing import imported
from workbench.tools.threads import in_thread


class CheckFunctions:
    """Asks functions. Each gets one argument, what was seen of a run, and may be asked again."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: where files are looked for; without it only registered functions are known."""
        self._folder = folder
        self._known: dict[str, Callable[[Any], Any]] = {}
        self._loaded: dict[Path, tuple[int, Any]] = {}

    def register(self, name: str, function: Callable[[Any], Any]) -> None:
        """From now on `name` is this function."""
        self._known[name] = function

    async def __call__(self, name: str, seen: Any) -> object:
        """What the function says; a plain one is asked in a thread, so that the loop goes on.

        Raises:
            UsedWrongly: there is no such function.
        """
        function = self._known.get(name) or self.find(name)
        if inspect.iscoroutinefunction(function):
            return await function(seen)
        return await in_thread(lambda: function(seen), name)

    def find(self, name: str) -> Callable[[Any], Any]:
        """The function that `FILE.py:NAME` is.

        Raises:
            UsedWrongly: there is no such file or function.
            BadFile: the file cannot be loaded.
        """
        file, colon, attribute = name.partition(":")
        if not (colon and attribute and file.endswith(".py")):
            known = f"; there are: {', '.join(self._known)}" if self._known else ""
            raise UsedWrongly(f"{name!r} is no function: write FILE.py:NAME, or register it{known}")
        if self._folder is None:
            raise UsedWrongly(f"{name!r}: there is no workspace to look for {file} in")
        path = (self._folder / file).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise UsedWrongly(f"{name!r}: {file} must lie in the workspace")
        function: object = getattr(self._module(path), attribute, None)
        if not callable(function):
            raise UsedWrongly(f"{name!r}: {file} has no function {attribute!r}")
        return function

    def _module(self, path: Path) -> Any:
        try:
            changed = path.stat().st_mtime_ns
        except OSError as error:
            raise UsedWrongly(f"there is no file {path}") from error
        known = self._loaded.get(path)
        if known is not None and known[0] == changed:
            return known[1]
        module = imported(path, f"workbench_checks_{path.stem}", str(path.parent))
        self._loaded[path] = changed, module
        return module
