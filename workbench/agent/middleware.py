"""Middleware between an agent and its model: each sees the request, asks on, and sees the answer.

    async def process(self, request: ModelRequest, next: Next) -> Answer:
        return await next(request)

What goes on is what the provider is asked: the log keeps what the agent asked, and, in the answer's `raw`, the
digest of what was sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol, cast

from workbench.errors import ModelFailed
from workbench.events.messages import Answer, Delta, Model, ModelRequest, takes_schemas

Next = Callable[[ModelRequest], Awaitable[Answer]]
"""Asks the next middleware, and the last one the model."""


class Middleware(Protocol):
    """One thing between an agent and its model."""

    async def process(self, request: ModelRequest, next: Next) -> Answer:
        """The answer to `request`: that of `next`, of another request, or one of its own.

        Raises:
            ModelFailed: there is none.
        """
        ...


Processing = Callable[[ModelRequest, Next], Awaitable[Answer]]


def ordered(middleware: Sequence[Middleware | Processing]) -> list[Processing]:
    """The middleware from the agent to the model: by falling `priority` (0 where it has none), then as given."""
    ranked = sorted(middleware, key=lambda one: -int(getattr(one, "priority", 0)))
    return [cast(Processing, getattr(one, "process", one)) for one in ranked]


class Through:
    """A model behind middleware. What streams comes through at once; the answer is what the middleware gives."""

    def __init__(self, model: Model, middleware: Sequence[Processing]) -> None:
        self.name, self.takes_schemas = model.name, takes_schemas(model)
        self._model, self._middleware = model, list(middleware)

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """Ask through all of it.

        Raises:
            ModelFailed: the model or a middleware has no answer.
        """
        streamed: asyncio.Queue[Delta | None] = asyncio.Queue()
        work = asyncio.ensure_future(self._at(0, request, streamed))
        work.add_done_callback(lambda _: streamed.put_nowait(None))
        try:
            while (delta := await streamed.get()) is not None:
                yield delta
            yield work.result()
        finally:
            work.cancel()

    async def _at(self, place: int, request: ModelRequest, streamed: asyncio.Queue[Delta | None]) -> Answer:
        if place < len(self._middleware):
            return await self._middleware[place](request, lambda asked: self._at(place + 1, asked, streamed))
        answer: Answer | None = None
        async for piece in self._model.ask(request):
            if isinstance(piece, Answer):
                answer = piece
            else:
                streamed.put_nowait(piece)
        if answer is None:
            raise ModelFailed("cut_off", "the answer ended before it was whole", retryable=True)
        return answer
