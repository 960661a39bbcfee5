"""A model that is a Python function: for tests of agents, and for whoever answers by other means."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from workbench.agent.handed import kind_of, must_be_words
from workbench.errors import ModelFailed, UsedWrongly
from workbench.events import Call
from workbench.events.messages import Answer, Delta, ModelRequest
from workbench.events.text import as_json

Answering = Callable[[ModelRequest], str | Answer | Awaitable[str | Answer]]
"""Takes all that the model would be asked, and gives its words or its whole answer."""


class FunctionModel:
    """Asks a function, sync or async. It costs nothing; what it used is unknown, unless the answer says."""

    def __init__(self, function: Answering, name: str = "") -> None:
        self.name = f"function:{name or getattr(function, '__name__', 'model').strip('<>')}"
        self._function = function

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """The function's answer, its text as one piece first."""
        given = self._function(request)
        answer = await given if inspect.isawaitable(given) else given
        if isinstance(answer, str):
            answer = Answer(text=answer, model=self.name)
        elif not isinstance(answer, Answer):  # pyright: ignore[reportUnnecessaryIsInstance]
            said = f"the model {self.name} gives {kind_of(answer)}: it must return text or an Answer"
            raise ModelFailed("no_answer", said)
        must_be_words(answer.text, self.name)
        if answer.text:
            yield Delta(text=answer.text)
        yield answer


def replies(*turns: str | Answer) -> FunctionModel:
    """A model that gives these answers in their order, the last one again and again.

    Which one is due follows from the request alone: a fork from the past hears the right one.

    Raises:
        UsedWrongly: no answer is given.
    """
    if not turns:
        raise UsedWrongly("replies() needs at least one answer")

    def reply(request: ModelRequest) -> str | Answer:
        given = sum(message.role == "assistant" for message in request.messages)
        return turns[min(given, len(turns) - 1)]

    return FunctionModel(reply, "replies")


def call_tool(name: str, /, **arguments: Any) -> Answer:
    """An answer that asks for one call of the tool `name` with these arguments."""
    call = Call(name=name, arguments=as_json(arguments))
    return Answer(calls=(call,), finish="tool_calls")
