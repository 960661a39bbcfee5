"""What an answer that ends a turn came to: checked against what was asked for, and read."""

from __future__ import annotations

from typing import Literal

from workbench.events.bodies.body import Body
from workbench.events.text import Json, Text


class OutputGiven(Body):
    """Intent: an answer that would end the actor's turn is about to be checked against its `OutputSpec`."""

    call: str
    attempt: int = 1


class OutputAccepted(Body):
    """Fact: the output is what was asked for.

    Attributes:
        output: its words as they count, which a rule may have changed.
        data: JSON of its value, where it is of a type.
        notes: what was noticed and let pass, in words.
    """

    call: str
    output: Text
    data: Json | None = None
    notes: tuple[Text, ...] = ()
    ms: int = 0


class OutputRejected(Body):
    """Fact: the output is not what was asked for. The message goes back to the model; `final`: it does not."""

    call: str
    message: Text
    final: bool = False
    ms: int = 0


class AnswerRead(Body):
    """An answer without calls ended the actor's turn and was read: what it says and what it claims.

    Attributes:
        how: which reading took: `text`, `json`, `embedded`, `repaired`, `pattern`.
        claims: JSON object of criterion name → value that the agent says it has.
    """

    call: str
    output: Text
    status: Literal["continue", "complete"] | None = None
    how: Literal["text", "json", "embedded", "repaired", "pattern"] = "text"
    claims: Json | None = None
