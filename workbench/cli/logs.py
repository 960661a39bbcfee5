"""`--log-json`: what happens as JSON lines, one for each event of a run and each remark of a library.

Everything goes through Python's own logging, so that a line is written the same whoever has something to say; and
through the same redaction as what is recorded.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from workbench.errors import UsedWrongly

if TYPE_CHECKING:
    from workbench.events import Event
    from workbench.events.messages import Delta
    from workbench.run import Run

_RUN = logging.getLogger("workbench.run")
_FIELDS = (
    "call", "tool", "model", "attempt", "effect", "finish", "ms", "error", "message", "retryable", "gate", "reason",
    "mode", "outcome", "name", "met", "limit",
)  # fmt: skip
_BAD = {"call_failed": logging.WARNING, "doubted": logging.WARNING}


def log_to(file: str) -> None:
    """From now on, write what happens to `file`, after what is there; `-` is stderr.

    Raises:
        UsedWrongly: it cannot be written.
    """
    try:
        handler = logging.StreamHandler(sys.stderr) if file == "-" else logging.FileHandler(file, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise UsedWrongly(f"--log-json {file}: cannot be written: {reason or error}") from error
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.addHandler(handler)
    logging.getLogger("workbench").setLevel(logging.INFO)


def wanted() -> bool:
    """Whether anybody asked for a log."""
    return any(isinstance(handler.formatter, _Lines) for handler in logging.getLogger().handlers)


def follow(run: Run, session: str, branch: str) -> None:
    """Log what becomes of `run`."""
    run.watch(_Follower(session, branch))


class _Follower:
    """Watches one run."""

    def __init__(self, session: str, branch: str) -> None:
        self._place = {"session": session, "branch": branch}

    def recorded(self, events: Sequence[Event]) -> None:
        for event in events:
            body = event.body
            told = {name: getattr(body, name) for name in _FIELDS if getattr(body, name, None) not in (None, "")}
            usage = getattr(body, "usage", None)
            if usage is not None:
                told |= usage.model_dump(exclude_none=True)
            fields = {**self._place, "seq": event.seq, "actor": event.actor, "by": event.by, **told}
            _RUN.log(_BAD.get(body.kind, logging.INFO), body.kind, extra={"fields": fields, "at": event.at})

    def streamed(self, call: str, delta: Delta) -> None:
        """Pieces are not told: the whole answer is."""

    def progressed(self, call: str, words: str) -> None:
        fields = {**self._place, "call": call, "words": words}
        _RUN.info("progress", extra={"fields": fields})


class _Lines(logging.Formatter):
    """A record as one line of JSON in plain ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        from workbench.events.text import redact

        at: float = getattr(record, "at", record.created)
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["exception"] = f"{type(error).__name__}: {error}"
        return redact(json.dumps(line, default=str))
