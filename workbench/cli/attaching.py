"""Files that go with what the user says: `--attach FILE`."""

from __future__ import annotations

import argparse
from base64 import b64encode
from mimetypes import guess_type
from pathlib import Path

from workbench.errors import UsedWrongly
from workbench.events import Media, RunStarted
from workbench.plain_files import read_bytes

_LARGEST = 30_000_000


def attached(args: argparse.Namespace) -> tuple[Media, ...]:
    """The images, sounds and files that `--attach` names.

    Raises:
        UsedWrongly: one cannot be read, is empty or too large, or nothing is said that it could go with.
    """
    paths: list[str] = args.attach or []
    if paths and not args.say:
        raise UsedWrongly("--attach goes with what the user says: give the words with --say")
    return tuple([_media(Path(path)) for path in paths])


def with_first_line(started: RunStarted, media: tuple[Media, ...]) -> RunStarted:
    """The start of a run in which `media` go with the user's first line."""
    if not media:
        return started
    return started.model_copy(update={"user": started.user.model_copy(update={"media": media})})


def _media(path: Path) -> Media:
    from workbench.events.media import kind_of

    try:
        content = read_bytes(path, _LARGEST, pipes=True)
    except OSError as error:
        raise UsedWrongly(f"--attach {path}: cannot be read: {error.strerror or error}") from error
    if not 0 < len(content) <= _LARGEST:
        problem = "is empty" if not content else f"is larger than {_LARGEST // 1_000_000} MB"
        raise UsedWrongly(f"--attach {path}: {problem}")
    mime = guess_type(path.name)[0] or "application/octet-stream"
    return Media(kind=kind_of(mime), mime=mime, data=b64encode(content).decode(), name=path.name)
