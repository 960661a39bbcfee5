"""What middleware between an agent and its model did within a call, as facts before the call's own."""

from __future__ import annotations

import json
from typing import Any

from workbench.events.altered import in_words
from workbench.events.bodies.body import Body
from workbench.events.parts import Usage
from workbench.events.text import Json, Text


class RequestChanged(Body):
    """Middleware had the model asked something else than the actor's request, within the call `call`.

    Attributes:
        by: the middleware that changed it, in the order in which it was passed.
        changes: JSON of what is otherwise, see `workbench.events.altered`.
    """

    call: str
    by: tuple[Text, ...]
    changes: Json

    @property
    def words(self) -> str:
        """What was done, in a sentence."""
        what = in_words(self.changes)
        return f"{', '.join(self.by)} changed what is asked: {what}" if what else "the model is asked as it was to be"


class AnswerChanged(Body):
    """Middleware made something else of what the model said within the call `call`.

    Attributes:
        by: the middleware that did, the one next to the model first.
        was: JSON of what the model said, or of its failure, as far as that is otherwise than the call's fact; None
            where no model was asked.
        again: the model is asked once more within the same call.
        usage: what was used for it, where the call's own fact does not count that; None for nothing, and for a failure.
    """

    call: str
    by: tuple[Text, ...]
    was: Json | None = None
    again: bool = False
    usage: Usage | None = None

    @property
    def words(self) -> str:
        """What was done, in a sentence; untrusted."""
        who = ", ".join(self.by)
        if self.was is None:
            return f"{who} answered, and no model was asked"
        was: dict[str, Any] = json.loads(self.was)
        calls = ", ".join([f"{call['name']}({call.get('arguments', '')})" for call in was.get("calls", ())])
        failed = f"{was['error']}: {was['message']}" if "error" in was else ""
        said = failed or was.get("text") or calls or was.get("thinking") or "nothing"
        done = "asks the model again" if self.again else "changed the answer"
        return f"{who} {done}; the model {'failed' if failed else 'said'}: {said}"
