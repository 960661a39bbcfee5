"""How long a provider is waited for: for its first piece of an answer, for the next one, for the whole of it.

The adapters mind the connection and the bytes; here counts what a model says, so that a server which keeps a connection
alive and says nothing is found out, too, and one whose answer has no end: no model's answer comes near the bounds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, cast

import msgspec

from workbench.errors import ModelFailed
from workbench.events.messages import Answer, Delta, Model, ModelRequest, takes_schemas

SIGN_OF_LIFE = Delta()
"""A piece in which there is nothing to show: something came."""

MOST = 16_000_000
"""Characters of words and thoughts; a piece without any, such as a call's, counts as a few."""
_A_PIECE = 8
MOST_CALLS = 1_000
"""Tool calls that one answer asks for."""


class Timeouts(msgspec.Struct, frozen=True):
    """Seconds. `whole_call` None is without end."""

    connect: float = 10.0
    first_token: float = 600.0
    between_tokens: float = 600.0
    whole_call: float | None = None

    @property
    def longest(self) -> float:
        """How long no byte may come at all."""
        return max(self.first_token, self.between_tokens)


class Patient:
    """A model whose answers are waited for so long and no longer."""

    def __init__(self, model: Model, timeouts: Timeouts, *, most: int = MOST) -> None:
        """`most`: characters of an answer."""
        self.name, self.takes_schemas = model.name, takes_schemas(model)
        self._model, self._timeouts, self._most = model, timeouts, most

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """What the model says, but for its signs of life.

        Raises:
            ModelFailed: `timeout`, with what had come as `partial`.
        """
        limits, now = self._timeouts, asyncio.get_running_loop().time
        end = None if limits.whole_call is None else now() + limits.whole_call
        came: list[str] = []
        left = self._most
        seconds, what = limits.first_token, "said nothing"
        async with aclosing(cast(Any, self._model.ask(request))) as pieces:
            while True:
                due = now() + seconds
                whole = end is not None and end < due
                limit = asyncio.timeout_at(end if whole else due)
                try:
                    async with limit:
                        piece: Delta | Answer = await anext(pieces)
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    if not limit.expired():
                        raise
                    passed = limits.whole_call if whole else seconds
                    done = "was not done with its answer after" if whole else f"{what} for"
                    raise ModelFailed(
                        "timeout",
                        f"{self.name} {done} {passed:g} seconds: ask again",
                        retryable=True,
                        partial="".join(came),
                    ) from None
                seconds, what = limits.between_tokens, "said nothing more"
                if isinstance(piece, Answer):
                    if len(piece.calls) > MOST_CALLS:
                        raise self._too_much(f"{MOST_CALLS:,} tool calls at once", piece.text)
                else:
                    came.append(piece.text)
                    left -= max(len(piece.text) + len(piece.thinking), _A_PIECE)
                    if left < 0:
                        raise self._too_much("any model says", "".join(came))
                if piece != SIGN_OF_LIFE:
                    yield piece

    def _too_much(self, what: str, partial: str) -> ModelFailed:
        """Not asked again by itself: what says so much costs as much each time."""
        return ModelFailed("bad_answer", f"{self.name} answered with more than {what}", partial=partial)
