"""Python files of a workspace, run as modules: whatever one of them does wrong is said in a line, with its line."""

from __future__ import annotations

import contextlib
import importlib.util
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from types import FrameType, ModuleType

from workbench.errors import BadFile
from workbench.plain_files import LARGEST, read_bytes
from workbench.safe_text import clipped, safe_line

_LONGEST = 300
"""Characters of an error's words that are shown."""


PATIENCE = 3.0
"""Seconds after which a person is told what is being loaded."""


def on_stderr(shown: str) -> None:
    """Tell a person that a file takes its time."""
    sys.stderr.write(f"{safe_line(shown)} is still being loaded; ctrl+c breaks it off\n")


def imported(
    path: Path, name: str, folder: str, *, slow: Callable[[str], None] = on_stderr, patience: float = PATIENCE
) -> ModuleType:
    """The module `name` that the file is, once it has run to its end.

    Args:
        folder: what the folder of `path` is called where something in it is to blame.
        slow: told from a thread, once, which file it is, where that takes longer than `patience` seconds.

    Raises:
        BadFile: it is no Python file, or did not run to its end, whatever it raised.
        KeyboardInterrupt: a person broke it off; its words say at which line.
    """
    shown = f"{folder}/{path.name}"
    try:
        long = len(read_bytes(path, LARGEST)) > LARGEST  # what is no plain file could keep Python reading for good
    except OSError as error:
        raise BadFile(shown, f"cannot be read: {error.strerror or error}") from error
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BadFile(shown, "cannot be loaded as Python")
    if long:
        raise BadFile(shown, f"is larger than {LARGEST // 1000} kB; put data into a file of its own")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    with _pressed() as pressed, _told(lambda: slow(shown), patience):
        try:
            spec.loader.exec_module(module)
        except BaseException as error:
            del sys.modules[name]
            if pressed:
                broken = blamed(error, path, folder)
                line = f", line {broken.line}," if broken.line is not None else ""
                raise KeyboardInterrupt(f"while {broken.path}{line} was being loaded") from error
            raise blamed(error, path, folder) from error
    return module


def blamed(error: BaseException, path: Path, folder: str) -> BadFile:
    """What `error` says, at the line of `path`, or of what that imports from its folder, which is to blame."""
    if isinstance(error, SyntaxError) and error.filename is not None:
        said = f"{type(error).__name__}: {_line(error.msg)}"
        return BadFile(f"{folder}/{Path(error.filename).name}", said, line=error.lineno)
    try:
        words = str(error)
    except Exception:  # another file's own way of saying it
        words = ""
    said = _line(f"{type(error).__name__}: {words}") if words else type(error).__name__
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).parent == path.parent
    ]
    if not frames:
        return BadFile(f"{folder}/{path.name}", said)
    return BadFile(f"{folder}/{Path(frames[-1].filename).name}", said, line=frames[-1].lineno)


def _line(words: str) -> str:
    return clipped(" ".join(words[: _LONGEST * 4].split()), _LONGEST)


@contextlib.contextmanager
def _told(slow: Callable[[], None], patience: float) -> Generator[None]:
    clock = threading.Timer(patience, slow)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


@contextlib.contextmanager
def _pressed() -> Generator[list[int]]:
    """Tell a person's ctrl+c from a KeyboardInterrupt that a file raises: the list is not empty after the former."""
    pressed: list[int] = []
    if threading.current_thread() is not threading.main_thread() or (
        signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield pressed
        return

    def press(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, press)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
