"""Middleware between an agent and its model: each sees the request, asks on, and sees the answer.

    async def process(self, request: ModelRequest, next: Next) -> Answer:
        return await next(request)

What goes on is what the provider is asked. The log keeps what the agent asked, what each middleware made of that, and
what the model said before it was changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Protocol, cast

from workbench.agent.passage import Next, Passage, Processing
from workbench.events.messages import Answer, Delta, Model, ModelRequest, takes_schemas


class Middleware(Protocol):
    """One thing between an agent and its model."""

    async def process(self, request: ModelRequest, next: Next) -> Answer:
        """The answer to `request`: that of `next`, of another request, or one of its own.

        Raises:
            ModelFailed: there is none.
        """
        ...


def stands_between(thing: object) -> bool:
    """Whether it can be a middleware: an object with `process`, or a function; a class is none before it is made."""
    return not isinstance(thing, type) and callable(getattr(thing, "process", thing))


def ordered(middleware: Sequence[Middleware | Processing]) -> list[Processing]:
    """The middleware from the agent to the model: by falling `priority` (0 where it has none), then as given."""
    ranked = sorted(middleware, key=lambda one: -int(getattr(one, "priority", 0)))
    return [cast(Processing, getattr(one, "process", one)) for one in ranked]


def name_of(processing: Processing) -> str:
    """What the log calls it: its class, or the function's name."""
    owner = getattr(processing, "__self__", None)
    return type(owner).__name__ if owner is not None else getattr(processing, "__name__", type(processing).__name__)


class Through:
    """A model behind middleware. What streams comes through at once; the answer is what the middleware gives.

    What middleware changed stands in the log before the answer.
    """

    def __init__(self, model: Model, middleware: Sequence[Processing]) -> None:
        self.name, self.takes_schemas = model.name, takes_schemas(model)
        self._model, self._middleware = model, [(name_of(one), one) for one in middleware]

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """Ask through all of it.

        Raises:
            ModelFailed: the model or a middleware has no answer.
        """
        passage = Passage(self._model, self._middleware, request)
        work = asyncio.ensure_future(passage.through())
        work.add_done_callback(lambda _: passage.streamed.put_nowait(None))
        try:
            while (delta := await passage.streamed.get()) is not None:
                yield delta
            yield work.result()
        finally:
            work.cancel()
