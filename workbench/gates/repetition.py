"""How often the same tool call was made, as a log says. Pure but for the events that it is given."""

from __future__ import annotations

import json
from contextlib import suppress

from workbench.events import ToolCalled
from workbench.events.text import from_json
from workbench.state import CallTool, digest
from workbench.state.telling import Lookup


class Repetition:
    """Counts calls from the start of a branch; reads only what came since it was last asked."""

    def __init__(self, lookup: Lookup | None = None) -> None:
        """Without `lookup` nothing was called before."""
        self._lookup, self._read = lookup, 0
        self._calls: dict[int, set[str]] = {}

    def of(self, command: CallTool, upto: int) -> int:
        """How many calls of this tool with these arguments there were up to event `upto`, this one with them.

        Another attempt of a call is not another call.
        """
        if self._lookup is not None:
            for seq in range(self._read + 1, upto + 1):
                body = self._lookup(seq).body
                if isinstance(body, ToolCalled):
                    self._calls.setdefault(_sameness(body.tool, body.arguments), set()).add(body.call)
            self._read = upto
        return len(self._calls.get(_sameness(command.tool, command.arguments), set()) | {command.call})


def _sameness(tool: str, arguments: str) -> int:
    """A number that two calls share if they are the same; the order of an object's keys does not matter."""
    with suppress(ValueError, RecursionError):
        arguments = json.dumps(from_json(arguments), sort_keys=True)
    return digest(tool, arguments)
