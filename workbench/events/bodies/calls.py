"""Calls of models and tools: what is about to be asked, what came of it, and the waits before asking again.

Call ids are derived, never drawn: a model call is `ACTOR.N` (the actor's Nth), a tool call `ACTOR.N.I` (the Ith that
answer N asked for).
"""

from __future__ import annotations

from typing import Literal

from workbench.events.bodies.body import Body
from workbench.events.media import Media, shown
from workbench.events.parts import Call, Effect, Part, Reserve, Usage
from workbench.events.text import Json, Text


class Request(Part):
    """What a model is asked, as a change of what that actor's model was asked before.

    Attributes:
        base: seq of that actor's last `model_called`, None at the first.
        keep: how many messages of it stay, from the start.
        add: the events whose messages follow.
        head: digest of system prompt, tools and settings.
        chain: rolling digest of all messages: equal chains and heads mean equal requests.
    """

    base: int | None = None
    keep: int = 0
    add: tuple[int, ...] = ()
    head: str = ""
    chain: str = ""


class ModelCalled(Body):
    """Intent: the model is about to be asked. `reserve`: what is set aside for it where a cap asks for that."""

    call: str
    request: Request
    attempt: int = 1
    reserve: Reserve | None = None


class ModelAnswered(Body):
    """Fact: what the model said and which calls it asks for. `partial` if it was cut off and kept.

    Attributes:
        model: who answered, where the provider names it.
        cached: the model was not asked, it had answered this very request before.
        ms: wall time of the call in milliseconds.
        raw: JSON of what the answer held beside this normalised form.
    """

    call: str
    text: Text = ""
    thinking: Text = ""
    calls: tuple[Call, ...] = ()
    usage: Usage = Usage()
    finish: Text = "stop"
    partial: bool = False
    cached: bool = False
    model: Text | None = None
    ms: int = 0
    raw: Json | None = None
    extra: Json | None = None


class ToolCalled(Body):
    """Intent: the tool is about to be run with exactly these arguments."""

    call: str
    tool: Text
    arguments: Json
    effect: Effect = "effect"
    attempt: int = 1


class ToolReturned(Body):
    """Fact: the tool's result, as text for the model and, where it is structured, as JSON."""

    call: str
    content: Text
    data: Json | None = None
    ms: int = 0
    extra: Json | None = None
    media: tuple[Media, ...] = ()

    @property
    def shown(self) -> str:
        """The text, and a line for each image, sound or file."""
        return shown(self.content, self.media)


class CallFailed(Body):
    """Fact: the call did not succeed. A tool's failure is told to the model; a model's is waited out or stops the run.

    Attributes:
        error: a short stable word (`invalid_arguments`, `unknown_tool`, `timeout`, `connection`, …).
        retry_after: seconds that the provider asks to be left alone, where it says so.
        partial: text that had come before the failure.
        cut: it was broken off because the seconds of a cap ran out.
        raw: JSON of the provider's answer, redacted.
    """

    call: str
    error: Text
    message: Text
    retryable: bool = False
    retry_after: float | None = None
    partial: Text = ""
    cut: bool = False
    ms: int = 0
    raw: Json | None = None
    extra: Json | None = None


class WaitBegan(Body):
    """Intent: a model call that failed is made again, but not before `until`.

    Attributes:
        retry, of: which repetition follows, of how many there may be.
        error: why, a short word as in `CallFailed`.
        seconds: how long the wait is, with what chance added to it; until: when it ends, in seconds since 1970.
    """

    call: str
    retry: int
    of: int
    error: Text
    seconds: float
    until: float


class WaitEnded(Body):
    """Fact: the wait is over. `skipped`: a person wants no more of it; `stopped`: a person holds the run."""

    call: str
    how: Literal["elapsed", "skipped", "stopped"] = "elapsed"
