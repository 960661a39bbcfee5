"""Files under one folder, and never outside it, whoever changes links while we look.

A path is resolved first (links inside the folder may lead elsewhere inside it), must end inside, and is then
opened from the folder downwards, one component at a time, following no link: what was a folder when it was
resolved and is a link when it is opened is refused by the system itself.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from workbench.context import RunContext
from workbench.errors import ToolFailed
from workbench.safe_text import clipped

LONGEST = 1000
"""Characters of a path."""


class Entry(NamedTuple):
    """`path` is relative to the folder, with `/` between components; `size` in bytes, of files only."""

    path: str
    kind: str
    size: int | None


class Folder:
    """What lies under `root`. Every method raises ToolFailed where it cannot do what is asked:

    `no_folder`, `not_allowed` (outside, a special file, no path at all), `not_found`, `is_folder`, `file_error`.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))

    @classmethod
    def of(cls, context: RunContext[object]) -> Folder:
        """The folder that the run's tools may touch."""
        if context.files is None:
            raise ToolFailed("no_folder", "there is no workspace folder in this run, so no files can be used")
        return cls(context.files)

    @contextlib.contextmanager
    def reading(self, path: str) -> Generator[BinaryIO]:
        """The regular file at `path`, open for reading."""
        with self._parent(path) as (parent, name), _plainly(path):
            # Not to wait for the other end of a pipe.
            opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=parent)
            with open(opened, "rb") as file:
                _only_regular(path, os.fstat(opened))
                yield file

    def write(self, path: str, content: bytes) -> bool:
        """Put `content` at `path`, all of it or nothing; whether the file is new. Missing folders are made."""
        with self._parent(path, make=True) as (parent, name), _plainly(path):
            mode: int | None = None
            with contextlib.suppress(FileNotFoundError):
                found = os.stat(name, dir_fd=parent, follow_symlinks=False)
                _only_regular(path, found)
                mode = stat.S_IMODE(found.st_mode)
            draft = f".{secrets.token_hex(8)}.part"
            opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666, dir_fd=parent)
            try:
                with open(opened, "wb") as file:
                    file.write(content)
                    if mode is not None:
                        os.fchmod(opened, mode)
                    file.flush()
                    os.fsync(opened)
                os.replace(draft, name, src_dir_fd=parent, dst_dir_fd=parent)
            except BaseException:
                os.unlink(draft, dir_fd=parent)
                raise
            os.fsync(parent)
            return mode is None

    def append(self, path: str, line: bytes) -> None:
        """Add `line` in one write, and wait until it is on the disk."""
        with self._parent(path, make=True) as (parent, name), _plainly(path):
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            opened = os.open(name, flags, 0o666, dir_fd=parent)
            with open(opened, "ab", buffering=0) as file:
                _only_regular(path, os.fstat(opened))
                file.write(line)
                os.fsync(opened)

    def entries(self, path: str, *, recursive: bool, most: int) -> list[Entry]:
        """Up to `most` of what lies in the folder `path`, by name, folder by folder; links are not followed."""
        parts = self._inside(path)
        listed: list[Entry] = []
        with self._opened(parts, path) as top, _plainly(path):
            for place, folders, files, here in os.fwalk(dir_fd=top):
                folders.sort()
                start = "/".join([*parts, *Path(place).parts, ""])
                for name in sorted([*folders, *files]):
                    if len(listed) == most:
                        return listed
                    with contextlib.suppress(FileNotFoundError):  # gone since it was listed
                        found = os.stat(name, dir_fd=here, follow_symlinks=False)
                        size = found.st_size if stat.S_ISREG(found.st_mode) else None
                        readable = os.fsencode(start + name).decode("utf-8", "replace")
                        listed.append(Entry(readable, _kind(found.st_mode), size))
                if not recursive:
                    break
        return listed

    def _inside(self, path: str) -> tuple[str, ...]:
        """The components of `path` below the root, links resolved."""
        shown = _shown(path)
        if len(path) > LONGEST:
            raise ToolFailed(
                "not_allowed", f"a path of {len(path)} characters is too long; at most {LONGEST} are allowed"
            )
        if os.path.isabs(path):
            raise ToolFailed("not_allowed", f"{shown} is absolute; give a path relative to the workspace folder")
        try:
            resolved = Path(os.path.realpath(self.root / path))
        except (ValueError, OSError) as error:
            raise ToolFailed("not_allowed", f"{shown} is not a path: {error}") from None
        if not resolved.is_relative_to(self.root):
            raise ToolFailed("not_allowed", f"{shown} leads outside the workspace folder, where no file may be touched")
        return resolved.relative_to(self.root).parts

    @contextlib.contextmanager
    def _parent(self, path: str, *, make: bool = False) -> Generator[tuple[int, str]]:
        """The open folder that holds `path`, and the last component's name."""
        parts = self._inside(path)
        if not parts:
            raise ToolFailed("is_folder", f"{_shown(path)} is the workspace folder itself, not a file")
        with self._opened(parts[:-1], path, make=make) as parent:
            yield parent, parts[-1]

    @contextlib.contextmanager
    def _opened(self, parts: tuple[str, ...], path: str, *, make: bool = False) -> Generator[int]:
        """The folder at `parts`, opened from the root downwards."""
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        with _plainly(path):
            here = os.open(self.root, flags)
            try:
                for name in parts:
                    if make:
                        with contextlib.suppress(FileExistsError):
                            os.mkdir(name, dir_fd=here)
                    below = os.open(name, flags, dir_fd=here)
                    os.close(here)
                    here = below
                yield here
            finally:
                os.close(here)


def _shown(path: str) -> str:
    return repr(clipped(path, 200))


def _only_regular(path: str, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError
    if not stat.S_ISREG(found.st_mode):
        raise ToolFailed("not_allowed", f"{_shown(path)} is a {_kind(found.st_mode)}, not a file")


def _kind(mode: int) -> str:
    kinds = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}
    return kinds.get(stat.S_IFMT(mode), "special file")


@contextlib.contextmanager
def _plainly(path: str) -> Generator[None]:
    """What the system says, in a sentence that names `path` as it was given."""
    shown = _shown(path)
    try:
        yield
    except FileNotFoundError:
        raise ToolFailed("not_found", f"there is no {shown} in the workspace folder") from None
    except IsADirectoryError:
        raise ToolFailed("is_folder", f"{shown} is a folder, not a file") from None
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise ToolFailed("file_error", f"{shown} cannot be used: {said or type(error).__name__}") from None
