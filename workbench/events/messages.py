"""The two sides of a model call in no provider's dialect: what it is asked, and what streams back.

Shared by the engine, which builds requests from transcripts, and by `workbench.models`, which speak to providers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal, Protocol

import msgspec

from workbench.events.media import Media, shown
from workbench.events.parts import Call, ToolSpec, Usage


class Message(msgspec.Struct, frozen=True):
    """One message of a request.

    Attributes:
        role: `user`, `assistant`, `tool`; `system` and `developer` only where they stand among the messages.
        text: what it says; a tool's result for role `tool`.
        thinking: the assistant's reasoning, where it was given.
        calls: the tool calls an assistant message asks for, paired with `ids`.
        ids: our ids of those calls (`agent.3.1`), unique within a run.
        call: the id that a `tool` message answers.
        name: the tool's name, or the speaker's where several take part.
        failed: the tool's result is an error.
        seq: the event it comes from.
        media: images, sounds and files that go with `text`.
        raw: what the provider said beside the rest (`workbench.events.wire`), for the provider that wants it back.
    """

    role: Literal["user", "assistant", "tool", "system", "developer"]
    text: str = ""
    thinking: str = ""
    calls: tuple[Call, ...] = ()
    ids: tuple[str, ...] = ()
    call: str = ""
    name: str = ""
    failed: bool = False
    seq: int = 0
    media: tuple[Media, ...] = ()
    raw: str | None = None

    @property
    def shown(self) -> str:
        """The text, and a line for each image, sound or file."""
        return shown(self.text, self.media)


class ModelRequest(msgspec.Struct, frozen=True):
    """All that a model is asked. `messages` may be lazy: index it or iterate over it, and take its length for free.

    Attributes:
        model: the provider's own name of the model (what follows the colon).
        settings: parameters by their common names (`temperature`, `max_tokens`, `top_p`, `seed`, `stop`, `extra`, …).
        structured: the answer should be a JSON object with `agent_output` and `system_status`.
        output_schema: JSON schema that the answer must meet; only for models that `takes_schemas` names.
        call, attempt: which call of the run this is.
        no_tools: the answer must call none of `tools`, which are told all the same: what was said of them stays clear.
        aside: a middleware asks this for itself; what comes is no part of the answer, and is not shown as it comes.
    """

    model: str
    system: str
    messages: Sequence[Message]
    tools: tuple[ToolSpec, ...] = ()
    settings: dict[str, Any] = {}
    structured: bool = False
    output_schema: str | None = None
    call: str = ""
    attempt: int = 1
    actor: str = "agent"
    no_tools: bool = False
    aside: bool = False


class Delta(msgspec.Struct, frozen=True):
    """A provisional piece of the answer, shown as it comes and never recorded.

    Attributes:
        note: what is waited for before it.
        fact: no piece of it, but what is to stand in the log before the answer (a body of an event).
    """

    text: str = ""
    thinking: str = ""
    call: str = ""
    note: str = ""
    fact: Any = None


class Answer(msgspec.Struct, frozen=True):
    """The whole answer; the last thing a stream yields.

    `raw` is JSON of what these fields lack; `cached`: the model was not asked, it had said so before.
    """

    text: str = ""
    thinking: str = ""
    calls: tuple[Call, ...] = ()
    usage: Usage = Usage()
    finish: str = "stop"
    model: str | None = None
    raw: str | None = None
    cached: bool = False


class Model(Protocol):
    """A provider's model behind one port.

    `ask` yields any number of `Delta` and then exactly one `Answer`. Expected failures are raised as
    `workbench.errors.ModelFailed`. Cancelling the task that iterates closes the connection.
    """

    name: str

    def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """Ask once; no retries inside."""
        ...


def takes_schemas(model: Model) -> bool:
    """Whether the provider itself holds an answer to `ModelRequest.output_schema`; else the caller asks in words."""
    return getattr(model, "takes_schemas", False) is True


class ToolOutcome(msgspec.Struct, frozen=True):
    """What a tool gave: text for the model, JSON text of the value where it is structured, and images or files."""

    content: str
    data: str | None = None
    media: tuple[Media, ...] = ()


class Toolbox(Protocol):
    """The tools that a run may call, by name."""

    async def call(self, name: str, arguments: str, context: Any) -> ToolOutcome:
        """Run one tool with JSON text as arguments and a `workbench.context.RunContext`.

        Raises:
            ModelRetry: the model can mend its call (wrong arguments among them).
            ToolFailed: an expected failure, `type` saying which.
        """
        ...
