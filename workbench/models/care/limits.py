"""How often providers are asked: requests and tokens a minute and calls at a time, for everything in the process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

import msgspec

from workbench.events.messages import Answer, Delta, Model, ModelRequest, takes_schemas

if TYPE_CHECKING:
    from aiolimiter import AsyncLimiter

_MINUTE = 60.0
_CHARACTERS_A_TOKEN = 4


class Limits(msgspec.Struct, frozen=True):
    """What one name of a model, or a pattern of names, may be asked; None is without limit."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    concurrent: int | None = None

    def __bool__(self) -> bool:
        return self != Limits()


class Turnstile:
    """Who may pass, one by one; shared by all models that the same line of the settings is about.

    Tokens are estimated by the request's length before it is sent, since only the answer tells them; what it took
    more than that, the next one waits for.
    """

    def __init__(self, name: str, limits: Limits, *, period: float = _MINUTE) -> None:
        """`period`: seconds that a minute has."""
        self.name, self.limits = name, limits
        self._period, self._owed = period, 0
        self._loops: WeakKeyDictionary[asyncio.AbstractEventLoop, _Bars] = WeakKeyDictionary()

    def _bars(self) -> _Bars:
        loop = asyncio.get_running_loop()
        bars = self._loops.get(loop)
        if bars is None:
            bars = self._loops[loop] = _Bars(self.limits, self._period)
        return bars

    async def enter(self, held: AsyncExitStack, tokens: int) -> AsyncIterator[Delta]:
        """Pass, and leave when `held` is closed; says what is waited for, where something is."""
        bars, limits = self._bars(), self.limits
        if bars.calls is not None:
            if bars.calls.locked():
                yield Delta(note=f"waits: {self.name} is asked {limits.concurrent} at a time")
            await held.enter_async_context(bars.calls)
        if bars.requests is not None:
            if not bars.requests.has_capacity():
                yield Delta(note=f"waits: {self.name} takes {limits.requests_per_minute} requests a minute")
            await bars.requests.acquire()
        if bars.tokens is not None:
            owed, self._owed = self._owed, 0
            amount = min(tokens + owed, bars.tokens.max_rate)
            if not bars.tokens.has_capacity(amount):
                yield Delta(note=f"waits: {self.name} takes {limits.tokens_per_minute} tokens a minute")
            await bars.tokens.acquire(amount)

    def owes(self, tokens: int) -> None:
        """An answer took so many tokens more than was thought."""
        self._owed += max(0, tokens)


class _Bars:
    """The bars of a turnstile in one event loop."""

    def __init__(self, limits: Limits, period: float) -> None:
        from aiolimiter import AsyncLimiter

        def rate(limit: int | None) -> AsyncLimiter | None:
            return None if limit is None else AsyncLimiter(limit, period)

        self.requests, self.tokens = rate(limits.requests_per_minute), rate(limits.tokens_per_minute)
        self.calls = None if limits.concurrent is None else asyncio.Semaphore(limits.concurrent)


class Limited:
    """A model behind one or more turnstiles."""

    def __init__(self, model: Model, turnstiles: Sequence[Turnstile]) -> None:
        self.name, self.takes_schemas = model.name, takes_schemas(model)
        self._model, self.turnstiles = model, turnstiles

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """What the model says, when its turn has come; before that, what is waited for."""
        tokens = estimate(request)
        async with AsyncExitStack() as held:
            for turnstile in self.turnstiles:
                async for note in turnstile.enter(held, tokens):
                    yield note
            pieces = await held.enter_async_context(aclosing(cast(Any, self._model.ask(request))))
            async for piece in pieces:
                if isinstance(piece, Answer):
                    took = (piece.usage.input or tokens) + (piece.usage.output or 0)
                    for turnstile in self.turnstiles:
                        turnstile.owes(took - tokens)
                yield piece


def estimate(request: ModelRequest) -> int:
    """Tokens of a request, by its characters."""
    length = len(request.system) + sum(len(message.text) for message in request.messages)
    length += sum(len(tool.description) + len(tool.parameters) for tool in request.tools)
    return -(-length // _CHARACTERS_A_TOKEN)
