"""A person in the model's place: what the model `human` is asked waits here until a face gives the answer."""

from __future__ import annotations

import asyncio

from workbench.errors import Impossible
from workbench.events import Call, Usage
from workbench.events.messages import Answer, ModelRequest


class Person:
    """Holds at most one question; `ask` is what the model port awaits, `answer` what a face calls.

    Attributes:
        asked: set while there is a question.
    """

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.question: ModelRequest | None = None
        self._given: asyncio.Future[Answer] | None = None

    async def ask(self, request: ModelRequest) -> Answer:
        """Wait for the person."""
        self.question, self._given = request, asyncio.get_running_loop().create_future()
        self.asked.set()
        try:
            return await self._given
        finally:
            self.question = self._given = None
            self.asked.clear()

    def answer(self, text: str = "", calls: tuple[Call, ...] = ()) -> None:
        """Answer in the model's place.

        Raises:
            Impossible: nothing is being asked.
        """
        if self._given is None or self._given.done():
            raise Impossible("no model call waits for your answer")
        self._given.set_result(Answer(text=text, calls=calls, usage=Usage(input=0, output=0), model="human"))
