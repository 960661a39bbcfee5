"""A person who answers in the model's place: the face asks them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from workbench.errors import ModelFailed
from workbench.events.messages import Answer, Delta, ModelRequest

Person = Callable[[ModelRequest], Awaitable[Answer]]
"""Shows a request to somebody and waits for their answer."""


class HumanModel:
    """Hands each request to a person."""

    def __init__(self, name: str, ask: Person | None) -> None:
        self.name = name
        self._person = ask

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """Wait for the person's answer.

        Raises:
            ModelFailed: `nobody_there`, no face is open.
        """
        if self._person is None:
            raise ModelFailed("nobody_there", "model human needs a person: open the session in the app")
        yield await self._person(request)
