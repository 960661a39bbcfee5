"""Watches: the value at a path, of the run as it stands and its newest event."""

from __future__ import annotations

import json
import re

from workbench.events import Event
from workbench.gates.conditions import MISSING, as_json
from workbench.gates.moments import AtCommand, AtEvent, Gated
from workbench.state import State
from workbench.state.telling import Lookup


class Watch:
    """A path such as `args.to`, `cost` or `criteria.order_id`, read once."""

    def __init__(self, text: str) -> None:
        """Read the path.

        Raises:
            BadCondition: `text` is none.
        """
        from workbench.gates.grammar import parse_path

        self.text = text.strip()
        self._field = parse_path(self.text)

    def value(self, state: State, event: Event, lookup: Lookup) -> str | None:
        """JSON text of the value after `event`, which `state` ends with; None where there is none."""
        return _told(self._field.of(AtEvent(state, event, lookup)))

    def ahead(self, state: State, command: Gated) -> str | None:
        """JSON text of the value where `command` is about to be performed; None where there is none."""
        return _told(self._field.of(AtCommand(state, command, lambda call: 0)))


def key_of(name: str) -> str:
    """`name` as a step of a path: `.to`, `["a b"]`."""
    return f".{name}" if re.fullmatch(r"\w[\w-]*", name) else f"[{json.dumps(name, ensure_ascii=False)}]"


def _told(value: object) -> str | None:
    return None if value is MISSING else as_json(value)
