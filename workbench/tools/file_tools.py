"""Tools that lie as Python files in a folder: found by themselves, loaded anew when a file has changed.

What is imported here runs: the folder must be of a workspace that its user chose. A file that cannot be imported is
told with its line, and the others serve. Files whose name begins with `_` are only imported by others.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from workbench.errors import BadFile
from workbench.tools.adapting import as_tool, is_tool
from workbench.tools.function_tool import FunctionTool
from workbench.tools.importing import PATIENCE, blamed, imported, on_stderr
from workbench.tools.threads import in_thread

if TYPE_CHECKING:
    from workbench.tools.tool import Tool

_PACKAGE = "workbench_workspace_tools"


class _Read(NamedTuple):
    """What was read of the files: each with when it was changed and how long it is, and what came of them."""

    found: dict[Path, tuple[int, int]]
    tools: dict[str, Tool]
    broken: tuple[BadFile, ...]


class FileTools:
    """`workbench.tools.tool.Source` over a folder, which need not be there; one that is not `chosen` is left alone."""

    def __init__(
        self,
        folder: Path,
        *,
        chosen: bool = True,
        slow: Callable[[str], None] = on_stderr,
        patience: float = PATIENCE,
    ) -> None:
        """`slow` is told of a file that is loaded for longer than `patience` seconds."""
        self._folder, self._chosen, self._patience = folder, chosen, patience
        self._slow: Callable[[str], None] = slow
        self._lock = threading.Lock()
        self._read: _Read | None = None
        self._ahead: _Read | None = None
        self._turn: object = None
        self._at = f"{folder.name}/"
        self._stop = threading.Event()

    @property
    def names(self) -> Sequence[str]:
        """All names; imports what has changed."""
        return tuple(self.reload().tools)

    @property
    def problems(self) -> Sequence[str]:
        """What could not be taken; imports what has changed."""
        return [str(broken) for broken in self.reload().broken]

    def find(self, name: str) -> Tool | None:
        """The tool of that name, as the files were when they were last read."""
        return (self._read or self.reload()).tools.get(name)

    def tools(self, pattern: str = "") -> Sequence[Tool]:
        """All tools; imports what has changed."""
        return tuple(self.reload().tools.values())

    async def refresh(self, turn: object) -> None:
        """Read the files anew, if any has changed; the calls of one turn all meet the same files."""
        if turn != self._turn:
            self._turn = turn
            if self._read is None or self._found() != self._read.found:
                await in_thread(self.reload, "tools")

    def may_have(self, name: str) -> bool:
        """Whether a call of that name may find a tool; also true while the files are being read, which it waits for.

        Never blocks for longer than `patience`.
        """
        if self._lock.locked() or (self._read is not None and name in self._read.tools):
            return True
        reading = threading.Thread(target=self.reload, name="tools", daemon=True)
        reading.start()
        reading.join(self._patience)
        return self._read is None or reading.is_alive() or name in self._read.tools

    def follow(self, told: Callable[[str], None]) -> None:
        """Tell in a line, from a thread, what becomes of the files whenever one is saved, until `close`.

        Of one that takes its time to be loaded, that is told, too.

        They are imported there and then, and taken before the next iteration. Needs the extra `reload`, and a folder
        that is there; without them files are read when the next iteration needs them, and nobody is told.
        """
        self._slow = lambda shown: told(f"{shown} is still being loaded; ^q leaves")
        try:
            from watchfiles import watch
        except ImportError:
            return
        if not self._chosen or not self._folder.is_dir():
            return

        def watching() -> None:
            for _ in watch(self._folder, stop_event=self._stop, debounce=200, recursive=False, raise_interrupt=False):
                if (news := self._look_ahead()) is not None:
                    told(str(news.broken[0]) if news.broken else f"{self._folder.name}/ has changed: taken next time")

        threading.Thread(target=watching, name="tools", daemon=True).start()

    def close(self) -> None:
        """Follow the files no longer."""
        self._stop.set()

    def reload(self) -> _Read:
        """Import all files anew, if any has changed; what they are now."""
        with self._alone():
            found = self._found()
            if self._read is None or self._read.found != found:
                ahead, self._ahead = self._ahead, None
                self._read = ahead if ahead is not None and ahead.found == found else self._import(found)
            return self._read

    @contextlib.contextmanager
    def _alone(self) -> Generator[None]:
        """Nobody else reads meanwhile; who waits for another is told at what that one is, too."""
        if not self._lock.acquire(timeout=self._patience):
            self._slow(self._at)
            self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()

    def _look_ahead(self) -> _Read | None:
        """The files as they will be taken next, if they are not known already."""
        with self._alone():
            found = self._found()
            if any(one is not None and one.found == found for one in (self._read, self._ahead)):
                return None
            self._ahead = self._import(found)
            return self._ahead

    def _import(self, found: dict[Path, tuple[int, int]]) -> _Read:
        self._forget()
        tools: dict[str, Tool] = {}
        broken: list[BadFile] = []
        with self._importing():
            for path in found:
                if not path.name.startswith("_"):
                    self._load(path, tools, broken)
        return _Read(found, tools, tuple(broken))

    def _found(self) -> dict[Path, tuple[int, int]]:
        """Each file with when it was changed and how long it is."""
        found: dict[Path, tuple[int, int]] = {}
        for path in sorted(self._folder.glob("*.py")) if self._chosen else ():
            with contextlib.suppress(OSError):  # gone since it was listed
                status = path.stat()
                found[path] = (status.st_mtime_ns, status.st_size)
        return found

    def _forget(self) -> None:
        """Drop what was imported from the folder, so that a helper that has changed is read anew, too."""
        here = str(self._folder)
        for name, module in list(sys.modules.items()):
            file: object = getattr(module, "__file__", None)
            if isinstance(file, str) and str(Path(file).parent) == here:
                del sys.modules[name]

    @contextlib.contextmanager
    def _importing(self):
        """Files may import one another; what they print is no part of what we print; nothing is left beside them."""
        writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        sys.path.insert(0, str(self._folder))
        try:
            with contextlib.redirect_stdout(sys.stderr):
                yield
        finally:
            sys.path.remove(str(self._folder))
            sys.dont_write_bytecode = writes

    def _load(self, path: Path, tools: dict[str, Tool], broken: list[BadFile]) -> None:
        self._at = shown = f"{self._folder.name}/{path.name}"
        try:
            module = imported(
                path, f"{_PACKAGE}.{path.stem}", self._folder.name, slow=self._slow, patience=self._patience
            )
        except BadFile as problem:
            broken.append(problem)
            return
        try:
            made = [as_tool(value) for value in vars(module).values() if is_tool(value)]
        except Exception as error:
            broken.append(blamed(error, path, self._folder.name))
            return
        for tool in made:
            if isinstance(tool, FunctionTool):
                if not tool.is_of(path.parent):
                    continue  # imported from elsewhere, such as a built-in one
                tool.source = tool.source or shown
            if tool.name in tools and tools[tool.name] is not tool:
                other = getattr(tools[tool.name], "source", "another file")
                broken.append(BadFile(shown, f"there is a tool named {tool.name} already, in {other}"))
            else:
                tools[tool.name] = tool
