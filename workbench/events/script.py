"""What a scripted model says: the form of a scenario's `script:` and of a script file.

The position in a script is a function of the request alone (how many answers it holds already), so a run that
was killed goes on at the right line, and a fork from the past hears the right line again.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from workbench.events.parts import Part


class ScriptCall(Part):
    """A tool call the scripted model makes. `raw` gives the arguments as text instead, valid JSON or not."""

    tool: str
    args: dict[str, Any] = Field(default_factory=dict)
    raw: str | None = None


class ScriptFailure(Part):
    """A failure of the model itself: its type, its words, and for how many attempts it lasts."""

    error: str = "overloaded"
    message: str = "the scripted model fails here on purpose"
    retryable: bool = True
    attempts: int = Field(default=1, ge=1)


class ScriptTurn(Part):
    """One answer.

    Attributes:
        say: the words; with `status` they become the `agent_output` of a structured answer.
        think: the reasoning that is shown before them.
        calls: tool calls; several are parallel.
        status: `continue` or `complete`, for agents that report it; `claims` goes with it.
        when: a regular expression for the newest message; a turn whose `when` does not match is passed over.
        delay: seconds before the first token; `pace`: tokens a second (0: all at once).
        fail: the model fails here instead, then answers.
    """

    say: str = ""
    think: str = ""
    calls: tuple[ScriptCall, ...] = ()
    status: Literal["continue", "complete"] | None = None
    claims: dict[str, Any] | None = None
    when: str | None = None
    delay: float = Field(default=0.0, ge=0, le=60)
    pace: float = Field(default=0.0, ge=0)
    fail: ScriptFailure | None = None


class Script(Part):
    """Turns in order, and what is said when they are spent.

    A turn without `when` takes its place by number: the Nth answer is the Nth such turn.
    Turns with `when` come first where they match the newest message.
    """

    turns: tuple[ScriptTurn, ...] = ()
    spent: str = "I have nothing more to say: this script is at its end."
